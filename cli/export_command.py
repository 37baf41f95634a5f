"""`odds export`: a mart as a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from analysis import exporting
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.progress import waiting
from cli.reading import place, reading, warn_of_news
from cli.session import Answer, Session, run
from ingestion.errors import UsageError

MartArgument = Annotated[
    str,
    typer.Argument(
        metavar="MART", help="A table or view of marts, quality or ops, with its schema or without."
    ),
]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="Where to: a name that ends in .csv or .parquet.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the file if it is there already.")
]


def export(
    *,
    mart: MartArgument,
    file: FileArgument,
    force: ForceOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every row of a mart to a CSV or Parquet file.

    The file is there whole or not at all. Times are UTC, missing values empty. A mart is as the
    last build made it: a past one is made by a build with ODDS_AS_OF, so --as-of is refused.
    """

    def work(session: Session) -> Answer:
        if as_of is not None:
            raise UsageError(
                "a mart is exported as the last build made it: "
                f"`ODDS_AS_OF={as_of} dbt build` makes it as of then"
            )
        exporting.check_file(file, may_replace=force)
        with reading(session.settings) as warehouse, waiting("exporting"):
            name = exporting.mart_named(warehouse, mart)
            warn_of_news(session, warehouse, name)
            rows = exporting.export(warehouse, name, file)
        return Answer(
            data={"mart": name, "file": str(file), "rows": rows, "bytes": file.stat().st_size},
            page=[Text(f"{name}: {rows:,} rows from {place(session.settings)} to {file}")],
        )

    run("export", work, target=target, as_of=as_of, as_json=as_json)
