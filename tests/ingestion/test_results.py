from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.errors import UsageError
from ingestion.pipelines import import_results
from ingestion.results import RESULT_FIELDS
from ingestion.warehouse import connect

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
HEADER = ",".join(RESULT_FIELDS)
FINAL = "icehockey_nhl,2026-01-30,2026-01-31T00:10:00Z,Montréal Canadiens,Boston Bruins,3,2,final"
POSTPONED = 'baseball_mlb,2026-04-03,,"Sox, White",Toronto Blue Jays,,,postponed'


@pytest.fixture
def table(tmp_path):
    def write(*lines, name="scores.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding=encoding)
        return path

    return write


def run(settings, path, **named):
    return import_results(path, settings, now=lambda: NOW, **named)


def landed(settings, columns):
    with connect(settings) as connection:
        return connection.rows(
            f"select {columns} from raw.result_rows order by line_number"  # noqa: S608
        )


def test_rows_land_as_text_verbatim(settings, table):
    summary = run(settings, table(FINAL, POSTPONED))
    assert (summary.rows, summary.landed, summary.already_held) == (2, 2, 0)
    columns = f"{', '.join(RESULT_FIELDS)}, source, line_number, landed_at"
    assert landed(settings, columns) == [
        (*FINAL.split(","), "scores", 2, NOW),
        (
            *("baseball_mlb", "2026-04-03", None, "Sox, White", "Toronto Blue Jays"),
            *(None, None, "postponed", "scores", 3, NOW),
        ),
    ]


def test_what_a_source_said_before_is_held_already(settings, table):
    corrected = FINAL.replace(",3,2,", ",4,2,")
    assert run(settings, table(FINAL, POSTPONED, FINAL)).already_held == 1
    assert run(settings, table(POSTPONED, FINAL)).already_held == 2
    assert run(settings, table(corrected)).landed == 1
    assert run(settings, table(FINAL), source="league").landed == 1
    assert len(set(landed(settings, "result_row_id"))) == 4


def test_a_table_without_rows_lands_nothing(settings, table):
    assert run(settings, table()).rows == 0


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((",3,", ",three,"), "home_score must be a whole number, not 'three'"),
        ((",3,", ",-3,"), "home_score must be a whole number, not '-3'"),
        ((",3,", ",3.0,"), "home_score must be a whole number"),
        ((",3,", ",,"), "home_score must be a whole number, not ''"),
        (("2026-01-30", "30/01/2026"), "game_date must be a date such as 2026-01-31"),
        (("2026-01-30", "20260130"), "game_date must be a date"),
        (("2026-01-30", "2026-02-30"), "game_date must be a date"),
        (("T00:10:00Z", "T00:10:00"), "starts_at must be empty or a time"),
        (
            ("final", "finished"),
            "status must be one of final, postponed, cancelled, abandoned, not 'finished'",
        ),
        (("Boston Bruins", " "), "away_team must not be empty"),
        (("icehockey_nhl", ""), "sport_key must not be empty"),
        ((",final", ""), "has more or fewer fields than the header"),
        ((",final", ",final,extra"), "has more or fewer fields than the header"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_wrong_row_stops_an_import_before_anything_lands(settings, table, change, reason):
    wrong = FINAL.replace(*change)
    with pytest.raises(UsageError, match=rf"scores\.csv, line 3: {reason}"):
        run(settings, table(POSTPONED, wrong))
    assert not settings.odds_duckdb_path.exists()


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (HEADER.replace(",", ";"), "separated by semicolons; use commas"),
        (HEADER.replace(",", "\t"), "separated by tabs; use commas"),
        (f"{HEADER},home_score", "names home_score more than once"),
    ],
    ids=["semicolons", "tabs", "a column twice"],
)
def test_a_header_that_is_read_another_way_says_why(settings, tmp_path, header, reason):
    path = tmp_path / "scores.csv"
    path.write_text(f"{header}\n{FINAL}\n")
    with pytest.raises(UsageError, match=rf"line 1: .*{reason}"):
        run(settings, path)


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("status", ["cancelled", "abandoned", "postponed"])
def test_a_game_that_is_off_needs_no_score(settings, table, status):
    row = POSTPONED.replace("postponed", status)
    assert run(settings, table(row)).landed == 1


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_table_without_a_column_says_which(settings, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(f"{HEADER.replace('status,', '').replace(',status', '')}\n")
    with pytest.raises(UsageError, match="line 1: lacks status; the header must name sport_key"):
        run(settings, path)


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.exists, "no such file"),
        (Path.mkdir, "a folder"),
        (Path.touch, "line 1: lacks sport_key"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "not a CSV file in UTF-8"),
        (lambda path: path.write_text(f'{HEADER}\n"unclosed'), "not a CSV file"),
    ],
    ids=["missing", "a folder", "no bytes", "not text", "not CSV"],
)
def test_what_is_no_table_of_scores_is_told(settings, tmp_path, make, reason):
    path = tmp_path / "scores.csv"
    make(path)
    with pytest.raises(UsageError, match=rf"scores\.csv.*{reason}"):
        run(settings, path)


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_table_saved_by_a_spreadsheet_is_read(settings, table):
    assert run(settings, table(FINAL, encoding="utf-8-sig")).landed == 1


def test_the_real_table_lands_once(settings, shared_data):
    first = run(settings, shared_data / "results.csv")
    assert first.landed + first.already_held == first.rows == 3_430
    assert run(settings, shared_data / "results.csv").already_held == first.rows


MORE = f"{HEADER},home_score_regulation,away_score_regulation,is_shortened"


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_table_may_tell_more_and_rows_that_do_not_keep_their_id(settings, tmp_path):
    plain, full = tmp_path / "plain.csv", tmp_path / "full.csv"
    plain.write_text(f"{HEADER}\n{FINAL}\n")
    full.write_text(f"{MORE}\n{FINAL},,,\n{FINAL},2,2,false\n")
    assert run(settings, plain, source="league").landed == 1
    assert run(settings, full, source="league").landed == 1
    assert landed(settings, "home_score_regulation, away_score_regulation, is_shortened") == [
        (None, None, None),
        ("2", "2", "false"),
    ]


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("2,,", "the score after regulation time is of both teams"),
        ("4,2,", "home_score_regulation must not exceed home_score 3, not '4'"),
        ("two,2,", "home_score_regulation must be empty or a whole number, not 'two'"),
        ("2,2,yes", "is_shortened must be true, false or empty, not 'yes'"),
    ],
)
def test_a_wrong_score_after_regulation_time_stops_an_import(settings, tmp_path, told, reason):
    path = tmp_path / "scores.csv"
    path.write_text(f"{MORE}\n{FINAL},{told}\n")
    with pytest.raises(UsageError, match=f"line 2: {reason}"):
        run(settings, path)
