"""Our own generic data tests, run by dbt over a view that is as wrong as it can be."""

import pytest

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy

MARKETS = """
create or replace view marts.dim_markets as
select cast(market_key as text) as market_key, cast(title as text) as title, is_known
from (values {rows}) as markets (market_key, title, is_known)
"""


def not_null_columns_over(settings: Settings, rows: str) -> dict[str, int]:
    with connect(settings) as connection:
        connection.rows("create schema if not exists marts")
        connection.rows(MARKETS.format(rows=rows))
    chosen = "dim_markets,test_name:not_null_columns"
    return Transformation(settings).invoke("test", "--select", chosen).nodes


@postgres_is_heavy
def test_every_null_of_every_column_counts(settings: Settings) -> None:
    assert not_null_columns_over(settings, "('h2h', 'Moneyline', true)")["pass"] == 1
    with pytest.raises(OddsError, match=r"not_null_columns_dim_markets.* Got 3 results"):
        not_null_columns_over(
            settings, "('h2h', null, true), (null, null, true), ('totals', 'Totals', false)"
        )
