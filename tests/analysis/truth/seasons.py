"""A simulated season in a warehouse, its books efficient or one of them too generous."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator import Season, SeasonOptions
from simulator.clock import to_seconds
from simulator.pricing import american_price, generous_price
from simulator.probability import Law
from simulator.recording import write_recording
from tests.conftest import duckdb_settings
from tests.dbt.marts import land
from tests.oracle import Line, read_recording

GENEROUS_BOOK = "bovada"
# prices are rounded in the bettor's favour: at least this, and up to a point more
PLANTED_EDGE = 0.03
OVERROUND = 0.045
# which add half of their margin to either side, whatever the NBA's books were found to do
BOOKS_OF_THE_SIMULATOR = """
    insert into marts.devig_defaults (sport_group, sport_key, market_kind, method, evidence)
    values ('*', 'basketball_nba', 'moneyline', 'additive', 'simulator/quotes.py')
"""
Mutation = Callable[[Season, Line], Line]


def simulated_season(*, seed: int, games: int) -> Season:
    return Season(SeasonOptions(seed=seed, games=games, moved_share=0.1))


def build_season(
    season: Season, folder: Path, *, mutated: Mutation = lambda _, line: line
) -> tuple[Settings, datetime]:
    """Land and model a season as a tiered collector sees it; returns when to look back from."""
    settings = duckdb_settings(folder)
    recording = folder / "season.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    write_recording(season, recording)
    land(_lines(season, recording, mutated), settings)
    as_of = datetime.fromtimestamp(season.ends, UTC) + timedelta(days=5)
    transformation = Transformation(settings)
    transformation.build_models(as_of=as_of)
    with connect(settings) as connection:
        connection.rows(BOOKS_OF_THE_SIMULATOR)
    # a run leaves the seed as it is now, which a build would load again
    transformation.invoke("run", "--select", "dim_default_methods+", as_of=as_of)
    return settings, as_of


def _lines(season: Season, recording: Path, mutated: Mutation) -> Iterator[Line]:
    for line in read_recording(recording):
        yield mutated(season, line) if line["endpoint"].endswith("/odds") else line


def with_generous_book(season: Season, line: Line) -> Line:
    """The same response with one book that pays too much for every home side and over.

    Its prices of the other side are so low that its overround is that of any book.
    """
    seconds = to_seconds(datetime.fromisoformat(line["received_at"]))
    for event in line["body"]:
        if to_seconds(datetime.fromisoformat(event["commence_time"])) <= seconds:
            continue
        law = season.law(event["id"], seconds)
        for book in event["bookmakers"]:
            if book["key"] != GENEROUS_BOOK:
                continue
            for market in book["markets"]:
                first = {event["home_team"], "Over"}
                market["outcomes"].sort(key=lambda outcome: outcome["name"] not in first)
                generous, mean = market["outcomes"]
                win, loss = law.first_outcome(market["key"], generous.get("point"))
                implied = win / (win + loss + PLANTED_EDGE)
                generous["price"] = generous_price(implied).american
                mean["price"] = american_price(
                    1 + OVERROUND - implied, tick=1, nearest=False
                ).american
    return line


def true_values(
    season: Season, bets: pd.DataFrame, *, is_at_decision: bool = False
) -> pd.DataFrame:
    """What each bet is truly worth a unit staked.

    Args:
        season: the games.
        bets: bets on them.
        is_at_decision: by what could be known at the decision, else by the law that the score is
            drawn from.

    Returns:
        `win`, `loss` and `value` (the expected profit), under the index of the bets.
    """
    rows = []
    each_bet: Iterator[Any] = bets.itertuples()
    for bet in each_bet:
        seconds = to_seconds(bet.decided_at.to_pydatetime())
        closing_law = season.paths[season.event_by_id[bet.event_id].index].closing_law
        rows.append(
            _true_value(bet, season.law(bet.event_id, seconds) if is_at_decision else closing_law)
        )
    return pd.DataFrame(rows, columns=["win", "loss", "value"], index=bets.index)


def _true_value(bet: Any, law: Law) -> tuple[float, float, float]:
    is_first = bet.outcome_name in (bet.home_team, "Over")
    is_mirrored = bet.market_kind == "spread" and not is_first
    win, loss = law.first_outcome(bet.market_key, -bet.point if is_mirrored else bet.point)
    if not is_first:
        win, loss = loss, win
    return win, loss, win * (bet.net_decimal_price - 1) - loss
