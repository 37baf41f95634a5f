"""The peer's side of the backtest benchmark: `PYTHON benchmarks/penaltyblog_side.py ROWS RUNS`.

It runs by the interpreter of an environment that has penaltyblog, and imports nothing of ours. The
rows are wide and joined before: one an event, with the price to take and whether it won.
"""

import json
import sys
import time

import pandas as pd
from penaltyblog.backtest import Backtest, Context

BANKROLL = 1e9
STAKE = 100.0


def bet(context: Context) -> None:
    """A flat stake on every price that is worth at least what it costs."""
    row = context.fixture
    if row["edge"] >= 0:
        context.account.place_bet(row["price"], STAKE, row["won"])


def main() -> None:
    """Time some runs; the last one's bets and profit are reported with them."""
    path, runs = sys.argv[1:]
    rows = pd.read_csv(path)
    rows["date"] = pd.to_datetime(rows["date"]).dt.date
    seconds = []
    for _ in range(int(runs)):
        started = time.perf_counter()
        backtest = Backtest(rows, str(rows["date"].min()), str(rows["date"].max()))
        backtest.start(BANKROLL, bet)
        results = backtest.results()
        seconds.append(time.perf_counter() - started)
    report = {"seconds": seconds, "bets": results["Total Bets"], "profit": results["Profit"]}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
