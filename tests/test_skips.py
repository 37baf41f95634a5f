"""The end of a run says what was skipped, why, and how often."""

import subprocess
import sys
import textwrap
from pathlib import Path

from ingestion.settings import PROJECT_DIR

TESTS = """
import pytest

@pytest.fixture
def disk():
    pytest.skip("no small disk here")

@pytest.mark.parametrize("number", range(3))
def test_one(disk, number): ...

@pytest.mark.skipif(True, reason="no recordings here")
def test_another(): ...

def test_passes(): ...
"""


def test_each_reason_is_told_once_with_its_count(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.skips import *")
    (tmp_path / "test_a.py").write_text(TESTS)
    (tmp_path / "test_b.py").write_text(
        textwrap.dedent("""
        import pytest
        pytest.skip("no recordings here", allow_module_level=True)
        """)
    )
    options = [
        "-c",
        PROJECT_DIR / "pyproject.toml",
        "--rootdir",
        tmp_path,
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert "skipped: 5 =" in ran.stdout
    assert [line for line in ran.stdout.splitlines() if line.endswith(" here")] == [
        "    3 no small disk here",
        "    2 no recordings here",
    ]
