"""Command line: `python -m tests.mutants [--only TEXT…] [--list] [--json] [--again]`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.judging import Judged, Scratch, import_libraries
from tests.mutants.listing import ALL_UNITS, UNIT, Mutant, mutants
from tests.mutants.verdicts import Verdicts

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "data" / "mutants"
MOST_SURVIVORS = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, tell; the exit status."""
    given = _parser().parse_args(arguments)
    wanted = [each for each in mutants() if _is_wanted(each, given.only)]
    if given.list:
        for each in wanted:
            print(f"{each.name}\t{each.path}\t{each.breaks}")
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    verdicts = Verdicts(CHECKOUT, FOLDER / "verdicts.jsonl")
    judged = {each: verdicts.get(each) for each in wanted}
    left = [each for each in wanted if given.again or judged[each] is None]
    if left:
        import_libraries()
        scratch = Scratch(CHECKOUT, FOLDER)
        for each in left:
            found = _judged(each, scratch, verdicts, limit_seconds=given.limit_seconds)
            judged[each] = found
            verdicts.keep(each, found)
            _tell(each, found)
    return _sum_up({each: found for each, found in judged.items() if found}, as_json=given.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="part of a name or of a path")
    parser.add_argument("--list", action="store_true", help="say what would be planted")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.add_argument("--again", action="store_true", help="judge anew what is decided")
    parser.add_argument("--limit-seconds", type=float, default=600.0, help="per bug")
    return parser


def _is_wanted(mutant: Mutant, only: Sequence[str]) -> bool:
    return not only or any(text in mutant.name or text in mutant.path for text in only)


def _judged(
    mutant: Mutant, scratch: Scratch, verdicts: Verdicts, *, limit_seconds: float
) -> Judged:
    """The verdict; who fails without the bug cannot judge it."""
    # all unit tests at once: to start dbt takes longer than they do
    judges = dict.fromkeys(ALL_UNITS if j.startswith(UNIT) else j for j in mutant.judges)
    no_bug = Mutant("the tree as it is", "", "", "", "", tuple(judges))
    without = verdicts.get(no_bug)
    if without is None:
        without = scratch.judge_nothing(no_bug.judges, limit_seconds=limit_seconds)
        if without.verdict != "survived":
            return without._replace(verdict="undecided", said=f"without the bug: {without.said}")
        verdicts.keep(no_bug, without)
    return scratch.judge(mutant, limit_seconds=limit_seconds)


def _tell(mutant: Mutant, judged: Judged) -> None:
    print(
        f"{judged.verdict:<9} {judged.seconds:4.0f} s  {mutant.name}: {mutant.breaks}",
        file=sys.stderr,
        flush=True,
    )


def _sum_up(judged: dict[Mutant, Judged], *, as_json: bool) -> int:
    by_verdict = {
        verdict: [each for each, found in judged.items() if found.verdict == verdict]
        for verdict in ("caught", "survived", "undecided")
    }
    counts = {verdict: len(found) for verdict, found in by_verdict.items()}
    decided = counts["caught"] + counts["survived"]
    share = counts["survived"] / decided if decided else 0.0
    if as_json:
        named = {
            verdict: [
                {"name": each.name, "path": each.path, "breaks": each.breaks} for each in found
            ]
            for verdict, found in by_verdict.items()
            if verdict != "caught"
        }
        print(json.dumps({"planted": len(judged), "counts": counts, "share": share, **named}))
    else:
        for verdict in ("survived", "undecided"):
            for each in by_verdict[verdict]:
                print(f"{verdict:<9} {each.name} ({each.path}): {each.breaks}")
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        print(f"{len(judged)} planted: {told}; {share:.1%} of those decided survived")
    return int(share > MOST_SURVIVORS)


if __name__ == "__main__":
    sys.exit(main())
