"""`odds bets`: one's own bets, brought in, settled and held against the close."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from analysis import bet_report, event_names, events
from analysis import bets as bet_queries
from analysis.bets import WantedBets
from cli.bets_pages import bets_page, import_page, report_page
from cli.building import build_bets
from cli.event_argument import chosen_event
from cli.examples import examples
from cli.options import (
    AsOfOption,
    BookOption,
    CsvOption,
    JsonOption,
    NoBuildOption,
    PricesOption,
    SportOption,
    TargetOption,
    ZoneOption,
)
from cli.progress import waiting
from cli.reading import reading, warn_of_another_moment
from cli.session import Answer, Session, now, run
from ingestion.bet_mapping import EXAMPLE, ExportMapping, read_mapping
from ingestion.bets import FIELDS, TEMPLATE, BetLeg, bets_of, read_bets
from ingestion.errors import UsageError
from ingestion.settings import moment_given

bets = typer.Typer(help="Your own bets: bring them in, see what they came to against the close.")

Status = Literal[
    "pending", "unmatched", "won", "lost", "push", "void", "half_won", "half_lost", "cashed_out"
]
LEG_PARTS = ("event", "market", "outcome", "point", "price")
HOW_LEG = "|".join(LEG_PARTS)

BetArgument = Annotated[
    str, typer.Argument(metavar="BET", help="Its id, as `odds bets list` shows it.")
]
LegOption = Annotated[
    list[str],
    typer.Option(
        "--leg",
        metavar=HOW_LEG,
        help="What was backed: 'lakers 2026-01-31|spreads|Los Angeles Lakers|-3.5|-110', the point "
        "left empty where there is none. Give it once a leg: several make a parlay.",
    ),
]


@bets.command(
    "template", epilog=examples("odds bets template mine.csv", "odds bets template tracker.toml")
)
def template(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A .csv to fill in, or a .toml that tells how to read another program's export.",
        ),
    ],
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a file to begin with: a CSV of bets, or how to read another program's export.

    A line is a leg; lines of one bet_id are a parlay. price is American with its sign (-110, +150)
    or decimal (1.91); total_price is that of the whole bet where a boost or a parlay has its own.
    """

    def work(_: Session) -> Answer:
        text = {".csv": TEMPLATE, ".toml": EXAMPLE}.get(file.suffix)
        if text is None:
            raise UsageError(f"{file}: give a name that ends in .csv or .toml")
        try:
            with file.open("x", encoding="utf-8") as new:
                new.write(text)
        except FileExistsError as error:
            raise UsageError(f"{file}: is there already") from error
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror or error}") from error
        return Answer(data={"file": str(file)}, page=[Text(f"Written: {file}")])

    run("bets template", work, target=target, as_of=as_of, as_json=as_json)


