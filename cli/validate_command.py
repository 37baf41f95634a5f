"""`odds validate`: what the quality rules found."""

from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from enum import StrEnum
from itertools import groupby
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import findings as finding_queries
from analysis.findings import RuleSummary
from analysis.warehouse import Record
from cli import display
from cli.board_command import check_keys
from cli.building import build_what_is_behind
from cli.options import AsOfOption, CsvOption, JsonOption, ReadOnlyOption, SportOption, TargetOption
from cli.reading import reading, warn_of_an_old_build
from cli.session import Answer, Session, run
from ingestion.errors import UsageError
from ingestion.settings import moment_given

SHOWN_PER_RULE = 5


class Severity(StrEnum):
    """How grave a rule is."""

    INFO = "info"
    WARN = "warn"
    ERROR = "error"


SinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Only what was seen since then, with its zone: 2026-01-31T18:00:00Z.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Only what was first seen before then. Default: --as-of, if given.",
        show_default=False,
    ),
]
RuleOption = Annotated[
    str | None,
    typer.Option(metavar="RULE", help="Only this rule, with all it found.", show_default=False),
]
SeverityOption = Annotated[Severity, typer.Option(help="Only findings at least this grave.")]


def validate(
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    sport: SportOption = None,
    rule: RuleOption = None,
    severity: SeverityOption = Severity.INFO,
    no_build: ReadOnlyOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show what the quality rules found: what was broken, what it means, and what to do.

    They are built first where more has landed since. Ends with status 1 where one is an error.
    """

    def work(session: Session) -> Answer:
        begin = moment_given("--since", since)
        end = moment_given("--until", until) or session.as_of
        if begin is not None and end is not None and begin >= end:
            raise UsageError("--since is not before --until")
        build_what_is_behind(session, finding_queries.RELATIONS, may_build=not no_build)
        with reading(session.settings, *finding_queries.RELATIONS) as warehouse:
            warn_of_an_old_build(session, warehouse)
            all_rules = finding_queries.rules(warehouse)
            check_rule(rule, [each["rule_id"] for each in all_rules])
            found = finding_queries.findings(
                warehouse,
                since=begin,
                until=end,
                sport_key=sport,
                rule_id=rule,
                least_severity=severity.value,
            )
        if not found:
            check_keys(sport_key=sport)
        summaries = finding_queries.summaries(found, all_rules)
        shown = len(found) if rule else SHOWN_PER_RULE
        return Answer(
            data={"rules": [asdict(each) for each in summaries], "findings": found},
            page=_page(summaries, found, shown=shown),
            is_well=all(each.severity != Severity.ERROR for each in summaries),
        )

    run("validate", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


def check_rule(wanted: str | None, known: Sequence[str]) -> None:
    """Raise UsageError, with the nearest names, for a rule that nobody knows."""
    if wanted is None or wanted in known:
        return
    near = get_close_matches(wanted.strip().lower(), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise UsageError(f"unknown rule {wanted!r}: {hint}")


def _page(
    summaries: Sequence[RuleSummary], found: Sequence[Record], *, shown: int
) -> list[RenderableType]:
    if not summaries:
        return [Text("No findings.")]
    page: list[RenderableType] = [_overview(summaries)]
    words = {each.rule_id: each for each in summaries}
    for rule_id, group in groupby(found, key=lambda row: row["rule_id"]):
        page += _rule_part(words[rule_id], list(group), shown=shown)
    return page


def _overview(summaries: Sequence[RuleSummary]) -> RenderableType:
    grid = display.table(
        "Findings", "", "rule", "what", "things", "times", display.zoned("last seen"),
        numbers=("things", "times"),
    )  # fmt: skip
    for each in summaries:
        grid.add_row(
            each.severity,
            each.rule_id,
            each.title,
            f"{each.things:,}",
            f"{each.times:,}",
            display.when(each.last_seen_at),
        )
    return grid


def _rule_part(
    summary: RuleSummary, found: Sequence[Record], *, shown: int
) -> list[RenderableType]:
    grid = display.table(
        "", display.zoned("first seen"), "game", "book", "market", "what", "times",
        numbers=("times",),
    )  # fmt: skip
    for row in found[:shown]:
        grid.add_row(
            display.when(row["first_seen_at"]),
            Text(_game(row)),
            row["bookmaker_key"] or "",
            row["market_key"] or "",
            Text(" · ".join(filter(None, (row["subject"], row["sample"])))),
            str(row["finding_count"]),
        )
    heading = f"{summary.title} ({summary.rule_id}, {summary.severity})"
    part: list[RenderableType] = [
        Text(heading, style="bold"),
        Text(summary.what_it_means),
        Text(summary.what_to_do),
        grid,
    ]
    if len(found) > shown:
        part.append(Text(f"… and {len(found) - shown:,} more: `--rule {summary.rule_id}`\n"))
    return part


def _game(row: Record) -> str:
    return str(row["event_name"] or row["event_id"] or row["sport_key"] or "")
