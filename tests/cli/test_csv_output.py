"""`--csv`: the rows of the answer, with the values of `--json`."""

import csv
import io
import json
from datetime import UTC, datetime

from cli.csv_output import csv_text
from tests.cli.conftest import Place


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_an_answer_of_one_table_has_its_columns() -> None:
    moment = datetime(2026, 1, 31, 18, tzinfo=UTC)
    data = {
        "event": {"left": "out"},
        "rows": [
            {"name": 'of, "odd"\nsigns', "price": 1.9, "at": moment, "is_best": True, "none": None},
            {"name": "é", "price": 2, "at": moment, "is_best": False, "none": None},
        ],
    }
    assert rows(csv_text(data)) == [
        {
            "name": 'of, "odd"\nsigns',
            "price": "1.9",
            "at": "2026-01-31T18:00:00Z",
            "is_best": "true",
            "none": "",
        },
        {
            "name": "é",
            "price": "2",
            "at": "2026-01-31T18:00:00Z",
            "is_best": "false",
            "none": "",
        },
    ]


def test_an_answer_of_several_tables_says_in_each_row_of_which_it_is() -> None:
    data = {"one": [{"a": 1}], "two": [{"b": 2}], "none": []}
    assert csv_text(data) == "table,a,b\none,1,\ntwo,,2\n"


def test_without_rows_there_is_no_line() -> None:
    assert csv_text({"rows": []}) == ""
    assert csv_text([]) == ""


def test_nothing_in_a_cell_steers_the_terminal() -> None:
    assert "\x1b" not in csv_text([{"name": "\x1b[2Jteam"}])


def test_csv_has_the_rows_of_json(season: Place) -> None:
    as_json = season.odds("board", "--json").data["rows"]
    as_csv = rows(season.odds("board", "--csv").out)
    assert [list(row) for row in as_csv] == [list(row) for row in as_json]
    for name in ("event_id", "outcome_name", "starts_at", "captured_at", "bookmaker_key"):
        assert [row[name] for row in as_csv] == [row[name] for row in as_json]
    assert [float(row["decimal_price"]) for row in as_csv] == [
        row["decimal_price"] for row in as_json
    ]


def test_one_of_both_is_asked_for(season: Place) -> None:
    said = season.odds("board", "--json", "--csv")
    assert said.status == 2
    assert "--json and --csv" in json.loads(said.out)["data"]["error"]


def test_a_failure_leaves_no_csv(place: Place) -> None:
    said = place.odds("events", "--csv")
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1