@bets.command(
    "import",
    epilog=examples(
        "odds bets import mine.csv",
        "odds bets import export.csv --mapping tracker.toml --json",
    ),
)
def import_(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file; `odds bets template` writes one.")
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="How to read another program's export: `odds bets template` writes one, too.",
            show_default=False,
        ),
    ] = None,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Bring in bets, each once however often it is imported; what changed is a correction.

    All of a file or nothing. Books, markets and teams go by their names and the aliases of the
    seeds; what is not clear is not guessed: its bet is listed with the reason.
    """

    def work(session: Session) -> Answer:
        told = read_mapping(mapping, fields=FIELDS) if mapping else ExportMapping()
        return _landed(session, read_bets(file, told), is_built=not no_build)

    run("bets import", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@bets.command(
    "add",
    epilog=examples(
        "odds bets add --book draftkings --stake 25 --leg 'lakers|h2h|Los Angeles Lakers||-150'",
        "odds bets add --book fanduel --stake 10 --leg 'lakers|h2h|Los Angeles Lakers||1.8' "
        "--leg 'knicks|totals|Over|221.5|1.91' --total-price +260",
    ),
)
def add(
    *,
    leg: LegOption,
    book: Annotated[str, typer.Option("--book", metavar="BOOK", help="A book's key or name.")],
    stake: Annotated[str, typer.Option(metavar="MONEY", help="Stake of the whole bet.")],
    total_price: Annotated[
        str,
        typer.Option(
            metavar="PRICE", help="Price of the whole bet, boost included.", show_default=False
        ),
    ] = "",
    placed_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When, with its zone; default now.", show_default=False),
    ] = None,
    bet_id: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="An id of your own; that of a bet that is held corrects it.",
            show_default=False,
        ),
    ] = "",
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Such as USD.", show_default=False)
    ] = "",
    free: Annotated[bool, typer.Option("--free", help="The stake is the book's.")] = False,
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="Whatever you note.", show_default=False)
    ] = "",
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Add one bet, single or parlay; its games are named as in all commands (`lakers celtics`)."""

    def work(session: Session) -> Answer:
        placed = moment_given("--placed-at", placed_at) or session.looks_from
        whole = {
            "bet_id": bet_id,
            "placed_at": placed.isoformat(),
            "bookmaker": book,
            "stake": stake,
            "currency": currency,
            "total_price": total_price,
            "is_free_bet": "true" if free else "",
            "note": note,
        }
        lines = {number: whole | _leg_of(session, text) for number, text in enumerate(leg, start=1)}
        if len(lines) > 1 and not bet_id:
            # the legs of one bet share its id
            whole_id = f"{placed:%Y%m%d%H%M%S%f}"
            lines = {number: {**line, "bet_id": whole_id} for number, line in lines.items()}
        legs = bets_of(lines, ExportMapping(), where="--leg ")
        return _landed(session, legs, is_built=not no_build)

    run("bets add", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@bets.command("remove", epilog=examples("odds bets remove own:17"))
def remove(
    *,
    bet: BetArgument,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a bet back that should not be there; what was told of it stays in raw.bets."""

    def work(session: Session) -> Answer:
        from ingestion import pipelines  # noqa: PLC0415 - dlt is slow to import

        pipelines.remove_bet(bet, session.settings, now=now)
        if not no_build:
            build_bets(session)
        return Answer(data={"removed": bet}, page=[Text(f"Removed {bet}.")])

    run("bets remove", work, target=target, as_of=as_of, as_json=as_json)


@bets.command(
    "list",
    epilog=examples(
        "odds bets list", "odds bets list --unmatched", "odds bets list --status pending"
    ),
)
def list_(
    *,
    status: Annotated[
        Status | None, typer.Option(help="Only bets of this status.", show_default=False)
    ] = None,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="Only bets of which something is not clear.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only bets placed since, with zone.", show_default=False),
    ] = None,
    book: BookOption = None,
    sport: SportOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show your bets, the latest first: their games, what they came to, and their CLV."""

    def work(session: Session) -> Answer:
        wanted = WantedBets(
            status=status,
            bookmaker_key=book,
            sport_key=sport,
            since=moment_given("--since", since),
            is_unmatched=unmatched,
        )
        with reading(session.settings, *bet_queries.RELATIONS) as warehouse:
            warn_of_another_moment(session, warehouse)
            rows = bet_queries.bets_with_legs(warehouse, wanted)
        return Answer(data={"bets": rows}, page=bets_page(rows))

    run(
        "bets list", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


@bets.command("report", epilog=examples("odds bets report", "odds bets report --by month --json"))
def report(
    *,
    by: Annotated[
        Literal["book", "market", "sport", "month", "odds"] | None,
        typer.Option(help="Only this breakdown; default all of them.", show_default=False),
    ] = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    time_zone: ZoneOption = None,
) -> None:
    """Show what your bets came to: yield with its interval, CLV by four closes, what was left.

    Money of two currencies is never added up. A yield without an interval has fewer than 30 bets or
    8 days; then it says next to nothing.
    """

    def work(session: Session) -> Answer:
        with reading(session.settings, *bet_queries.RELATIONS) as warehouse:
            warn_of_another_moment(session, warehouse)
            told = bet_report.report(warehouse, time_zone=session.settings.odds_time_zone)
        return Answer(data=told, page=report_page(told, only=by))

    run(
        "bets report",
        work,
        target=target,
        as_of=as_of,
        as_json=as_json,
        as_csv=as_csv,
        time_zone=time_zone,
    )


def _landed(session: Session, legs: Sequence[BetLeg], *, is_built: bool) -> Answer:
    from ingestion import pipelines  # noqa: PLC0415 - dlt is slow to import

    with waiting("landing"):
        summary = pipelines.import_bets(legs, session.settings, now=now)
    data: dict[str, object] = {**asdict(summary), "unmatched": None}
    if is_built:
        build_bets(session)
        with reading(session.settings, *bet_queries.RELATIONS) as warehouse:
            data["unmatched"] = bet_queries.unmatched(warehouse, {leg.bet_id for leg in legs})
    return Answer(data=data, page=import_page(data))


def _leg_of(session: Session, text: str) -> dict[str, str]:
    """The columns of a leg from `event|market|outcome|point|price`.

    Raises:
        UsageError: it has other parts, or the words of its event name none or several.
    """
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != len(LEG_PARTS):
        raise UsageError(f"--leg {text!r}: give {HOW_LEG}, parts left empty where there is nothing")
    told = dict(zip(LEG_PARTS, parts, strict=True))
    with reading(session.settings, *events.RELATIONS, *event_names.RELATIONS) as warehouse:
        found = chosen_event(warehouse, [told.pop("event")], session)
    return told | {"event_id": found["event_id"], "sport": found["sport_key"]}
