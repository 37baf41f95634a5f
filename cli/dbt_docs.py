"""dbt's own documentation and the column lineage, as pages that stand alone."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import structlog

from cli.progress import waiting
from ingestion.errors import OddsError
from ingestion.settings import PROJECT_DIR, Settings

log = structlog.get_logger(__name__)

LINEAGE_PACKAGE = "dbt_colibri"
_DOCS, _LINEAGE = "static_index.html", "lineage/index.html"


@dataclass(frozen=True)
class DbtPages:
    """Where the pages lie; none where they were not made."""

    docs: Path | None
    lineage: Path | None


def dbt_docs_of(settings: Settings, *, anew: bool) -> DbtPages:
    """The pages as they were made last, or made now.

    Raises:
        OddsError: dbt could not make them.
    """
    folder = settings.odds_data_dir.absolute() / "dbt_docs"
    if anew:
        with waiting("making dbt docs"):
            # lineage of other models than those of the docs would be worse than none
            (folder / _LINEAGE).unlink(missing_ok=True)
            if _make_docs(settings, folder):
                _make_lineage(folder)
    return DbtPages(
        *(path if path.is_file() else None for path in (folder / _DOCS, folder / _LINEAGE))
    )


def _make_docs(settings: Settings, folder: Path) -> bool:
    """One file by dbt, in a process of its own: what it keeps of the warehouse ends with it.

    Returns:
        Whether the SQL is in it, which lineage needs: to compile it dbt asks the warehouse, which a
        reader may not.
    """
    from scheduler.transformation import connection_variables  # noqa: PLC0415 - imports dbt

    environment = os.environ | connection_variables(settings)
    places = [
        *("--target", settings.odds_target, "--project-dir", PROJECT_DIR),
        *("--profiles-dir", PROJECT_DIR, "--target-path", folder, "--quiet"),
    ]
    documents = ["docs", "generate", "--static", *places]
    if find_spec(LINEAGE_PACKAGE) is not None:
        try:
            _dbt(documents, environment)
        except OddsError as error:
            log.warning("no column lineage", reason=str(error))
        else:
            return True
    _dbt(["parse", *places], environment)
    _dbt([*documents, "--no-compile"], environment)
    return False


def _dbt(words: Sequence[object], environment: dict[str, str]) -> None:
    program = Path(sys.executable).with_name("dbt")
    done = subprocess.run(  # noqa: S603 - our own words
        [program, *map(str, words), "--log-level-file", "none", "--no-use-colors"],
        env=environment | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(line.strip() for line in done.stdout.splitlines() if line.strip())
        raise OddsError(f"dbt could not make its docs: {said[:300] or done.stderr.strip()[:300]}")


def _make_lineage(folder: Path) -> None:
    """By the library, not its command: that one asks the network for newer versions of itself."""
    from dbt_colibri.lineage_extractor.extractor import (  # noqa: PLC0415 - an optional extra
        DbtColumnLineageExtractor,
    )
    from dbt_colibri.report.generator import DbtColibriReportGenerator  # noqa: PLC0415

    extractor = DbtColumnLineageExtractor(
        str(folder / "manifest.json"), str(folder / "catalog.json")
    )
    generator = DbtColibriReportGenerator(extractor, light_mode=True, disable_telemetry=True)
    generator.generate_report(output_dir=str((folder / _LINEAGE).parent))
