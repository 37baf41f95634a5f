"""Writes cases/penaltyblog.csv: what penaltyblog makes of prices, to hold ours against.

It brings twenty libraries, so it is no dependency; in an environment of its own:
`pip install penaltyblog==1.13.1 && python tests/analysis/penaltyblog_cases.py`.
"""

import csv
import random
from pathlib import Path

CASES = Path(__file__).parent / "cases" / "penaltyblog.csv"
METHODS = ("multiplicative", "additive", "power", "odds_ratio", "shin")
OF_THE_LITERATURE = ((1.20, 5.00), (1.909, 1.909), (2.7, 2.3, 4.4))
SETS_OF_EACH_SIZE = 50


def main() -> None:
    from penaltyblog.implied import calculate_implied

    chance = random.Random(20260131)
    price_sets = list(OF_THE_LITERATURE)
    for size in (2, 3):
        for _ in range(SETS_OF_EACH_SIZE):
            weights = [chance.expovariate(1) + 0.02 for _ in range(size)]
            margin = chance.uniform(1.0, 1.2)
            price_sets.append(
                tuple(max(round(sum(weights) / w / margin, 3), 1.01) for w in weights)
            )
    with CASES.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "prices", "fair_probabilities"])
        for prices in price_sets:
            if sum(1 / price for price in prices) < 1:
                continue
            for method in METHODS:
                fair = calculate_implied(list(prices), method=method).probabilities
                writer.writerow([method, " ".join(map(str, prices)), " ".join(map(repr, fair))])


if __name__ == "__main__":
    main()
