"""What a DuckDB file may be called: its name becomes a name in SQL."""

from pathlib import Path

SCHEMAS = ("raw", "staging", "intermediate", "marts", "quality", "ops")
# dbt has the rule too: dbt_project/macros/run/refuse_unfit_file_name.sql
RESERVED = ("main", "temp", "system", "information_schema", "pg_catalog")
_EXAMPLE = "for example warehouse.duckdb"


def why_unfit(path: Path) -> str | None:
    """Why a warehouse cannot have this path, and what to do; None where it can.

    DuckDB calls the catalogue after the file: where a schema is called so too, `marts.dim_events`
    could be one thing or another. And dbt takes the name out of the path as out of a URL, and
    writes it into queries as it stands.
    """
    for each in _spellings(path):
        catalogue = each.name.lstrip(".").split(".")[0]
        if catalogue.lower() in (*SCHEMAS, *RESERVED):
            return f"{each} is called like a schema: give the file another name, {_EXAMPLE}"
        signs = [sign for sign in "'\";" if sign in each.name]
        signs += [sign for sign in "?#" if sign in str(each)]
        if signs:
            return f"{each} has a {signs[0]} in it, which dbt cannot take: rename it, {_EXAMPLE}"
        if not catalogue or catalogue != catalogue.strip():
            return f"{each}: its name is blank, or begins or ends so: rename it, {_EXAMPLE}"
    return None


def _spellings(path: Path) -> tuple[Path, ...]:
    """The path as given, and where it leads."""
    try:
        return path, path.resolve()
    except (OSError, RuntimeError):
        # no working folder any more, or links in a circle: who opens it will be told
        return (path,)
