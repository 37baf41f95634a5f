"""`odds alerts …`: who is told what."""

from dataclasses import asdict

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import alerts as alert_queries
from analysis.warehouse import Record
from cli import display
from cli.examples import examples
from cli.options import AsOfOption, CsvOption, JsonOption, TargetOption
from cli.reading import reading, warn_of_another_moment
from cli.session import Answer, Session, run
from ingestion.errors import UsageError

SHOWN = 20

alerts = typer.Typer(help="Messages about what goes wrong, and what goes on.")


@alerts.command("test", epilog=examples("odds alerts test"))
def send_a_test(
    target: TargetOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """Send a message to every address of ODDS_ALERT_URLS, and say whether it was taken."""

    def work(session: Session) -> Answer:
        from scheduler.messages import Message, send  # noqa: PLC0415

        settings = session.settings
        if not settings.odds_alert_urls:
            raise UsageError(
                "ODDS_ALERT_URLS is empty: put addresses there as apprise writes them, separated "
                "by commas, for example discord://WEBHOOK_ID/WEBHOOK_TOKEN or slack://A/B/C"
            )
        moment = display.moment_text(session.started_at)
        body = f"This is a test, sent by `odds alerts test` at {moment}."
        receipts = send(Message("odds: a test", body, "info"), settings.odds_alert_urls)
        grid = display.table("Addresses", "", "kind", "")
        for receipt in receipts:
            word = "ok" if receipt.is_taken else "failed"
            grid.add_row(display.status(word), receipt.kind, Text(receipt.reason or "taken"))
        return Answer(
            data={"receipts": [asdict(receipt) for receipt in receipts]},
            page=[grid],
            is_well=all(receipt.is_taken for receipt in receipts),
        )

    run("alerts test", work, target=target, as_of=as_of, as_json=as_json)


@alerts.command("list", epilog=examples("odds alerts list", "odds alerts list --json"))
def list_(
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show what the alert rules find now, and what became of the last alerts.

    They look from the last build, or the collector's last sign of life.
    """

    def work(session: Session) -> Answer:
        with reading(session.settings, *alert_queries.RELATIONS) as warehouse:
            warn_of_another_moment(session, warehouse)
            found = alert_queries.candidates(warehouse)
            told = alert_queries.last_deliveries(warehouse, until=session.looks_from, limit=SHOWN)
        page = [*_candidates(found), *_deliveries(told)]
        if not session.settings.odds_alert_urls:
            page.append(Text("Nobody is told: ODDS_ALERT_URLS is empty."))
        return Answer(data={"candidates": found, "deliveries": told}, page=page)

    run("alerts list", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


def _candidates(found: list[Record]) -> list[RenderableType]:
    if not found:
        return [Text("Nothing to tell.")]
    grid = display.table("What the rules find", "", "rule", display.zoned("since"), "what")
    for row in found[:SHOWN]:
        grid.add_row(
            display.status(row["severity"]),
            row["rule_id"],
            display.when(row["raised_at"]),
            Text(f"{row['title']}\n{row['body']}"),
        )
    more = [Text(f"… and {len(found) - SHOWN} more: --json")] if len(found) > SHOWN else []
    return [grid, *more]


def _deliveries(told: list[Record]) -> list[RenderableType]:
    if not told:
        return []
    grid = display.table(
        "What became of the last ones", display.zoned("decided"), "outcome", "", "what", ""
    )
    for row in told:
        grid.add_row(
            display.when(row["decided_at"]),
            row["outcome"],
            display.status(row["severity"]),
            Text(row["title"]),
            Text(row["error"] or ""),
        )
    return [grid]
