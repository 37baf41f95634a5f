"""How the warehouse does: its measures, what the quality rules found, how far each table knows."""

from typing import Final

from analysis import findings as finding_queries
from analysis import health
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View

RELATIONS: Final = (
    "ops.rpt_pipeline_health",
    "ops.mart_freshness",
    *finding_queries.RELATIONS,
)
MOST_FINDINGS: Final = 500
_GRAVITY: Final = {"error": 0, "warning": 1}


def page(view: View) -> Page:
    """Measures, findings and freshness."""
    return Page(title="Health", tables=[_measures(view), _findings(view), _freshness(view)])


def _measures(view: View) -> DataTable:
    return DataTable(
        id="measures",
        title="Measures",
        mart="ops.rpt_pipeline_health",
        columns=[
            Column("measure", "Measure", "words"),
            Column("value", "Value", "plain"),
            Column("unit", "Unit"),
            Column("status", "Status"),
            Column("explanation", "What it says"),
        ],
        rows=sorted(
            (
                {**row, "status tone": row["status"]}
                for row in health.measures(view.warehouse).values()
            ),
            key=lambda row: _GRAVITY.get(row["status"], len(_GRAVITY)),
        ),
        absent="Nothing is measured yet.",
        as_of=view.as_of,
    )


def _findings(view: View) -> DataTable:
    titles = {row["rule_id"]: row["title"] for row in finding_queries.rules(view.warehouse)}
    found = finding_queries.findings(view.warehouse)
    rows = [
        {
            **row,
            "title": titles.get(row["rule_id"]),
            "page": view.page_of(row["event_id"]),
            "severity tone": row["severity"],
        }
        for row in found
    ]
    return DataTable(
        id="findings",
        title="Findings",
        mart="quality.fct_findings",
        columns=[
            Column("severity", "Severity"),
            Column("rule_id", "Rule", "words"),
            Column("title", "What", is_of_mart=False),
            Column("event_name", "Game", link="page", is_of_mart=False),
            Column("bookmaker_key", "Book"),
            Column("market_key", "Market"),
            Column("subject", "About"),
            Column("sample", "Sample"),
            Column("finding_count", "Times", "count"),
            Column("is_standing", "Still so", "yes"),
            Column("first_seen_at", "First", "moment"),
            Column("last_seen_at", "Last", "age moment"),
        ],
        rows=rows[:MOST_FINDINGS],
        cut=len(rows) if len(rows) > MOST_FINDINGS else 0,
        absent="The quality rules found nothing.",
        as_of=view.as_of,
        filters=("severity", "rule_id", "bookmaker_key"),
    )


def _freshness(view: View) -> DataTable:
    return DataTable(
        id="freshness",
        title="How far each table knows",
        mart="ops.mart_freshness",
        columns=[
            Column("relation", "Table"),
            Column("relation_kind", "Kind"),
            Column("built_at", "Built", "age moment"),
            Column("newest_captured_at", "Newest answer", "age moment"),
            Column("newest_result_at", "Newest result", "age moment"),
            Column("is_behind", "Behind", "yes"),
        ],
        rows=view.warehouse.rows(
            """
            select
                relation, relation_kind, built_at, newest_captured_at, newest_result_at, is_behind
            from ops.mart_freshness
            where relation not like 'intermediate.%'
            order by relation
            """
        ),
        absent="Nothing was built yet.",
        as_of=view.as_of,
        filters=("relation_kind", "is_behind"),
    )
