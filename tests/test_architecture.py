import re
import subprocess
import sys
from pathlib import Path

from ingestion.settings import PROJECT_DIR


def test_packages_import_only_whom_they_may() -> None:
    """The contracts stand in pyproject.toml under tool.importlinter.

    In a process of its own: it turns off every logger that it finds.
    """
    program = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([program], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    assert "0 broken" in said.stdout


def test_no_unit_test_has_a_name_that_postgres_would_cut() -> None:
    """dbt makes a relation of each: `dbt build` by hand would fail there and nowhere else."""
    names = re.findall(
        r"^  - name: (\w{64,})$",
        "\n".join(path.read_text() for path in (PROJECT_DIR / "dbt_project").rglob("*_tests.yml")),
        re.MULTILINE,
    )
    assert names == []
