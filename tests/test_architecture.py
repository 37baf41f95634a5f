from importlinter.cli import lint_imports

from ingestion.settings import PROJECT_DIR


def test_packages_import_only_whom_they_may() -> None:
    """The contracts stand in pyproject.toml under tool.importlinter."""
    assert lint_imports(config_filename=str(PROJECT_DIR / "pyproject.toml")) == 0
