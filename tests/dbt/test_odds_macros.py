"""The macros of odds arithmetic against their Python twin, on random cases and both engines."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shin
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from analysis import odds_math
from analysis.odds_math import METHODS, fair_probabilities
from cli.local_postgres import fresh_database
from ingestion.payload_reader import has_alternate_lines
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect
from scheduler.transformation import Transformation
from tests.analysis.golden import GOLDEN
from tests.conftest import duckdb_settings, postgres_settings

CASE_COUNT = 100_000
TOLERANCE = 1e-9
ARITHMETIC = {
    "american_to_decimal": ("american_price",),
    "decimal_to_american": ("any_price",),
    "implied_probability": ("decimal_price",),
    "cents_between": ("american_price", "other_american_price"),
    "net_decimal_price": ("decimal_price", "commission_rate"),
    "expected_value": ("win_probability", "decimal_price"),
    "kelly_fraction": ("win_probability", "push_probability", "any_price"),
}


@dataclass(frozen=True)
class Macros:
    """The project's macros on one engine, and a warehouse to run them in."""

    transformation: Transformation
    manifest: Manifest
    _rendered: dict[str, str] = field(default_factory=dict)

    def rendered(self, sql: str) -> str:
        """What dbt makes of it, asked once: it starts anew for each question."""
        if sql not in self._rendered:
            runner = dbtRunner(manifest=self.manifest)
            with self.transformation._environment(None):
                done = self.transformation._run(runner, "compile", "--inline", sql)
            (compiled,) = done.result.results
            self._rendered[sql] = str(compiled.node.compiled_code)
        return self._rendered[sql]

    def frame(self, sql: str, *, given: str = "") -> pd.DataFrame:
        """The rows of a query with macros, behind CTEs without any."""
        rendered = f"{given} {self.rendered(sql)}"
        with connect(self.transformation.settings) as connection:
            if connection.target == "duckdb":
                return connection.native.execute(rendered).df()
            with connection.native.cursor() as cursor:
                cursor.execute(rendered)
                names = [column.name for column in cursor.description]
                return pd.DataFrame(cursor.fetchall(), columns=names)


def macros_of(settings: Settings) -> Macros:
    """The project's macros on the engine of these settings."""
    transformation = Transformation(settings)
    with transformation._environment(None):
        # one of our own: what is compiled inline becomes a node of it
        return Macros(transformation=transformation, manifest=transformation._parse())


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def macros(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    bets: pd.DataFrame,
    outcome_sets: pd.DataFrame,
) -> Iterator[Macros]:
    """The macros and the cases on one engine."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "duckdb":
        yield _loaded(duckdb_settings(folder), folder, bets=bets, outcome_sets=outcome_sets)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        settings = postgres_settings(folder, address)
        yield _loaded(settings, folder, bets=bets, outcome_sets=outcome_sets)


def _loaded(settings: Settings, folder: Path, **tables: pd.DataFrame) -> Macros:
    with connect(settings) as connection:
        for name, frame in tables.items():
            _load(connection, name, frame, folder / f"{name}.csv")
    return macros_of(settings)


def _load(connection: Connection, name: str, frame: pd.DataFrame, file: Path) -> None:
    frame.to_csv(file, index_label="case_id", header=False)
    columns = ", ".join(
        f"{column} {'integer' if dtype == np.int64 else 'double precision'}"
        for column, dtype in frame.dtypes.items()
    )
    connection.rows(f"create table {name} (case_id integer, {columns})")
    if connection.target == "duckdb":
        connection.rows(f"copy {name} from '{file}' (header false, nullstr '')")
        return
    with connection.native.cursor() as cursor, file.open() as rows:
        cursor.copy_expert(f"copy {name} from stdin (format csv)", rows)


@pytest.fixture(scope="module")
def bets() -> pd.DataFrame:
    """Prices of all lengths and probabilities, among them what is neither."""
    random = np.random.default_rng(20260131)
    americans = np.concatenate([np.arange(-130, 131), [-100_000, 100_000]])
    win = random.uniform(0, 1, CASE_COUNT)
    return pd.DataFrame(
        {
            "american_price": random.integers(-2_000, 2_000, CASE_COUNT),
            "other_american_price": random.choice(americans, CASE_COUNT),
            "decimal_price": _prices(random, CASE_COUNT),
            "any_price": _prices(random, CASE_COUNT) - random.choice([0, 0, 0, 1], CASE_COUNT),
            "commission_rate": random.choice([0, 0.02, 0.05, 0.065], CASE_COUNT),
            "win_probability": win,
            "push_probability": random.uniform(0, 1.1, CASE_COUNT) * (1 - win),
        }
    )


@pytest.fixture(scope="module")
def outcome_sets() -> pd.DataFrame:
    """Sets of two and of three: any prices, a book's, nearly fair ones, extremes, none."""
    random = np.random.default_rng(20260201)
    each = CASE_COUNT // 8
    kinds = [kind(random, each, size) for size in (2, 3) for kind in (_any, _book, _fair, _extreme)]
    values = np.vstack(kinds)
    values[random.integers(0, CASE_COUNT, 2_000), random.integers(0, 2, 2_000)] = np.nan
    values[random.integers(0, CASE_COUNT, 500), random.integers(0, 3, 500)] = 0
    values[random.integers(0, CASE_COUNT, 500), random.integers(0, 3, 500)] = 1
    values[0] = 0.5, 1e-300, np.nan
    return pd.DataFrame(values, columns=["implied_1", "implied_2", "implied_3"])


