"""Warehouses that tests start from, copied instead of built where the same was built before."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.local_postgres import fresh_database
from ingestion.settings import Settings
from tests.conftest import duckdb_settings, postgres_settings
from tests.kept import file_of, kept

# lands in an empty warehouse and builds; it may read nothing but the code
Recipe = Callable[[Settings], object]


@contextmanager
def built_warehouse(
    recipe: Recipe, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Settings]:
    """A warehouse and data folder of one's own as a recipe makes them, on the engine asked for.

    On DuckDB they are a copy of what is kept. A Postgres server lives no longer than its tests:
    there it is built once for a fixture, and tests that write take copies of that database.
    """
    if getattr(request, "param", "duckdb") == "duckdb":
        yield copied(recipe, folder)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        settings = postgres_settings(folder, address)
        recipe(settings)
        yield settings


def copied(recipe: Recipe, folder: Path) -> Settings:
    """The same on DuckDB."""
    name = f"{recipe.__module__}.{recipe.__qualname__}-{file_of(recipe)}"
    place = kept(name, lambda made: recipe(duckdb_settings(made)))
    settings = duckdb_settings(folder)
    shutil.copytree(duckdb_settings(place).odds_data_dir, settings.odds_data_dir)
    return settings
