"""Keys that the contracts of marts declare, for BI tools and `dbt docs`; nothing enforces them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.built_warehouses import copied
from tests.cli.conftest import whole_season


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return copied(whole_season, tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def models(warehouse: Settings) -> dict[str, Any]:
    nodes = Transformation(warehouse)._parse().nodes.values()
    return {
        f"{node.schema}.{node.alias}": node
        for node in nodes
        if node.resource_type == "model" and node.schema in ("marts", "quality", "ops")
    }


def keys(models: dict[str, Any], *kinds: str) -> Iterator[tuple[str, list[str], str]]:
    for name, node in models.items():
        for constraint in node.constraints:
            if constraint.type.value in kinds:
                yield name, constraint.columns, constraint.expression or ""
        for column in node.columns.values():
            for constraint in column.constraints:
                if constraint.type.value in kinds:
                    yield name, [column.name], constraint.expression or ""


def test_every_mart_but_two_logs_of_versions_declares_its_key(models: dict[str, Any]) -> None:
    declared = {name for name, *_ in keys(models, "primary_key", "unique")}
    assert models.keys() - declared == {"marts.fct_odds", "marts.fct_fair_prices"}


@pytest.mark.heavy
def test_every_key_is_what_it_says(models: dict[str, Any], warehouse: Settings) -> None:
    """A key names a row, a primary one has no nulls, a foreign one is found where it points."""
    with connect(warehouse) as connection:
        for name, columns, _ in keys(models, "primary_key", "unique"):
            listed = ", ".join(columns)
            twice = f"select 1 from {name} group by {listed} having count(*) > 1"  # noqa: S608
            assert connection.rows(twice) == [], (name, columns)
        for name, columns, _ in keys(models, "primary_key"):
            missing = " or ".join(f"{column} is null" for column in columns)
            assert connection.rows(f"select 1 from {name} where {missing}") == [], name  # noqa: S608
        for name, (column,), expression in keys(models, "foreign_key"):
            found = re.fullmatch(r"([\w.]+) \((\w+)\)", expression)
            assert found, (name, expression)
            lost = (
                f"select 1 from {name} where {column} is not null"  # noqa: S608
                f" and {column} not in (select {found[2]} from {found[1]}) limit 1"
            )
            assert connection.rows(lost) == [], (name, column)
