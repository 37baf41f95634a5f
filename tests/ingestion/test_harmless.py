import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.harmless import escaped, harmless

STEERING = {
    "colours": "a\x1b[31mred",
    "a title": "\x1b]0;owned\x07",
    "one byte of control": "\x9b31m",
    "backspace": "Lakers\b\b\b",
    "carriage return": "lost\rwon ",
    "turned round": "\u202eevil",
    "isolated": "\u2066x\u2069",
    "line separator": "a\u2028b",
    "delete": "\x7f",
}


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_nothing_that_steers_is_left(text: str) -> None:
    assert harmless(text).isprintable()
    assert len(harmless(text)) == len(text)
    written = escaped(json.dumps(text, ensure_ascii=False))
    assert written.isprintable()
    assert json.loads(written) == text


@pytest.mark.parametrize("text", ["Montréal 🏒", "Ünïcode\n\tindented", ""])
def test_what_people_write_stays(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_escaped_json_has_the_same_value(text: str) -> None:
    assert json.loads(escaped(json.dumps({"a": text}, ensure_ascii=False))) == {"a": text}
