"""Questions about one's own bets, backtests, and how well the warehouse knows; and any query.

The docstrings of the methods are what a language model reads of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from analysis import bet_report, bets, findings, health
from analysis.ask import arguments as given
from analysis.ask import checked_sql, keys
from analysis.ask.answers import MOST_ROWS, Found, answer, cut, looks_from
from analysis.ask.asking import Asking
from analysis.ask.looks import looks
from analysis.backtest import ledger
from analysis.bets import WantedBets
from analysis.opening import moment_of
from analysis.query import EVERYTHING
from analysis.warehouse import Warehouse

SQL_SECONDS = 30
Status = Literal[
    "won", "lost", "push", "void", "half_won", "half_lost", "cashed_out", "pending", "unmatched"
]


class WarehouseQuestions(Asking):
    """Each method is a tool: its answer is rows with what they stand on."""

    def bets(
        self,
        status: Status | None = None,
        sport: given.Sport = None,
        book: given.Book = None,
        since: given.Since = None,
        limit: given.Limit = 100,
    ) -> dict[str, Any]:
        """The user's own bets, the latest first, each with its legs.

        stake and profit are money of `currency`; a profit is null while nobody knows it. clv is
        closing-line value, the expected profit per unit staked by the fair close (0.02 is 2 %).
        """
        with self._reading(*bets.RELATIONS) as warehouse:
            self._no_past("bets", warehouse)
            keys.check(warehouse, sport=sport, book=book)
            wanted = WantedBets(status, book, sport, moment_of(since))
            found = cut(bets.bets_with_legs(warehouse, wanted), limit)
            return _of_a_build(
                warehouse, found, bets.RELATIONS, _none_of(warehouse, bets.RELATIONS[0], "bets")
            )

    def bet_report(self) -> dict[str, Any]:
        """What the user's own bets came to: one row a currency, with breakdowns.

        yield_ is profit per turnover (0.02 is 2 %), with its 95 % interval (yield_low, yield_high);
        null where there are too few bets to tell. `conventions`: mean closing-line value by what a
        close is taken to be. Quote a yield only with its interval.
        """
        with self._reading(*bets.RELATIONS) as warehouse:
            self._no_past("bets", warehouse)
            told = bet_report.report(warehouse, time_zone=self.reader.settings.odds_time_zone)
            return _of_a_build(
                warehouse,
                cut(told["books"], MOST_ROWS),
                bets.RELATIONS,
                _none_of(warehouse, bets.RELATIONS[0], "bets"),
                extra={"conventions": told["conventions"]},
            )

    def backtests(
        self,
        name: Annotated[
            str | None, Field(description="Only runs of this name, or whose id begins so.")
        ] = None,
        limit: given.Limit = 20,
    ) -> dict[str, Any]:
        """Backtests that were kept, the latest first: strategy, parameters, bets, yield, p-value.

        yield is profit per turnover (0.02 is 2 %) with its 95 % interval; p_value takes all trials
        into account. `trials` is how many setups were looked at: the more, the likelier that the
        best of them was luck. Quote a yield only with its interval.
        """
        with self._reading(*ledger.RELATIONS) as warehouse:
            rows = ledger.runs(warehouse)
            if name is not None:
                ids = set(ledger.run_ids_like(warehouse, name))
                rows = [row for row in rows if row["run_id"] in ids]
            (trials,) = warehouse.rows("select count(*) as trials from marts.fct_backtest_trials")
            reason = _none_of(warehouse, ledger.RELATIONS[0], "backtests")
            return _of_a_build(warehouse, cut(rows, limit), ledger.RELATIONS, reason, extra=trials)

    def coverage(self, sport: given.Sport = None) -> dict[str, Any]:
        """How much of what was promised is held, and why not the rest, by sport.

        what: snapshots, tiers, books, markets, closes. outcome: held, or the reason why not.
        row_count of promised_count have it; promised_share is from 0 to 1.
        """
        relation = "quality.rpt_coverage"
        with self._reading(relation) as warehouse:
            self._no_past("figures of coverage", warehouse)
            keys.check(warehouse, sport=sport)
            rows = warehouse.rows(
                """
                select *
                from quality.rpt_coverage
                where sport_key = coalesce(?, sport_key)
                order by sport_key, what, outcome
                """,
                [sport],
            )
            reason = _none_of(warehouse, relation, "figures of what was promised")
            return _of_a_build(warehouse, cut(rows, MOST_ROWS), [relation], reason)

    def health(self) -> dict[str, Any]:
        """How collector and warehouse are doing: one measure a row, with its status and unit.

        It looks from as_of, the last build or the collector's last sign of life.
        """
        with self._reading(*health.RELATIONS) as warehouse:
            self._no_past("measures of health", warehouse)
            rows = list(health.measures(warehouse).values())
            return answer(
                warehouse,
                cut(rows, MOST_ROWS),
                as_of=health.watched_at(warehouse),
                relations=health.RELATIONS[:2],
                last_look_at=_last_look(warehouse, health.watched_at(warehouse)),
                empty_because="no measure is there: run `dbt build`",
                is_of_games=False,
            )

    def findings(
        self,
        severity: given.Severity = "info",
        rule: Annotated[str | None, Field(description="Only this rule, by its rule_id.")] = None,
        sport: given.Sport = None,
        since: given.Since = None,
        limit: given.Limit = 50,
    ) -> dict[str, Any]:
        """What the rules of data quality found, the gravest first.

        `rules` has the words of the rules that found something: what it means, what to do.
        is_standing: whether it still is so. No finding means that the rules found nothing wrong,
        not that nothing is missing: see `coverage`.
        """
        with self._reading(*findings.RELATIONS) as warehouse:
            self._no_past("findings", warehouse)
            keys.check(warehouse, sport=sport)
            rules = findings.rules(warehouse)
            rows = findings.findings(
                warehouse,
                since=moment_of(since),
                sport_key=sport,
                rule_id=rule,
                least_severity=severity,
            )
            broken = {row["rule_id"] for row in rows}
            return _of_a_build(
                warehouse,
                cut(rows, limit),
                findings.RELATIONS,
                f"{len(rules)} rules were tried, and none has found anything that fits",
                extra={"rules": [each for each in rules if each["rule_id"] in broken]},
            )

    def tables(
        self,
        relation: Annotated[
            str | None, Field(description="Only this one, as schema.name, with its columns.")
        ] = None,
    ) -> dict[str, Any]:
        """The tables and views that `sql` may read, or the columns and types of one of them.

        `dialect` is the engine of the warehouse: duckdb or postgres.
        """
        with self._reading() as warehouse:
            rows = warehouse.rows(
                """
                select
                    table_schema || '.' || table_name as relation,
                    column_name,
                    data_type
                from information_schema.columns
                where
                    table_schema in ('marts', 'quality', 'ops')
                    and table_schema || '.' || table_name
                    = coalesce(?, table_schema || '.' || table_name)
                order by table_schema, table_name, ordinal_position
                """,
                [relation],
            )
            if relation is None:
                rows = [{"relation": name} for name in dict.fromkeys(r["relation"] for r in rows)]
            return _of_a_build(
                warehouse,
                Found(rows, len(rows)),
                [] if relation is None else [relation],
                f"there is no {relation}: ask without `relation` for those that there are",
                extra={"dialect": warehouse.engine},
            )

    def sql(self, query: given.Sql, limit: given.Limit = 200) -> dict[str, Any]:
        """Any select of marts, quality and ops, where no other tool answers; see `tables`.

        It cannot write, reads no file, and ends after 30 s. Times are UTC; prices are decimal, a
        missing one is null (see missing_reason), never 0. Put an order into the query: which rows
        come first is otherwise left to the engine.
        """
        with self._reading() as warehouse:
            self._no_past("tables", warehouse)
            text, read = checked_sql.checked(
                query, dialect=warehouse.engine, relations=warehouse.relations()
            )
            counted = ", ".join(f"{name} ({_count(warehouse, name)} rows)" for name in read)
            one_more = f"select * from ({text}) as asked limit {limit + 1}"  # noqa: S608 - checked
            rows = checked_sql.rows(warehouse, one_more, seconds=SQL_SECONDS)
            # how many there are would cost the query once more
            found = Found(rows[:limit], len(rows))
            told = _of_a_build(
                warehouse, found, read, f"the query found nothing in {counted or 'no table'}"
            )
            if told["is_truncated"]:
                told["truncation"] = f"the first {limit} rows; there are more: aggregate, or filter"
            return told


def _none_of(warehouse: Warehouse, relation: str, what: str) -> str:
    held = _count(warehouse, relation)
    if not held:
        return f"there are no {what} in {relation}: none has been brought in, or built"
    return f"none of the {held} {what} in {relation} fits"


def _count(warehouse: Warehouse, relation: str) -> int:
    (row,) = warehouse.rows(f"select count(*) as held from {relation}")  # noqa: S608 - it exists
    return int(row["held"])


def _last_look(warehouse: Warehouse, as_of: datetime) -> datetime | None:
    return looks(warehouse, EVERYTHING, moment=None, until=as_of).last_at


def _of_a_build(
    warehouse: Warehouse,
    found: Found,
    relations: Sequence[str],
    empty_because: str,
    *,
    extra: Any = None,
) -> dict[str, Any]:
    as_of = looks_from(warehouse, is_of_a_build=True)
    return answer(
        warehouse,
        found,
        as_of=as_of,
        relations=relations,
        last_look_at=_last_look(warehouse, as_of),
        empty_because=empty_because,
        extra=extra,
        is_of_games=False,
    )
