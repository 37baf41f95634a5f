"""`odds fetch …`: asks the API now."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from cli import display
from cli.building import build
from cli.event_argument import HOW, event_ids
from cli.examples import examples
from cli.options import AsOfOption, JsonOption, NoBuildOption, TargetOption
from cli.session import Answer, Session, now, run
from ingestion.errors import OddsError
from ingestion.odds_api.endpoints import Request

fetch = typer.Typer(help="Ask the API now, land the answer, and build the models.")

SportsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sport",
        metavar="KEY",
        help="May be given again; default ODDS_SPORTS.",
        show_default=False,
    ),
]
OneSportOption = Annotated[str, typer.Option("--sport", metavar="KEY", help="The event's sport.")]
EventOption = Annotated[
    list[str], typer.Option("--event", metavar="EVENT", help=f"{HOW} May be given again.")
]
MarketsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--market",
        metavar="KEY",
        help="May be given again; default ODDS_MARKETS.",
        show_default=False,
    ),
]
DaysFromOption = Annotated[
    int | None,
    typer.Option(
        metavar="DAYS", help="Also games completed in the last 1 to 3 days.", show_default=False
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show the requests and what they may cost; send nothing.")
]


@fetch.command(
    epilog=examples(
        "odds fetch odds",
        "odds fetch odds --sport basketball_nba --sport icehockey_nhl --market h2h",
        "odds fetch odds --dry-run",
    )
)
def odds(
    *,
    sport: SportsOption = None,
    market: MarketsOption = None,
    no_build: NoBuildOption = False,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the featured markets of every game of a sport: one credit a market and region."""
    _run(
        "odds",
        "odds",
        lambda _: [{"sports": sport or ()}],
        markets=market,
        is_built=not no_build,
        is_dry=dry_run,
        target=target,
        as_of=as_of,
        as_json=as_json,
    )


@fetch.command(
    "event-odds",
    epilog=examples(
        "odds fetch event-odds --sport basketball_nba --event lakers --market player_points",
        "odds fetch event-odds --sport basketball_nba --event 'lakers@celtics' --event bulls",
    ),
)
def event_odds(
    *,
    sport: OneSportOption,
    event: EventOption,
    market: MarketsOption = None,
    no_build: NoBuildOption = False,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch any markets of single games, props too: one credit a market returned and region."""
    _run(
        "event-odds",
        "odds",
        lambda session: [
            {"sports": [sport], "event_id": event_id}
            for event_id in event_ids(event, session, sport_key=sport)
        ],
        markets=market,
        is_built=not no_build,
        is_dry=dry_run,
        target=target,
        as_of=as_of,
        as_json=as_json,
    )


@fetch.command(epilog=examples("odds fetch events", "odds fetch events --sport basketball_nba"))
def events(
    *,
    sport: SportsOption = None,
    no_build: NoBuildOption = False,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the games to come and under way, without prices: free."""
    _run(
        "events",
        "events",
        lambda _: [{"sports": sport or ()}],
        is_built=not no_build,
        is_dry=dry_run,
        target=target,
        as_of=as_of,
        as_json=as_json,
    )


@fetch.command(
    epilog=examples("odds fetch scores", "odds fetch scores --sport basketball_nba --days-from 3")
)
def scores(
    *,
    sport: SportsOption = None,
    days_from: DaysFromOption = None,
    no_build: NoBuildOption = False,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch running scores for one credit a sport; with --days-from final ones too, for two."""
    _run(
        "scores",
        "scores",
        lambda _: [{"sports": sport or (), "days_from": days_from}],
        is_built=not no_build,
        is_dry=dry_run,
        target=target,
        as_of=as_of,
        as_json=as_json,
    )


@fetch.command(epilog=examples("odds fetch sports"))
def sports(
    *,
    no_build: NoBuildOption = False,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the sports in season, and with them the balance: free."""
    _run(
        "sports",
        "sports",
        lambda _: [{}],
        is_built=not no_build,
        is_dry=dry_run,
        target=target,
        as_of=as_of,
        as_json=as_json,
    )


def _run(
    name: str,
    kind: Any,
    wanted: Callable[[Session], Sequence[Mapping[str, Any]]],
    *,
    markets: Sequence[str] | None = None,
    is_built: bool,
    is_dry: bool,
    target: str | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Run one fetch command; `wanted` gives arguments of `ingestion.fetching.build_requests`."""

    def work(session: Session) -> Answer:
        from ingestion.demo_data import refuse_beside_a_demo  # noqa: PLC0415 - as pyarrow is
        from ingestion.fetching import build_requests, key_of, send  # noqa: PLC0415 - and dlt more so
        from scheduler.journal import Journal  # noqa: PLC0415
        from scheduler.ledger import Ledger  # noqa: PLC0415

        settings = session.settings
        if markets:
            settings = settings.model_copy(update={"odds_markets": tuple(markets)})
        requests = [
            request
            for arguments in wanted(session)
            for request in build_requests(kind, settings, **arguments)
        ]
        if is_dry:
            return _plan(requests)
        key_of(settings)
        refuse_beside_a_demo(settings)
        ledger = Ledger(Journal(settings), now=now, granted=settings.odds_monthly_credits)
        ledger.open()
        summary = send(
            requests,
            settings,
            clock=now,
            sleep=time.sleep,
            job_id="cli",
            paying=partial(ledger.paying, job_id="cli"),
        )
        if is_built:
            try:
                build(session, are_results_new=kind == "scores")
            except OddsError as error:
                raise OddsError(
                    f"what came has landed, but is not modelled yet: {error}"
                ) from error
        data = {
            "requests": summary.requests,
            "responses": len(summary.responses),
            "landed": summary.landed,
            "already_held": summary.already_held,
            "events": sum(response.event_count or 0 for response in summary.responses),
            "gone_event_ids": summary.gone_event_ids,
            "credits_charged": summary.credits_charged,
            "credits_unsettled": summary.credits_unsettled,
            "credits_remaining": summary.credits_remaining,
        }
        facts = [
            (fact.replace("_", " "), "not told" if value is None else value)
            for fact, value in data.items()
            if value != ()
        ]
        return Answer(data=data, page=[display.fact_table(f"Fetched {name}", facts)])

    run(f"fetch {name}", work, target=target, as_of=as_of, as_json=as_json)


def _plan(requests: Sequence[Request]) -> Answer:
    total = sum(request.estimated_credits for request in requests)
    grid = display.table("Not sent", "request", "params", "credits", numbers=("credits",))
    for request in requests:
        params = "&".join(f"{name}={value}" for name, value in request.params.items())
        grid.add_row(request.path, Text(params), str(request.estimated_credits))
    page: list[RenderableType] = [grid, Text(f"{total} credits at most.")]
    return Answer(
        data={
            "requests": [
                {
                    "endpoint": request.path,
                    "params": request.params,
                    "credits": request.estimated_credits,
                }
                for request in requests
            ],
            "credits": total,
        },
        page=page,
    )
