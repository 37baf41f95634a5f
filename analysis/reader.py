"""The warehouse in a notebook: the questions of the command line, answered with pandas frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Unpack

import duckdb
import pandas as pd
import psycopg2

from analysis import bets, board, comparison, edges, events, history, offers, quotes
from analysis.edges import Kind
from analysis.filters import Filters, FilterWords
from analysis.frames import frame
from analysis.opening import moment_of, place, reading
from analysis.query import Query
from analysis.warehouse import Warehouse
from ingestion.errors import UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ingestion.settings import Settings


@dataclass(frozen=True, repr=False)
class Reader:
    """Answers with pandas frames: text as `str`, times in UTC, missing numbers as NaN.

    Filters are those of the commands: `sport`, `market` and `book` are keys, `team` is what people
    call one (`lakers`), `day` a date by the league's calendar (`2026-01-31`). An `event` is an id,
    the beginning of one, or words (`lakers celtics 2026-01-31`). A moment (`at`) is a time with a
    zone, as text or `datetime`: the answer is what was known then. Null means now, or `ODDS_AS_OF`.
    A published copy holds tables of one moment, and answers of that one only.

    Every method raises OddsError, with one line that says what to do, where the warehouse cannot be
    read or was not built, and UsageError where it is asked for what cannot be.
    """

    settings: "Settings"

    def __repr__(self) -> str:
        return f"<reads {place(self.settings)}>"

    def board(
        self, *, at: str | datetime | None = None, **filters: Unpack[FilterWords]
    ) -> pd.DataFrame:
        """The best price of every outcome at every point of the games to come.

        Returns:
            `event_id sport_key event_name home_team away_team starts_at`; the outcome (`market_key
            outcome_name outcome_description point`); its price (`decimal_price american_price
            net_decimal_price bookmaker_key bookmaker_count captured_at age_minutes`); what it is
            worth by the other houses (`fair_probability fair_decimal_price ev_default ev_worst_case
            ev_error reference_count`) and by all together (`consensus_probability
            consensus_decimal_price consensus_count`), NaN where nobody tells.
        """
        moment = self._moment(at)
        relations = board.RELATIONS if moment is None else board.PAST_RELATIONS
        with self._reading(*relations) as warehouse:
            wanted = Filters(**filters).wanted(warehouse, moment)
            return _framed(warehouse, board.query(warehouse, moment=moment, wanted=wanted))

    def edges(
        self,
        kind: Kind = "positive_ev",
        *,
        min_value: float | None = None,
        at: str | datetime | None = None,
        **filters: Unpack[FilterWords],
    ) -> pd.DataFrame:
        """What pays more than it should: `positive_ev arbitrage middle low_hold steam`.

        Args:
            kind: which of them.
            min_value: only what is expected to pay at least this per unit staked (0.02).
            at: a past moment; not of steam.
            filters: as above.

        Returns:
            One row an edge, the best first, with the columns of the report of its kind
            (`marts.rpt_positive_ev`, `rpt_arbitrage`, `rpt_middles`, `rpt_low_hold`), the age of
            every leg and `is_fresh`, whether it still counts; of steam one row a wave of moves.
        """
        if kind not in edges.KINDS:
            raise UsageError(f"no kind of edge is called {kind!r}: {', '.join(edges.KINDS)}")
        moment = self._moment(at)
        relations = edges.RELATIONS if moment is None else edges.PAST_RELATIONS
        with self._reading(*relations) as warehouse:
            wanted = Filters(**filters).wanted(warehouse, moment)
            query = edges.query(warehouse, kind, moment=moment, wanted=wanted, min_value=min_value)
            return _framed(warehouse, query)

    def offers(
        self, at: str | datetime | None = None, **filters: Unpack[FilterWords]
    ) -> pd.DataFrame:
        """What each offer was worth: now, at a time, or at a fixed moment before starts (`1h`).

        Returns:
            The rows of `marts.fct_offers_valued` of that moment, with `event_name`.
        """
        with self._reading(*offers.RELATIONS) as warehouse:
            moment = at if at in offers.moments(warehouse) else self._moment(at)
            then = moment if isinstance(moment, datetime) else None
            wanted = Filters(**filters).wanted(warehouse, then)
            return _framed(
                warehouse, offers.query(warehouse, at=moment or offers.NOW, wanted=wanted)
            )

    def events(
        self,
        *,
        is_over_included: bool = False,
        at: str | datetime | None = None,
        **filters: Unpack[FilterWords],
    ) -> pd.DataFrame:
        """The games to come and under way; with `is_over_included` those that are over, too.

        Returns:
            `event_id sport_key home_team away_team event_name game_date scheduled_start_at
            observed_start_at starts_at status home_score away_score first_seen_at last_seen_at
            superseded_by_event_id`, by start.
        """
        moment = self._moment(at)
        with self._reading() as warehouse:
            wanted = Filters(**filters).wanted(warehouse, moment)
            query = events.query(
                sport_key=wanted.sport_key,
                event_ids=wanted.event_ids,
                is_over_included=is_over_included,
                relation=events.relation_at(warehouse, moment),
            )
            return _framed(warehouse, query)

    def closes(self, **filters: Unpack[FilterWords]) -> pd.DataFrame:
        """How every book closed on the games that have begun: a price, or why there is none.

        Returns:
            `event_id sport_key event_name home_team away_team starts_at status home_score
            away_score`; the quote; `american_price decimal_price captured_at minutes_before_start`,
            and `missing_reason` where there is no price.
        """
        with self._reading(*quotes.CLOSES_RELATIONS) as warehouse:
            wanted = Filters(**filters).wanted(warehouse, None)
            return _framed(warehouse, quotes.closes_query(wanted=wanted))

    def history(
        self,
        event: str,
        *,
        market: str | None = None,
        book: str | None = None,
        outcome: str | None = None,
        at: str | datetime | None = None,
    ) -> pd.DataFrame:
        """Every change of every quote of an event, in order of time.

        Returns:
            `valid_from previous_seen_at`, the quote, what stood before (`previous_point
            previous_american_price previous_decimal_price was_withdrawn`) and since (`point
            american_price decimal_price is_withdrawn is_stale is_in_play`), and of moves `direction
            first_mover is_first_mover is_steam is_reverse`, which a past moment does not know.
        """
        moment = self._moment(at)
        with self._reading(*history.RELATIONS) as warehouse:
            query = history.query(
                events.named(warehouse, event, moment)["event_id"],
                moment=moment or datetime.now(UTC),
                is_past=moment is not None,
                market_key=market,
                bookmaker_key=book,
                outcome_name=outcome,
            )
            return _framed(warehouse, query)

    def compare(
        self, event: str, *, market: str | None = None, at: str | datetime | None = None
    ) -> pd.DataFrame:
        """Every book side by side on an event; once it has begun, at the last moment before.

        Returns:
            The outcome; `bookmaker_key decimal_price american_price is_best captured_at age_minutes
            valid_from`; by the book itself `fair_probability fair_decimal_price hold`; by all
            `consensus_probability consensus_decimal_price consensus_count`.
        """
        moment = self._moment(at)
        with self._reading(*comparison.RELATIONS) as warehouse:
            found = events.named(warehouse, event, moment)
            return _framed(
                warehouse,
                comparison.query(warehouse, found, moment=moment, market_key=market),
            )

    def bets(self) -> pd.DataFrame:
        """One's own bets, a row a leg, with what each was worth against the close.

        Returns:
            The columns of `marts.fct_bet_legs`, and of its bet `placed_at bet_kind
            bet_bookmaker_key bet_stake bet_decimal_price bet_status bet_profit bet_source
            bet_unmatched_reason`.
        """
        with self._reading(*bets.RELATIONS) as warehouse:
            return _framed(warehouse, bets.query())

    def sql(self, query: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """What any query finds, with a `?` for each parameter; it cannot write."""
        with self._reading() as warehouse:
            try:
                return frame(warehouse, query, parameters)
            except (duckdb.Error, psycopg2.Error) as error:
                raise UsageError(f"that cannot be asked: {error}") from error

    def _reading(self, *relations: str) -> "AbstractContextManager[Warehouse]":
        return reading(self.settings, *relations)

    def _moment(self, at: str | datetime | None) -> datetime | None:
        return moment_of(at) or self.settings.odds_as_of


def _framed(warehouse: Warehouse, query: Query) -> pd.DataFrame:
    return frame(warehouse, query.sql, query.parameters)
