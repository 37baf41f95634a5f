"""`odds backtest …`: what a strategy would have earned, and how much of that is luck."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from errno import EISDIR
from os import strerror
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import backtest_options as options
from cli import backtest_pages as pages
from cli.building import build_what_is_behind
from cli.examples import examples
from cli.options import AsOfOption, CsvOption, JsonOption, ReadOnlyOption, TargetOption
from cli.progress import waiting_for
from cli.reading import reading
from cli.session import Answer, Session, now, run
from ingestion.errors import OddsError, UsageError
from ingestion.odds_api.catalogue import known
from ingestion.settings import moment_given

if TYPE_CHECKING:
    from analysis.backtest.engine import Setup
    from analysis.backtest.result import BacktestResult

# pandas and the statistics are slow to import, so every command imports what it needs
# ruff: noqa: PLC0415

SHORTEST_ID = 4
# a month, and a day: what lies further off says nothing of a price
LONGEST_MINUTES = 31 * 24 * 60
LONGEST_DELAY_SECONDS = 24 * 3600
MARKETS = ["h2h", "spreads", "totals"]

backtest = typer.Typer(help="Try strategies on the past, without looking ahead.")

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, its start, or name.")]


@backtest.command(
    "run",
    epilog=examples(
        "odds backtest run ev -p min_edge=0.03 --at 1h --sport basketball_nba",
        "odds backtest run board --at 3h",
        "odds backtest run flat -p pick=home --stake flat --amount 50 --report home.html",
        "odds backtest run arbitrage --at tier:closing --book draftkings --book fanduel --json",
    ),
)
def run_(
    *,
    strategy: Annotated[
        str, typer.Argument(metavar="STRATEGY", help="`odds backtest strategies` lists them.")
    ],
    parameter: options.ParameterOption = None,
    at: options.MomentOption = "1h",
    sport: options.SportsOption = None,
    market: options.MarketsOption = MARKETS,
    since: options.SinceOption = None,
    clock: options.ClockOption = "published",
    max_age: options.MaxAgeOption = None,
    stake: options.StakeOption = None,
    amount: Annotated[float, typer.Option(help="Stake of flat stakes.")] = 100.0,
    share: Annotated[float, typer.Option(help="Share of percentage stakes.")] = 0.01,
    fraction: Annotated[float, typer.Option(help="Part of the Kelly stake.")] = 0.25,
    min_stake: Annotated[float, typer.Option(help="A smaller stake is no bet.")] = 1.0,
    increment: Annotated[float, typer.Option(help="Stakes are whole multiples of it.")] = 0.01,
    bankroll: Annotated[float, typer.Option(help="Money to begin with.")] = options.BANKROLL,
    delay: Annotated[
        int, typer.Option(metavar="SECONDS", help="How long it takes to get a bet down.")
    ] = options.DELAY_SECONDS,
    within: Annotated[
        float,
        typer.Option(
            metavar="MINUTES", help="A later snapshot says nothing about whether it was had."
        ),
    ] = options.WITHIN_MINUTES,
    book: options.BooksOption = None,
    limits: options.LimitsOption = None,
    name: Annotated[str | None, typer.Option(help="A label, to find the run by.")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="HTML", help="Write the report page there.")
    ] = None,
    no_save: Annotated[
        bool,
        typer.Option("--no-save", help="Do not keep the run; it counts as a trial all the same."),
    ] = False,
    no_build: ReadOnlyOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a strategy over the past as it would have run then, and keep the run as one more trial.

    A price counts as had if the next snapshot still shows it; stakes are of what is free at each
    decision. A run that is repeated on the same data is the same run. What it reads is built first
    where more has landed since, as the collector builds the odds at once and the rest once a day.
    """

    def work(session: Session) -> Answer:
        from analysis.backtest import runs, trials
        from analysis.backtest.choosing import LookAheadError
        from analysis.backtest.engine import SetupError
        from analysis.backtest.moments import MomentError
        from analysis.backtest.sizing import SizingError
        from analysis.backtest.strategy import StrategyError
        from analysis.reports.run_report import warnings_of

        given = options.Given(
            strategy=strategy,
            parameters=parameter,
            moment=at,
            sports=sport,
            markets=market,
            since=since,
            clock=clock,
            max_age=max_age,
            stake_method=stake,
            sizing={
                "amount": amount,
                "share": share,
                "fraction": fraction,
                "min_stake": min_stake,
                "increment": increment,
            },
            bankroll=bankroll,
            delay=delay,
            within=within,
            books=book,
            limits=limits,
        )
        setup = _setup(session, given)
        _check_report(report)
        relations = runs.relations_of(setup)
        build_what_is_behind(session, relations, may_build=not no_build)
        with (
            waiting_for("backtest") as on_step,
            reading(session.settings, *relations) as warehouse,
        ):
            try:
                result = runs.run_backtest(
                    warehouse, setup, name=name, started_at=session.started_at, on_step=on_step
                )
            except (StrategyError, LookAheadError, MomentError, SizingError, SetupError) as error:
                raise UsageError(str(error)) from error
            standing = trials.standing(result, trials.trials(warehouse))
        _note(session, result)
        if not no_save and not _keep(session, result) and name is not None:
            session.warn(f"this run was kept before: its name stays, and {name!r} is not given")
        if report is not None:
            _write_report(report, result, standing)
        for warning in warnings_of(result):
            session.warn(warning)
        return Answer(
            data=pages.run_data(result, standing),
            page=pages.run_page(result, standing, report=report),
        )

    run("backtest run", work, target=target, as_of=as_of, as_json=as_json)


