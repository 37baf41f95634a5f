"""Held answers read again, by the rules of this version: the payloads are as they came."""

from collections.abc import Callable

from ingestion.payload_reader import NOT_GAMES, Reading, parsed_json, read_answer
from ingestion.warehouse import Connection

AT_ONCE = 200
_READ = "event_count, error_code, readable_payload, reading_notes, games_read"


def reread(connection: Connection, *, report: Callable[[int], None]) -> int:
    """Bring what was read of each answer up to date; returns for how many it changed.

    Args:
        connection: to a warehouse that holds answers.
        report: told how many were read so far.
    """
    held = connection.rows(
        "select response_id from raw.api_responses where status_code < 400 and payload is not null"
    )
    changed = 0
    for begin in range(0, len(held), AT_ONCE):
        ids = [response_id for (response_id,) in held[begin : begin + AT_ONCE]]
        marks = ", ".join("?" * len(ids))
        answers = connection.rows(
            f"select response_id, endpoint, payload, {_READ} from raw.api_responses"  # noqa: S608
            f" where response_id in ({marks})",
            ids,
        )
        for response_id, endpoint, payload, *before in answers:
            reading = read_answer(endpoint=endpoint, payload=payload, body=parsed_json(payload))
            # what the transport said of an answer stays said
            if before[1] in (None, NOT_GAMES) and tuple(before) != tuple(reading):
                _note(connection, response_id, reading)
                changed += 1
        report(begin + len(ids))
    return changed


def _note(connection: Connection, response_id: str, reading: Reading) -> None:
    connection.rows(
        "update raw.api_responses set event_count = ?, error_code = ?, readable_payload = ?,"
        " reading_notes = ?, games_read = ? where response_id = ?",
        (*reading, response_id),
    )
