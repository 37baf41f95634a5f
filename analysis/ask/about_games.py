"""Questions about games and their prices, now or at a past moment.

The docstrings of the methods are what a language model reads of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analysis import board, comparison, edges, event_names, events, history, quotes
from analysis.ask import arguments as given
from analysis.ask.answers import Found, answer, cut, first_rows, looks_from
from analysis.ask.asking import Asking, wanted
from analysis.ask.looks import looks, why_empty
from analysis.edges import Kind
from analysis.filters import Filters
from analysis.query import Wanted
from analysis.warehouse import Warehouse
from ingestion.errors import UsageError


class GameQuestions(Asking):
    """Each method is a tool: its answer is rows with what they stand on."""

    def board(
        self,
        *,
        sport: given.Sport = None,
        market: given.Market = None,
        book: given.Book = None,
        team: given.Team = None,
        day: given.Day = None,
        at: given.At = None,
        limit: given.Limit = 100,
    ) -> dict[str, Any]:
        """The best price of every outcome of the games to come.

        Prices: decimal_price (2.5 pays 2.5 per unit staked, the stake included), american_price;
        net_decimal_price is after commission. What a price is worth: ev_default, expected profit
        per unit staked (0.02 is 2 %) by the other books; fair_probability and
        consensus_probability, from 0 to 1; null where nobody tells. age_minutes: how long ago the
        API showed the price. Times are UTC.
        """
        moment = self._moment(at)
        relations = board.RELATIONS if moment is None else board.PAST_RELATIONS
        with self._reading(*relations) as warehouse:
            filters = wanted(warehouse, Filters(sport, market, book, team, day), moment)
            query = board.query(warehouse, moment=moment, wanted=filters)
            found = first_rows(warehouse, query, limit)
            return _of_games(warehouse, found, filters, relations, moment)

    def edges(
        self,
        *,
        kind: Kind = "positive_ev",
        sport: given.Sport = None,
        market: given.Market = None,
        book: given.Book = None,
        team: given.Team = None,
        day: given.Day = None,
        min_value: given.MinValue = None,
        at: given.At = None,
        limit: given.Limit = 50,
    ) -> dict[str, Any]:
        """Bets that pay more than they should, the best first, among the games to come.

        Kinds: positive_ev (single bets above their fair price), arbitrage (sets that win whatever
        happens), middle (two bets that may both win), low_hold (sets that cost little), steam
        (waves of moves; of now only). Values are per unit staked: ev_default, guaranteed_roi,
        expected_roi; 0.02 is 2 %. is_fresh tells whether all prices are young enough to count.
        """
        moment = self._moment(at)
        relations = edges.RELATIONS if moment is None else edges.PAST_RELATIONS
        with self._reading(*relations) as warehouse:
            filters = wanted(warehouse, Filters(sport, market, book, team, day), moment)
            query = edges.query(warehouse, kind, moment=moment, wanted=filters, min_value=min_value)
            found = first_rows(warehouse, query, limit)
            among = edges.looked_at(warehouse, moment=moment, wanted=filters)["offers"]
            return _of_games(
                warehouse,
                found,
                filters,
                relations,
                moment,
                otherwise=f"there is no {kind} among the {among} offers of games to come",
            )

    def games(
        self,
        *,
        sport: given.Sport = None,
        team: given.Team = None,
        day: given.Day = None,
        is_over_included: bool = False,
        at: given.At = None,
        limit: given.Limit = 100,
    ) -> dict[str, Any]:
        """The games to come and under way, with their ids, by start; past ones where asked for.

        starts_at is the start that every rule uses, in UTC; game_date the day by the league's
        calendar. status: scheduled, live, final, and so on; scores are null while unknown.
        """
        moment = self._moment(at)
        with self._reading(events.EVENTS_NOW) as warehouse:
            filters = wanted(warehouse, Filters(sport=sport, team=team, day=day), moment)
            relation = events.relation_at(warehouse, moment)
            query = events.query(
                sport_key=filters.sport_key,
                event_ids=filters.event_ids,
                is_over_included=is_over_included,
                relation=relation,
            )
            found = first_rows(warehouse, query, limit)
            return _of_games(warehouse, found, filters, [relation], moment)

    def event(self, event: given.Event, at: given.At = None) -> dict[str, Any]:
        """One game: its teams, start, status and score, and how many books quote which markets.

        The one row is the game. `markets` has a row per market that was quoted up to the moment:
        bookmaker_count, change_count, first_at and last_at (UTC).
        """
        moment = self._moment(at)
        with self._reading(*event_names.RELATIONS, events.EVENTS_NOW) as warehouse:
            until = moment or looks_from(warehouse)
            found = events.named(warehouse, event, moment)
            markets = warehouse.rows(
                """
                select
                    market_key,
                    count(distinct bookmaker_key) as bookmaker_count,
                    count(*) as change_count,
                    min(valid_from) as first_at,
                    max(valid_from) as last_at
                from marts.fct_odds_changes
                where event_id = ? and valid_from <= ?
                group by market_key
                order by market_key
                """,
                [found["event_id"], until],
            )
            relations = [events.relation_at(warehouse, moment), "marts.fct_odds_changes"]
            return _of_games(
                warehouse,
                cut([found], 1),
                Wanted(event_ids=[found["event_id"]]),
                relations,
                moment,
                extra={"markets": markets},
            )

    def history(
        self,
        event: given.Event,
        *,
        market: given.Market = None,
        book: given.Book = None,
        outcome: str | None = None,
        at: given.At = None,
        limit: given.Limit = 200,
    ) -> dict[str, Any]:
        """Every change of every quote of one game, in order of time.

        valid_from: when the change was seen (UTC), previous_seen_at the look before. previous_… is
        what stood before, null for the first quote; is_withdrawn: the book took it away. `outcome`
        is a team's name, Over, Under or Draw as the rows have it.
        """
        moment = self._moment(at)
        relations = (*history.RELATIONS, *event_names.RELATIONS)
        with self._reading(*relations) as warehouse:
            filters = wanted(warehouse, Filters(market=market, book=book), moment)
            until = moment or looks_from(warehouse)
            event_id = events.named(warehouse, event, moment)["event_id"]
            query = history.query(
                event_id,
                moment=until,
                is_past=moment is not None,
                market_key=market,
                bookmaker_key=book,
                outcome_name=outcome,
            )
            found = first_rows(warehouse, query, limit)
            filters = Wanted(None, filters.market_key, filters.bookmaker_key, [event_id])
            return _of_games(warehouse, found, filters, relations, moment)

    def compare(
        self,
        event: given.Event,
        market: given.Market = None,
        at: given.At = None,
        limit: given.Limit = 200,
    ) -> dict[str, Any]:
        """Every book side by side on one game, best price first.

        compared_at is the moment of the prices: once the game has begun the last one before its
        start. is_best is after commission. hold is what the book keeps of all stakes (0.05 is 5 %),
        fair_probability its price without the margin, consensus_… what all books together think.
        """
        moment = self._moment(at)
        relations = (*comparison.RELATIONS, *event_names.RELATIONS)
        with self._reading(*relations) as warehouse:
            filters = wanted(warehouse, Filters(market=market), moment)
            found = events.named(warehouse, event, moment)
            until = moment or looks_from(warehouse)
            compared_at = comparison.last_moment(found["starts_at"], until=until)
            query = comparison.query(warehouse, found, moment=moment, market_key=market)
            rows = first_rows(warehouse, query, limit)
            filters = Wanted(None, filters.market_key, None, [found["event_id"]])
            return _of_games(
                warehouse, rows, filters, relations, moment, extra={"compared_at": compared_at}
            )

    def closes(
        self,
        *,
        event: given.Event | None = None,
        sport: given.Sport = None,
        market: given.Market = None,
        book: given.Book = None,
        team: given.Team = None,
        day: given.Day = None,
        at: given.At = None,
        limit: given.Limit = 200,
    ) -> dict[str, Any]:
        """How every book closed on games that have begun: its last price before the start.

        Where there is no price missing_reason says why: a missing close is no close of 0.
        minutes_before_start: how old the price was at the start. `at` can be asked of one `event`
        only, by the start believed then.
        """
        moment = self._moment(at)
        if moment is not None and event is None:
            raise UsageError("closes at a past moment are told of one event: name it")
        with self._reading(*quotes.CLOSES_RELATIONS) as warehouse:
            filters = wanted(warehouse, Filters(sport, market, book, team, day), moment)
            if event is not None:
                event_id = events.named(warehouse, event, moment)["event_id"]
                filters = Wanted(sport, market, book, [event_id])
            if moment is None:
                query = quotes.closes_query(wanted=filters)
                found = first_rows(warehouse, query, limit)
                return _closes(warehouse, found, filters, quotes.CLOSES_RELATIONS, None)
            rows = [
                {"event_id": event_id, **row}
                for row in quotes.closes_of(warehouse, event_id, moment=moment)
                if market in (None, row["market_key"]) and book in (None, row["bookmaker_key"])
            ]
            return _closes(warehouse, cut(rows, limit), filters, [quotes.CLOSES_THEN], moment)


def _closes(
    warehouse: Warehouse,
    found: Found,
    filters: Wanted,
    relations: Sequence[str],
    moment: datetime | None,
) -> dict[str, Any]:
    why = "none of these games had begun, or its start has moved since"
    return _of_games(warehouse, found, filters, relations, moment, otherwise=why)


def _of_games(
    warehouse: Warehouse,
    found: Found,
    filters: Wanted,
    relations: Sequence[str],
    moment: datetime | None,
    *,
    otherwise: str = "none of them fits at that moment",
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    as_of = moment or looks_from(warehouse)
    if moment is not None:
        warehouse.look_from(moment)
    seen = looks(warehouse, filters, moment=moment, until=as_of)
    reason = ""
    if not found.rows:
        reason = why_empty(
            warehouse, filters, seen, moment=moment, until=as_of, otherwise=otherwise
        )
    return answer(
        warehouse,
        found,
        as_of=as_of,
        relations=relations,
        last_look_at=seen.last_at,
        empty_because=reason,
        extra=extra,
    )