@backtest.command(
    "canary",
    epilog=examples("odds backtest canary ev", "odds backtest canary mine -p depth=3 --at 3h"),
)
def canary_(
    *,
    strategy: Annotated[
        str, typer.Argument(metavar="STRATEGY", help="`odds backtest strategies` lists them.")
    ],
    parameter: options.ParameterOption = None,
    at: options.MomentOption = "1h",
    sport: options.SportsOption = None,
    market: options.MarketsOption = MARKETS,
    since: options.SinceOption = None,
    book: options.BooksOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try out whether a strategy knows the future; status 1 if it does, or chooses nothing.

    What comes after some moments is cut off, then given other prices, then all games get other ids:
    what it chooses up to then must stay the same. Each run is a process of its own.
    """

    def work(session: Session) -> Answer:
        from analysis.backtest import engine
        from analysis.backtest.canary import canary
        from analysis.backtest.moments import MomentError
        from analysis.backtest.strategy import StrategyError

        given = options.Given(
            strategy=strategy,
            parameters=parameter,
            moment=at,
            sports=sport,
            markets=market,
            since=since,
            books=book,
        )
        setup = _setup(session, given)
        relations = engine.relations_of(setup.strategy)
        build_what_is_behind(session, relations, may_build=True)
        with waiting_for("canary") as on_step:
            try:
                with reading(session.settings, *relations) as warehouse:
                    offers = engine.offers_for(warehouse, setup)
                verdict = canary(setup.strategy, offers, on_step=on_step)
            except (StrategyError, MomentError, engine.SetupError) as error:
                raise UsageError(str(error)) from error
        # a trial of nothing is passed by everybody
        is_well = verdict.choices > 0 and not verdict.leaks
        return Answer(data=asdict(verdict), page=pages.canary_page(verdict), is_well=is_well)

    run("backtest canary", work, target=target, as_of=as_of, as_json=as_json)


@backtest.command("strategies", epilog=examples("odds backtest strategies --json"))
def strategies_(
    *,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the strategies with their parameters, those of other packages too."""

    def work(_: Session) -> Answer:
        from analysis.backtest.strategy import described_strategies

        rows = described_strategies()
        return Answer(data={"strategies": rows}, page=pages.strategies_page(rows))

    run("backtest strategies", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@backtest.command("list", epilog=examples("odds backtest list", "odds backtest list --limit 5"))
def list_(
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the runs that were kept, the latest first."""

    def work(session: Session) -> Answer:
        from analysis.backtest import ledger

        with reading(session.settings, *ledger.RELATIONS) as warehouse:
            rows = ledger.runs(warehouse, limit=limit)
        return Answer(data={"runs": rows}, page=pages.list_page(rows))

    run("backtest list", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@backtest.command("show", epilog=examples("odds backtest show 3f9a", "odds backtest show my-run"))
def show(
    *,
    run_id: RunArgument,
    report: Annotated[
        Path | None, typer.Option(metavar="HTML", help="Write the report page there.")
    ] = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run that was kept, judged by all that has been tried by now."""

    def work(session: Session) -> Answer:
        _check_report(report)
        (result,), standings = _kept(session, [run_id])
        if report is not None:
            _write_report(report, result, standings[0])
        return Answer(
            data=pages.run_data(result, standings[0]),
            page=pages.run_page(result, standings[0], report=report),
        )

    run("backtest show", work, target=target, as_of=as_of, as_json=as_json)


@backtest.command(
    "compare",
    epilog=examples(
        "odds backtest compare 3f9a 81c2", "odds backtest compare a b --report ab.html"
    ),
)
def compare(
    *,
    run_ids: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Two runs or more.")],
    report: Annotated[
        Path | None, typer.Option(metavar="HTML", help="Write the comparison page there.")
    ] = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Compare runs that were kept, with p-values adjusted for all that has been tried."""

    def work(session: Session) -> Answer:
        if len(run_ids) < 2:
            raise UsageError("compare takes two runs or more; `odds backtest show` shows one")
        _check_report(report)
        results, standings = _kept(session, run_ids)
        if report is not None:
            _write_comparison(report, results, standings)
        both = list(zip(results, standings, strict=True))
        return Answer(
            data={"runs": [pages.run_data(*each) for each in both]},
            page=pages.comparison_page(both, report=report),
        )

    run("backtest compare", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@backtest.command(
    "export",
    epilog=examples("odds backtest export 3f9a run.json", "odds backtest export 3f9a a.csv"),
)
def export(
    *,
    run_id: RunArgument,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help=".json for all of it, .csv or .parquet for bets.")
    ],
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a run that was kept to a file."""

    def work(session: Session) -> Answer:
        (result,), _ = _kept(session, [run_id])
        try:
            result.write(path)
        except ValueError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            raise OddsError(f"cannot write {path}: {error.strerror or error}") from error
        data = {"run_id": result.facts["run_id"], "path": str(path), "bets": len(result.bets)}
        return Answer(data=data, page=pages.export_page(data))

    run("backtest export", work, target=target, as_of=as_of, as_json=as_json)


@backtest.command(
    "trace", epilog=examples("odds backtest trace 3f9a/17", "odds backtest trace 81c27d")
)
def trace(
    *,
    bet: Annotated[
        str, typer.Argument(metavar="BET", help="A bet's id or its start, or RUN/NUMBER.")
    ],
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a bet to the bytes: bet, quote, change, response, and the payload with its hash.

    Ends with status 1 where the chain is broken.
    """

    def work(session: Session) -> Answer:
        from analysis.backtest import ledger, settler
        from analysis.backtest import trace as tracing

        if "/" not in bet and len(bet) < SHORTEST_ID:
            raise UsageError(f"{bet!r} is too short: give at least {SHORTEST_ID} characters")
        relations = (*ledger.RELATIONS, *tracing.RELATIONS, *settler.RELATIONS)
        with reading(session.settings, *relations) as warehouse:
            found = ledger.bets_like(warehouse, bet)
            if len(found) != 1:
                raise UsageError(_unclear("bet", bet, [row["bet_id"] for row in found]))
            bet_row = found[0]
            if bet_row["settlement"] is None:
                reason = settler.why_pending(warehouse, bet_row, as_of=session.looks_from)
                bet_row = {**bet_row, "pending_reason": reason}
            chain = tracing.trace(warehouse, bet_row)
        return Answer(data=asdict(chain), page=pages.trace_page(chain), is_well=chain.is_whole)

    run("backtest trace", work, target=target, as_of=as_of, as_json=as_json)


def _setup(session: Session, given: options.Given) -> "Setup":
    """The setup of a run, or UsageError that names the option to mend."""
    from analysis.backtest.book import TIME_ZONE
    from analysis.backtest.decision_view import DecisionView
    from analysis.backtest.engine import Setup
    from analysis.backtest.fills import FillModel
    from analysis.backtest.moments import parse_moment
    from analysis.backtest.sizing import MOST_MONEY, Sizing
    from analysis.backtest.strategy import make_strategy

    for key in given.markets:
        known().market(key)
    sports = tuple(sorted(set(given.sports or _sports_held(session, given.markets))))
    for key in sports:
        known().sport(key)
    for option, value in {
        "--bankroll": given.bankroll,
        "--within": given.within,
        "--max-age": given.max_age,
    }.items():
        most = MOST_MONEY if option == "--bankroll" else LONGEST_MINUTES
        if value is not None and not 0 < value < most:
            raise UsageError(f"{option} must be above 0 and below {most:g}, not {value:g}")
    if not 0 <= given.delay <= LONGEST_DELAY_SECONDS:
        raise UsageError(f"--delay is 0 to {LONGEST_DELAY_SECONDS} seconds, not {given.delay}")
    try:
        strategy = make_strategy(given.strategy, options.parameters_given(given.parameters))
        method = given.stake_method or strategy.default_stake
        _check_sizing(method, given.sizing)
        return Setup(
            strategy=strategy,
            view=DecisionView(
                moment=parse_moment(given.moment),
                sports=sports,
                markets=tuple(sorted(set(given.markets))),
                clock=given.clock,
                as_of=session.looks_from,
                since=moment_given("--since", given.since),
                max_age_minutes=given.max_age,
            ),
            sizing=Sizing(**given.sizing, method=method),
            fill_model=FillModel(
                delay_seconds=given.delay,
                within_minutes=given.within,
                limits=options.read_limits(given.limits),
            ),
            initial_bankroll=given.bankroll,
            time_zone=TIME_ZONE,
            books=tuple(sorted(set(given.books or ()))),
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _check_sizing(method: str, sizing: Mapping[str, Any]) -> None:
    """Refuse what would change nothing but the identity of the run."""
    from analysis.backtest.sizing import Sizing

    usual = Sizing()
    for name, of in {"amount": "flat", "share": "percentage", "fraction": "kelly"}.items():
        if of != method and sizing.get(name, getattr(usual, name)) != getattr(usual, name):
            raise UsageError(f"--{name} is of {of} stakes, and these are {method}: see --stake")


def _sports_held(session: Session, markets: Sequence[str]) -> Sequence[str]:
    """The sports of the warehouse; those of which a market is never settled are left out, aloud."""
    from analysis.backtest import settler

    with reading(session.settings, "marts.dim_events", *settler.RELATIONS) as warehouse:
        rows = warehouse.rows("select distinct sport_key from marts.dim_events order by sport_key")
        held = [row["sport_key"] for row in rows if row["sport_key"] in known().sports]
        refused = settler.never_settled(warehouse, sports=held, markets=markets)
        pending = {sport for sport, _ in refused}
    settled = [sport for sport in held if sport not in pending]
    if settled and pending:
        session.warn(
            f"left out, no score settles all of these markets: {', '.join(sorted(pending))}"
        )
    return settled or held or session.settings.odds_sports


def _note(session: Session, result: "BacktestResult") -> None:
    from analysis.backtest.trials import trial_of
    from ingestion.pipelines import note_trial

    note_trial(trial_of(result), session.settings, now=now)


def _keep(session: Session, result: "BacktestResult") -> bool:
    from ingestion.pipelines import keep_backtest

    bets = result.bets.assign(landed_at=None).itertuples(index=False, name="Bet")
    return keep_backtest(result.facts, list(bets), session.settings, now=now)


def _kept(
    session: Session, names: Sequence[str]
) -> tuple[list["BacktestResult"], list[Mapping[str, Any]]]:
    """Runs that were kept, and how each stands among all that were tried."""
    from analysis.backtest import ledger, trials

    with reading(session.settings, *ledger.RELATIONS) as warehouse:
        results: list[BacktestResult] = []
        for name in names:
            if not name:
                raise UsageError("the name of a run is empty; `odds backtest list` lists them")
            found = ledger.run_ids_like(warehouse, name)
            if len(found) != 1:
                raise UsageError(_unclear("run", name, found))
            if any(found[0] == each.facts["run_id"] for each in results):
                raise UsageError(f"{name!r} is run {found[0]} again: compare takes different runs")
            results.append(ledger.kept_result(warehouse, found[0]))
        tried = trials.trials(warehouse)
    return results, [trials.standing(result, tried) for result in results]


def _unclear(what: str, given: str, found: Sequence[str]) -> str:
    if not found:
        return f"no {what} {given!r}: `odds backtest list` and `odds backtest show RUN` list them"
    shown = ", ".join(found[:5])
    return f"{given!r} could be {len(found)} {what}s: {shown}; give more of the id"


def _write_report(path: Path, result: "BacktestResult", standing: Mapping[str, Any]) -> None:
    from analysis.reports.backtest_page import render
    from analysis.reports.run_report import run_report

    _write(path, render(run_report(result, standing)))


def _write_comparison(
    path: Path, results: Sequence["BacktestResult"], standings: Sequence[Mapping[str, Any]]
) -> None:
    from analysis.reports.comparison_page import render_comparison
    from analysis.reports.run_report import run_report

    both = zip(results, standings, strict=True)
    _write(path, render_comparison([run_report(*each) for each in both]))


def _check_report(path: Path | None) -> None:
    """See that a page can be written there, before minutes of work are lost for it.

    Raises:
        OddsError: it cannot.
    """
    if path is None:
        return
    try:
        if path.is_file():
            path.open("a").close()
        elif path.exists():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        else:
            folder = next(each for each in path.absolute().parents if each.exists())
            TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OddsError(f"cannot write {path}: {error.strerror}") from error


def _write(path: Path, page: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise OddsError(f"cannot write {path}: {error.strerror}") from error
