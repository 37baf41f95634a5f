"""`odds publish`: a copy of the marts for readers."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli import display
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.progress import waiting
from cli.reading import reading, warn_of_news
from cli.session import Answer, Session, now, run
from ingestion.errors import UsageError

AllOption = Annotated[
    bool, typer.Option("--all", help="With marts.fct_odds, many times as large as all others.")
]


def publish(
    *,
    with_all: AllOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy marts, quality and ops for readers: one DuckDB file, and Parquet.

    BI and notebooks that read the copy in ODDS_PUBLISH_DIR never wait for the collector, nor it
    for them. Views are copied as tables, as they are now. The copy is replaced at once, when it is
    whole: a failure leaves the one of before. ODDS_PUBLISH has the collector make it after builds.
    """

    def work(session: Session) -> Answer:
        from ingestion.copies.publication import publish as make  # noqa: PLC0415 - pyarrow is slow
        from ingestion.landing_lock import landings_kept_out  # noqa: PLC0415 - as above

        if as_of is not None:
            raise UsageError(
                "marts are published as the last build made them: "
                f"`ODDS_AS_OF={as_of} dbt build` makes them as of then"
            )
        settings = session.settings
        with reading(settings, "marts.fct_best_prices") as warehouse:
            warn_of_news(session, warehouse, "marts.fct_best_prices")
        with waiting("publishing"), landings_kept_out(settings):
            made = make(settings, now=now(), is_whole=with_all)
        facts = [
            ("folder", made.folder),
            ("tables", len(made.tables)),
            ("rows", f"{sum(made.tables.values()):,}"),
            ("left out", ", ".join(made.left_out) or "nothing"),
            ("size", display.size(made.bytes)),
            ("took", f"{made.seconds:.1f} s"),
        ]
        return Answer(data=asdict(made), page=[display.fact_table("Published", facts)])

    run("publish", work, target=target, as_of=as_of, as_json=as_json)