def _prices(random: np.random.Generator, count: int | tuple[int, int]) -> np.ndarray:
    return np.exp(random.uniform(np.log(1.001), np.log(1000), count))


def _any(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    return _three_wide(1 / _prices(random, (count, size)))


def _book(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    fair = random.dirichlet(np.full(size, 0.7), count)
    return _three_wide(np.clip(fair * random.uniform(0.97, 1.3, (count, 1)), 0.001, 0.999))


def _fair(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    fair = random.dirichlet(np.full(size, 0.7), count)
    return _three_wide(np.clip(fair * (1 + random.normal(0, 1e-9, (count, 1))), 0.001, 0.999))


def _extreme(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    edges = [1 / 1.001, 0.998, 0.99, 0.9, 0.5, 1 / 3, 0.01, 0.001]
    return _three_wide(random.choice(edges, (count, size)))


def _three_wide(implied: np.ndarray) -> np.ndarray:
    padding = np.full((len(implied), 3 - implied.shape[1]), np.nan)
    return np.hstack([implied, padding])


@pytest.fixture(scope="module")
def python_fair_prices(outcome_sets: pd.DataFrame) -> dict[str, np.ndarray]:
    """What Python makes of the sets, by method: three columns, not a number where it gives none."""
    sets = [
        implied if np.isnan(implied[:2]).any() else implied[~np.isnan(implied)]
        for implied in outcome_sets.to_numpy()
    ]
    fair = {method: np.full((CASE_COUNT, 3), np.nan) for method in METHODS}
    for row, implied in enumerate(sets):
        for method in METHODS[:-1]:
            prices = _or_none(fair_probabilities, implied.tolist(), method)
            if prices is not None:
                fair[method][row, : len(prices)] = prices
    # its own tests say that Python's worst case is just that
    fair["worst_case"] = np.fmin.reduce([fair[method] for method in METHODS[:-1]])
    return fair


@pytest.fixture(scope="module")
def sql_fair_prices(macros: Macros) -> dict[str, np.ndarray]:
    """What the macro makes of the sets, in the same form."""
    devigged = macros.frame("select * from ( {{ devigged('outcome_sets') }} ) as devigged")
    assert len(devigged) == CASE_COUNT * len(METHODS)
    return {
        method: rows.sort_values("case_id")[["fair_1", "fair_2", "fair_3"]].to_numpy(dtype=float)
        for method, rows in devigged.groupby("method")
    }


def _or_none(function: Callable, *arguments: object) -> object:
    with suppress(ValueError):
        return function(*arguments)
    return None


def _assert_alike(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.isfinite(theirs).any()
    scale = np.maximum(1, np.abs(theirs))
    worst = np.nanmax(np.abs(ours - theirs) / scale)
    assert worst <= TOLERANCE


@pytest.fixture(scope="module")
def sql_arithmetic(macros: Macros) -> pd.DataFrame:
    """What the macros of `ARITHMETIC` make of the bets, a column each."""
    calls = [
        f"{{{{ {name}({', '.join(map(repr, columns))}) }}}} as {name}"
        for name, columns in ARITHMETIC.items()
    ]
    return macros.frame(" ".join(("select", ", ".join(calls), "from bets order by case_id")))


@pytest.mark.parametrize("name", ARITHMETIC)
def test_sql_and_python_do_the_same_arithmetic(
    name: str, sql_arithmetic: pd.DataFrame, bets: pd.DataFrame
) -> None:
    twin = getattr(odds_math, name)
    columns = [bets[column].tolist() for column in ARITHMETIC[name]]
    expected = np.array([_or_none(twin, *row) for row in zip(*columns, strict=True)], dtype=float)
    _assert_alike(sql_arithmetic[name].to_numpy(dtype=float), expected)


@pytest.mark.parametrize(
    ("price", "american"),
    [
        ("1.0000000000000002", None),
        ("1.00000001", None),
        ("1.0000002", -500_000_000),
        ("1", None),
        ("1000000", 99_999_900),
    ],
)
def test_every_decimal_price_has_an_american_one_or_none(
    macros: Macros, price: str, american: int | None
) -> None:
    (found,) = macros.frame(
        "select {{ decimal_to_american('price') }} as american from one_price",
        given=f"with one_price as ( select cast({price} as double precision) as price )",
    )["american"]
    assert (None if pd.isna(found) else found) == (american and pytest.approx(american, rel=1e-6))


def test_sql_and_python_see_the_same_margin(macros: Macros, outcome_sets: pd.DataFrame) -> None:
    is_complete = (outcome_sets.iloc[:, :2].notna()).all(axis="columns") & (
        outcome_sets.isna() | (outcome_sets > 1e-9) & (outcome_sets < 1)
    ).all(axis="columns")
    sql = macros.frame(
        "select"
        " {{ overround(implied_sum('implied_1', 'implied_2', 'implied_3')) }} as overround,"
        " {{ hold(implied_sum('implied_1', 'implied_2', 'implied_3')) }} as hold"
        " from outcome_sets where implied_1 > 0 and implied_2 > 0 order by case_id"
    )
    with_two = outcome_sets[(outcome_sets.implied_1 > 0) & (outcome_sets.implied_2 > 0)]
    kept = is_complete[with_two.index].to_numpy()
    sets = [row[~np.isnan(row)].tolist() for row in with_two[kept].to_numpy()]
    for name, twin in {"overround": odds_math.overround, "hold": odds_math.hold}.items():
        _assert_alike(sql[name].to_numpy(dtype=float)[kept], np.array([*map(twin, sets)]))


@pytest.mark.parametrize("method", METHODS)
def test_sql_and_python_find_the_same_fair_prices(
    method: str,
    sql_fair_prices: dict[str, np.ndarray],
    python_fair_prices: dict[str, np.ndarray],
) -> None:
    _assert_alike(sql_fair_prices[method], python_fair_prices[method])


def test_sql_and_the_library_shin_find_the_same_prices(
    sql_fair_prices: dict[str, np.ndarray], outcome_sets: pd.DataFrame
) -> None:
    """Where its own iteration arrives: at no margin it hardly moves, at a huge one it diverges."""
    implied = outcome_sets.to_numpy()
    sums = np.nansum(implied, axis=1)
    is_priced = np.isfinite(sql_fair_prices["shin"][:, 0]) & (sums > 1.001) & (sums < 1.5)
    theirs = np.full((is_priced.sum(), 3), np.nan)
    for row, prices in enumerate(1 / implied[is_priced]):
        library = shin.calculate_implied_probabilities(
            prices[~np.isnan(prices)].tolist(), max_iterations=100_000, convergence_threshold=1e-14
        )
        theirs[row, : len(library)] = library
    _assert_alike(sql_fair_prices["shin"][is_priced], theirs)


def test_power_prices_are_all_one_power_of_the_implied(
    sql_fair_prices: dict[str, np.ndarray], outcome_sets: pd.DataFrame
) -> None:
    """By the definition itself, which needs no solver: with a sum of 1 only one set fits."""
    fair = sql_fair_prices["power"]
    implied = np.where(np.isfinite(fair), outcome_sets.to_numpy(), np.nan)
    exponents = np.log(fair) / np.log(implied)
    powers = implied ** exponents[:, [0]]
    _assert_alike(np.where(np.isfinite(fair), powers, np.nan), fair)
    _assert_sums_to_one(fair)


def test_odds_ratio_prices_are_all_one_ratio_from_the_implied(
    sql_fair_prices: dict[str, np.ndarray], outcome_sets: pd.DataFrame
) -> None:
    fair = sql_fair_prices["odds_ratio"]
    implied = np.where(np.isfinite(fair), outcome_sets.to_numpy(), np.nan)
    ratios = implied / (1 - implied) / (fair / (1 - fair))
    _assert_alike(ratios / ratios[:, [0]], np.where(np.isfinite(fair), 1.0, np.nan))
    _assert_sums_to_one(fair)


def _assert_sums_to_one(fair: np.ndarray) -> None:
    sums = np.nansum(fair, axis=1)[np.isfinite(fair[:, 0])]
    assert np.abs(sums - 1).max() <= TOLERANCE


@pytest.mark.parametrize("prices", GOLDEN, ids=str)
def test_published_sets_come_out_to_nine_digits(macros: Macros, prices: tuple[float, ...]) -> None:
    rows = _devigged(macros, *(1 / price for price in prices)).set_index("method")
    for method, golden in GOLDEN[prices].items():
        fair = rows.loc[method, ["fair_1", "fair_2", "fair_3"]].tolist()
        assert fair[: len(prices)] == pytest.approx(golden, abs=TOLERANCE)


@pytest.mark.parametrize(
    "implied", [(0.5,), (), (0.5, 1.5), (0.5, 0.5, 0.0)], ids=["one", "none", "above 1", "a zero"]
)
def test_a_set_without_its_prices_keeps_its_rows(
    macros: Macros, implied: tuple[float, ...]
) -> None:
    rows = _devigged(macros, *implied)
    assert sorted(rows["method"]) == sorted(METHODS)
    assert rows[["fair_1", "fair_2", "fair_3", "overround"]].isna().all(axis=None)


def test_a_root_not_found_gives_no_price(macros: Macros) -> None:
    rows = _devigged(macros, 1 - 1e-6, 0.3).set_index("method")
    assert np.isnan(rows.loc["power", "fair_1"])
    assert rows.loc["shin", "fair_1"] > 0


def _devigged(macros: Macros, *implied: float) -> pd.DataFrame:
    """The rows of one set, out of a CTE as in a model."""
    values = [*map(repr, implied), "null", "null", "null"][:3]
    columns = (
        f"cast({value} as double precision) as implied_{outcome}"
        for outcome, value in enumerate(values, start=1)
    )
    return macros.frame(
        "select * from ( {{ devigged('one_set') }} ) as devigged",
        given=f"with one_set as ( select {', '.join(columns)} )",
    )


def test_the_models_and_the_door_agree_which_markets_list_many_lines(macros: Macros) -> None:
    keys = [
        *("h2h", "h2h_lay", "spreads", "totals", "team_totals", "alternate_spreads"),
        *("alternate", "alternates_x", "player_points", "player_points_alternate", "players_x"),
        *("batter_hits", "pitcher_outs", "x_alternate", "x_alternates", "my_player_points", ""),
    ]
    named = " union all ".join(f"select '{key}' as market_key" for key in keys)
    is_so = "{{ has_alternate_lines('market_key') }}"
    found = macros.frame(f"select market_key, {is_so} as is_so from ({named}) as markets")  # noqa: S608 - keys of ours
    assert len(found) == len(keys)
    for key, is_so in zip(found["market_key"], found["is_so"], strict=True):
        assert bool(is_so) == has_alternate_lines(key), key
