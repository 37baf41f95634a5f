"""`odds demo`: some days of a simulated season, collected like real ones."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import board as board_queries
from analysis import quotes as quote_queries
from analysis.warehouse import Record
from cli import display
from cli.board_command import board_page
from cli.demo_server import shell_settings, with_a_server
from cli.event_commands import score_text
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.progress import steps, waiting
from cli.reading import place, reading
from cli.session import Answer, Session, now, run
from ingestion.environments import refuse_in_production
from ingestion.errors import UsageError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from cli.demo_collection import Collection

MOST_DAYS = 30
GAMES_SHOWN = 4
CLOSES_SHOWN = 8

DaysOption = Annotated[int, typer.Option(metavar="DAYS", help=f"1 to {MOST_DAYS} days to collect.")]
FreshOption = Annotated[
    bool, typer.Option("--fresh/--keep", help="Start over, or add to an earlier demo.")
]


@dataclass(frozen=True)
class _Sights:
    """What there is to see afterwards."""

    board: list[Record]
    looked_at: datetime
    closes: list[Record]


def demo(
    *,
    days: DaysOption = 5,
    fresh: FreshOption = True,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect some days of a simulated NBA season through the real client, and build the models.

    It needs no key and no network. The season goes on for some days after now, so that the board
    is not empty afterwards. It takes an empty warehouse or an earlier demo's, nothing else. With
    `--target postgres` and no PG variable set it starts a server of its own and leaves it running.
    """

    def work(session: Session) -> Answer:
        from cli.demo_collection import collect  # noqa: PLC0415 - dlt takes a second to import
        from cli.demo_data import make_room  # noqa: PLC0415 - pyarrow less
        from scheduler.transformation import Transformation  # noqa: PLC0415 - and so does dbt

        if "odds_log_level" not in session.settings.model_fields_set:
            logging.getLogger().setLevel(logging.WARNING)  # a line per call says nothing here
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"--days is {days}: give 1 to {MOST_DAYS}")
        if session.as_of is not None:
            raise UsageError("a demo ends now: --as-of and ODDS_AS_OF do not go with it")
        refuse_in_production(session.settings, "a demo")
        with waiting("opening the warehouse"):
            settings = with_a_server(session.settings)
            kept_until = make_room(settings, is_kept=not fresh)
        until = session.started_at
        since = max(until - timedelta(days=days), kept_until or until - timedelta(days=MOST_DAYS))
        with steps("collecting") as on_plan:
            collection = collect(settings, since=since, until=until, on_plan=on_plan)
        with waiting("building the models"):
            build = Transformation(settings).build_models(full_refresh=True)
        sights = _look(settings)
        data = {
            "days": days,
            "responses": collection.responses,
            "landed": collection.landed,
            "credits_charged": collection.credits_charged,
            "upcoming_games": len({row["event_id"] for row in sights.board}),
            "closes": sights.closes,
            "collect_seconds": collection.seconds,
            "build_seconds": build.seconds,
        }
        page = _page(sights, settings, session, collection, build_seconds=build.seconds)
        return Answer(data=data, page=page, as_of=sights.looked_at)

    run("demo", work, target=target, as_of=as_of, as_json=as_json)


def _look(settings: Settings) -> _Sights:
    relations = (*board_queries.RELATIONS, *quote_queries.RELATIONS)
    with reading(settings, *relations) as warehouse:
        clock = warehouse.clock()
        return _Sights(
            board=board_queries.current_board(warehouse),
            closes=quote_queries.recent_closes(warehouse, market_key="h2h", limit=CLOSES_SHOWN),
            looked_at=clock.moment if clock else now(),
        )


def _page(
    sights: _Sights,
    settings: Settings,
    session: Session,
    collection: "Collection",
    *,
    build_seconds: float,
) -> list[RenderableType]:
    games = list(dict.fromkeys(row["event_id"] for row in sights.board))
    soonest = [
        row
        for row in board_queries.main_lines(sights.board)
        if row["event_id"] in games[:GAMES_SHOWN]
    ]
    facts = [
        ("collected", f"{collection.responses} responses in {collection.seconds:.0f} s"),
        ("built", f"in {build_seconds:.0f} s, into {place(settings)}"),
        ("credits spent", f"{collection.credits_charged} of the simulator's 20,000 a month"),
        ("games to come", len(games)),
    ]
    return [
        *board_page(soonest, moment=sights.looked_at),
        _close_table(sights.closes),
        display.fact_table("Demo", facts),
        Text("Where to look next", style="bold"),
        *(Text(f"  {line}") for line in _next_steps(sights, settings, session)),
    ]


def _close_table(closes: list[Record]) -> RenderableType:
    grid = display.table(
        "Closing lines and results: best moneyline over all books, and how old the freshest was",
        display.zoned("start"), "game", "close away", "close home", "books", "before start",
        "score (home:away)", "status",
        numbers=("close away", "close home", "books", "before start"),
    )  # fmt: skip
    for close in closes:
        grid.add_row(
            display.when(close["starts_at"]),
            close["event_name"],
            display.price(close["away_price"]),
            display.price(close["home_price"]),
            str(close["bookmaker_count"]),
            display.age(close["minutes_before_start"]),
            score_text(close),
            close["status"],
        )
    return grid


def _next_steps(sights: _Sights, settings: Settings, session: Session) -> list[str]:
    commands = {
        "odds board": "every game to come",
        "odds events --all": "every game, with scores",
    }
    for event in (sights.closes or sights.board)[:1]:
        event_id = event["event_id"][:8]
        commands |= {
            f"odds movement {event_id}": "how its prices moved",
            f"odds show {event_id}": "how each book closed",
        }
    commands |= {
        "odds quota": "credits used this month",
        "dbt build": "the models and their tests, by hand",
    }
    return [
        *shell_settings(settings, configured=session.settings),
        *(f"{command:<26}{purpose}" for command, purpose in commands.items()),
    ]
