"""What was decided before, for as long as it holds."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from tests.mutants.judging import Judged, tracked
from tests.mutants.listing import UNIT, Mutant

UNIT_TESTS = "__unit_tests.yml"
NO_PART = ("docs/", "README.md", "Makefile", "tests/mutants/", "benchmarks/", "deploy/")


def is_judge(name: str) -> bool:
    return Path(name).name.startswith("test_") or name.endswith(UNIT_TESTS)


class Verdicts:
    """Verdicts by bug and tree: the product, what tests share, and the tests that judge the bug."""

    def __init__(self, checkout: Path, file: Path) -> None:
        self._checkout = checkout
        self._file = file
        self._kept: dict[str, Judged] = {}
        # of when they were first asked for: the copy that is judged is of the beginning, too
        self._digests: dict[str, bytes] = {}
        if file.exists():
            rows = map(json.loads, file.read_text().splitlines())
            self._kept = {row.pop("key"): Judged(**row) for row in rows}
        self._shared = self._digest(
            name
            for name in tracked(checkout)
            if not name.startswith(NO_PART) and not is_judge(name)
        )

    def get(self, mutant: Mutant) -> Judged | None:
        """What was decided; what was left undecided may be tried again."""
        found = self._kept.get(self._key(mutant))
        return found if found and found.verdict != "undecided" else None

    def keep(self, mutant: Mutant, judged: Judged) -> None:
        key = self._key(mutant)
        self._kept[key] = judged
        with self._file.open("a") as file:
            file.write(json.dumps({"key": key, **judged._asdict()}) + "\n")

    def _key(self, mutant: Mutant) -> str:
        return hashlib.sha256(
            repr((astuple(mutant), self._shared, self._digest(self._files(mutant)))).encode()
        ).hexdigest()

    def _files(self, mutant: Mutant) -> Iterable[str]:
        for judge in mutant.judges:
            place = self._checkout / judge.split("::")[0]
            if judge.startswith(UNIT):
                yield from (name for name in tracked(self._checkout) if name.endswith(UNIT_TESTS))
                continue
            files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
            yield from (str(file.relative_to(self._checkout)) for file in files)

    def _digest(self, names: Iterable[str]) -> str:
        digest = hashlib.sha256()
        for name in names:
            if name not in self._digests:
                content = (self._checkout / name).read_bytes()
                self._digests[name] = hashlib.sha256(content).digest()
            digest.update(name.encode() + b"\0" + self._digests[name])
        return digest.hexdigest()
