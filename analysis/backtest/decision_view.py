"""What a strategy may see: the offers that stood at each decision, and nothing known later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from analysis.backtest.decision_queries import decisions_sql, standing_quotes_sql
from analysis.backtest.moments import DEFAULT_MAX_AGE_MINUTES, Clock, Moment, MomentError
from analysis.frames import frame
from analysis.warehouse import Warehouse

RELATIONS = (
    "marts.fct_decision_quotes",
    "marts.fct_event_sightings",
    "marts.fct_quote_states",
)
QUOTE_KEY = (
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "line",
)


_NAMES = """
            inner join decisions
                on quotes.event_id = decisions.event_id"""
# `fct_decision_quotes` has it as a number
_TOTAL_ORDER = """
                quotes.decided_at,
                quotes.event_id collate "C",
                quotes.market_key collate "C",
                quotes.outcome_description collate "C" nulls first,
                quotes.outcome_name collate "C",
                quotes.point nulls first,
                quotes.bookmaker_key collate "C"
"""


@dataclass(frozen=True)
class DecisionView:
    """Which decisions are looked at, and by which clock.

    Args:
        moment: when to decide.
        sports: sport keys.
        markets: market keys.
        clock: whether a row counts from when the API published it, or from when it was ingested.
        as_of: decisions after it are left out.
        since: decisions before it are left out.
        max_age_minutes: the age up to which a snapshot counts; None for what `price_moments` says
            of the moment, else an hour.
    """

    moment: Moment
    sports: Sequence[str]
    markets: Sequence[str]
    clock: Clock
    as_of: datetime
    since: datetime | None = None
    max_age_minutes: float | None = None

    def offers(self, warehouse: Warehouse) -> pd.DataFrame:
        """One row per offer, a quote that could be taken at a decision, in a total order.

        Raises:
            MomentError: there is no such tier.
        """
        self._check_tier(warehouse)
        if self.fixed_moment(warehouse) is not None:
            return self._prepared(warehouse)
        return self._standing(warehouse, look_back_seconds=0, max_age=self._prepared_age(warehouse))

    def earlier_quotes(self, warehouse: Warehouse, *, look_back_hours: float) -> pd.DataFrame:
        """One row per quote that stood so long before each decision: its key, point and price."""
        quotes = self._standing(
            warehouse,
            look_back_seconds=round(look_back_hours * 3600),
            max_age=self._prepared_age(warehouse),
        )
        return quotes[[*QUOTE_KEY, "point", "decimal_price"]]

    def _check_tier(self, warehouse: Warehouse) -> None:
        if self.moment.kind != "tier":
            return
        rows = warehouse.rows("select tier from marts.fetch_tiers order by from_hours desc")
        tiers = [row["tier"] for row in rows]
        if self.moment.tier not in tiers:
            raise MomentError(f"no tier {self.moment.tier!r}: there are {', '.join(tiers)}")

    def fixed_moment(self, warehouse: Warehouse) -> str | None:
        """The row of `price_moments` that the marts show as this view does, None where none is."""
        if self.clock != "published":
            return None
        fixed = self._prepared_moment(warehouse)
        return None if fixed is None else fixed[0]

    def _prepared_age(self, warehouse: Warehouse) -> float | None:
        fixed = self._prepared_moment(warehouse)
        return None if fixed is None else fixed[1]

    def _prepared_moment(self, warehouse: Warehouse) -> tuple[str, float] | None:
        """The row for this moment and its greatest age, None where this view has another."""
        rows = warehouse.rows(
            "select moment, max_age_minutes from marts.price_moments"
            " where hours_before_start * 3600 = ?",
            [self.moment.seconds if self.moment.kind == "before_start" else -1],
        )
        for row in rows:
            age = float(row["max_age_minutes"])
            if self.max_age_minutes in (None, age):
                return row["moment"], age
        return None

    def _prepared(self, warehouse: Warehouse) -> pd.DataFrame:
        sql = f"""
            with

            quotes as (

                select decided.*
                from marts.fct_decision_quotes as decided
                inner join marts.price_moments as moments
                    on decided.moment = moments.moment
                where
                    moments.hours_before_start * 3600 = ?
                    and decided.market_key in ({_places(self.markets)})

            )

            {self._described_sql(events="quotes", order="quotes.offer_number")}
        """  # noqa: S608 - our own text; values are parameters
        parameters = [self.moment.seconds, *self.markets, *self._scope_values()]
        return frame(warehouse, sql, parameters)

    def _standing(
        self, warehouse: Warehouse, *, look_back_seconds: int, max_age: float | None
    ) -> pd.DataFrame:
        decisions, decision_values = decisions_sql(self.moment, clock=self.clock)
        max_age = self.max_age_minutes or max_age or DEFAULT_MAX_AGE_MINUTES
        sql = f"""
            with

            {decisions},

            wanted as (

                select
                    event_id,
                    decided_at,
                    commence_time,
                    'asked' as moment,
                    decided_at - cast(? as integer) * interval '1 second' as moment_at,
                    cast(? as double precision) as max_age_minutes
                from decisions

            ),

            {standing_quotes_sql(clock=self.clock, markets=len(self.markets))}

            {self._described_sql(events="decisions", order=_TOTAL_ORDER)}
        """  # noqa: S608 - our own text; values are parameters
        parameters = [
            *decision_values,
            look_back_seconds,
            round(max_age * 60) / 60,
            *self.markets,
            *self._scope_values(),
        ]
        return frame(warehouse, sql, parameters)

    def _described_sql(self, *, events: str, order: str) -> str:
        """Quotes with all that describes them; `events` names the sport and the teams."""
        names = "" if events == "quotes" else _NAMES
        since = "" if self.since is None else "and quotes.decided_at >= ?"
        return f"""
            select
                quotes.decided_at,
                quotes.event_id,
                {events}.sport_key,
                {events}.home_team,
                {events}.away_team,
                quotes.commence_time,
                quotes.bookmaker_key,
                coalesce(books.kind, 'unknown') as book_kind,
                coalesce(books.book_group, quotes.bookmaker_key) as book_group,
                coalesce(books.commission_rate, 0) as commission_rate,
                quotes.market_key,
                markets.market_kind,
                markets.outcome_set,
                markets.period,
                quotes.outcome_name,
                quotes.outcome_description,
                quotes.line,
                quotes.point,
                quotes.american_price,
                quotes.decimal_price,
                quotes.captured_at,
                quotes.valid_from,
                quotes.response_id,
                case
                    when markets.market_kind = 'moneyline' and markets.outcome_set = 'two_way'
                        then sports.h2h_outcome_count
                    when markets.outcome_set = 'three_way' then 3
                    when markets.outcome_set in ('two_way', 'mirrored_points', 'over_under') then 2
                end as outcome_count
            from quotes
            {names}
            inner join marts.markets as markets
                on quotes.market_key = markets.market_key
            inner join marts.sports as sports
                on {events}.sport_key = sports.sport_key
            left join marts.bookmakers as books
                on quotes.bookmaker_key = books.bookmaker_key
            where
                {events}.sport_key in ({_places(self.sports)})
                and quotes.decided_at <= ?
                {since}
                and not markets.is_lay
                and coalesce(books.kind, 'unknown') <> 'dfs'
                and quotes.decimal_price is not null
            order by {order}
        """  # noqa: S608 - our own text; values are parameters

    def _scope_values(self) -> list[object]:
        since = [] if self.since is None else [self.since]
        return [*self.sports, self.as_of, *since]


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
