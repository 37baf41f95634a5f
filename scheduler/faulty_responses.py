"""Finds the responses for which a build fails, and sets them aside, so that the rest is modelled.

dbt says which model failed, not for which response. So the hot chain is built for fewer and fewer
of the new responses, until one is left. What makes a build fail may be anything else, too: a
response is set aside only if the build fails for it alone, again and again, and passes both without
any new response and with another one of its kind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol

import structlog

from ingestion.errors import OddsError
from ingestion.quarantine import set_aside
from ingestion.settings import Settings
from ingestion.warehouse import connect

log = structlog.get_logger(__name__)

# more than these in one go are no odd values: somebody should look before the rest goes, too
MOST_AT_ONCE = 20
# no key lies between these two
NO_RESPONSES = ("0", "0")

# the machine, the server, or another process, whatever is modelled
_NOT_OF_DATA = re.compile(
    r"(Out of Memory|IO|FATAL|Connection|INTERRUPT|Interrupt) Error|MemoryError|out of memory"
    r"|No space left|could not (connect|extend|write|resize|fsync|open)"
    r"|(connection|server|session).*(refused|closed|reset|terminat|timed out|timeout)"
    r"|terminating connection|SSL|canceling statement|deadlock detected|permission denied"
    r"|the database system is|too many (connections|clients)|remaining connection slots"
    r"|read-only transaction|Another build"
)
# from here on the engine quotes what it could not read
_QUOTE = re.compile(r"DETAIL:|CONTEXT:|Input:|LINE \d")

UNMODELLED = """
select
    response_id,
    sequence_key,
    is_quoting
from intermediate.int_responses_scoped
where
    sequence_key is not null
    and response_id not in (select response_id from intermediate.int_processed_responses)
    and response_id not in (
        select response_id from ops.quarantined_responses where released_at is null
    )
order by sequence_key collate "C"
"""
NEWEST_MODELLED = """
select
    response_id,
    sequence_key,
    is_quoting
from intermediate.int_processed_responses
where is_quoting = ?
order by load_id collate "C" desc, sequence_key collate "C" desc
limit 1
"""


class FailedModelError(OddsError):
    """A model failed; `is_hot` where it belongs to the chain that takes in the new responses."""

    def __init__(self, message: str, *, model: str, error: str, is_hot: bool) -> None:
        super().__init__(message)
        self.model = model
        self.error = error
        self.is_hot = is_hot

    @property
    def may_be_of_a_response(self) -> bool:
        """Whether what the engine says could be about a value."""
        own_words = _QUOTE.split(self.error)[0]
        return self.is_hot and not _NOT_OF_DATA.search(own_words)


@dataclass(frozen=True)
class Candidate:
    """A response that is to be modelled; prices and lists of games take different ways."""

    response_id: str
    sequence_key: str
    is_quoting: bool


class BuildPart(Protocol):
    """Builds the hot chain for a part of the responses."""

    def __call__(self, *, window: tuple[str, str], again: str | None) -> object:
        """Take in the new responses between two sequence keys, and one that was modelled already.

        Raises:
            FailedModelError: a model failed.
        """


class Search:
    """One search, after a build that failed.

    Args:
        settings: which warehouse.
        build: builds a part.
        failure: what the build that failed said.
    """

    def __init__(self, settings: Settings, build: BuildPart, *, failure: FailedModelError) -> None:
        self._settings = settings
        self._build = build
        self._failure = failure
        self._passed: set[bool] = set()
        self._suspects: list[Candidate] = []
        self._is_over = False
        self.found: list[str] = []

    def run(self) -> list[str]:
        """Set aside each response that no model can take in, and model all others.

        It ends early where a model has taken in what a later one could not: all is to be made anew.

        Returns:
            The ids of what was set aside; none where the build passes after all.

        Raises:
            OddsError: it is no fault of single responses; nothing more is set aside.
        """
        log.warning("looking for the response that a build fails for", model=self._failure.model)
        if self._failure_of(NO_RESPONSES) is not None:
            raise self._failure
        candidates = self._unmodelled()
        if candidates:
            self._halve(candidates)
        # what passed by now is what the others are compared with
        for suspect in self._suspects:
            if not self._is_over:
                self._judge(suspect)
        return self.found

    def _halve(self, candidates: Sequence[Candidate]) -> None:
        """Model what can be modelled of these; what cannot is suspect."""
        if len(self._suspects) > MOST_AT_ONCE:
            return
        failure = self._failure_of((candidates[0].sequence_key, candidates[-1].sequence_key))
        if failure is None:
            self._passed |= {candidate.is_quoting for candidate in candidates}
        elif len(candidates) == 1:
            self._suspects.append(candidates[0])
        else:
            middle = len(candidates) // 2
            for start, end in pairwise((0, middle, len(candidates))):
                self._halve(candidates[start:end])

    def _judge(self, candidate: Candidate) -> None:
        """Set a response aside that failed alone, unless others like it fail, too."""
        if candidate.is_quoting not in self._passed:
            self._model_another(candidate)
        failure = self._failure_of((candidate.sequence_key, candidate.sequence_key))
        if failure is None:
            return
        if len(self.found) == MOST_AT_ONCE:
            raise OddsError(
                f"{MOST_AT_ONCE} responses could not be modelled and were set aside, and there are "
                f"more: `odds raw list` shows them; the next one: {failure}"
            )
        with connect(self._settings) as connection:
            self._is_over = set_aside(
                connection,
                candidate.response_id,
                model=failure.model,
                error=failure.error,
                at=datetime.now(UTC),
            )
        self.found.append(candidate.response_id)
        log.warning(
            "response set aside",
            response_id=candidate.response_id,
            model=failure.model,
            error=failure.error,
        )

    def _model_another(self, candidate: Candidate) -> None:
        """Model again what was modelled last of this kind: if that passes, the models work.

        Raises:
            OddsError: it fails, too, or nothing like it was ever modelled.
        """
        with connect(self._settings) as connection:
            newest = connection.rows(NEWEST_MODELLED, (candidate.is_quoting,))
            if not newest:
                raise OddsError(
                    f"{self._failure}; nothing like response {candidate.response_id} has been "
                    "modelled yet, so that the model may be at fault: `odds raw quarantine "
                    f"{candidate.response_id[:12]}` sets it aside"
                )
        another = Candidate(*newest[0])
        window = (another.sequence_key, another.sequence_key)
        if self._failure_of(window, again=another.response_id) is not None:
            raise self._failure
        self._passed.add(candidate.is_quoting)

    def _failure_of(
        self, window: tuple[str, str], *, again: str | None = None
    ) -> FailedModelError | None:
        """What a build says that fails for a part of the responses; None where it passes."""
        try:
            self._build(window=window, again=again)
        except FailedModelError as failure:
            if not failure.may_be_of_a_response:
                raise
            return failure
        return None

    def _unmodelled(self) -> list[Candidate]:
        with connect(self._settings) as connection:
            return [Candidate(*row) for row in connection.rows(UNMODELLED)]
