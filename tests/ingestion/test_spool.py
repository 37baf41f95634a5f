import pytest

from ingestion.errors import OddsError
from ingestion.spool import Spool


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "data" / "spool")


def test_what_is_written_is_read_in_the_order_of_asking(spool, make_response):
    responses = [make_response(number) for number in (2, 0, 1)]
    for response in responses:
        spool.write(response)
    assert [spooled.response for spooled in spool.read()] == sorted(
        responses, key=lambda response: response.requested_at
    )


def test_the_same_response_is_spooled_once(spool, make_response):
    assert spool.write(make_response()) == spool.write(make_response())
    assert len(spool.paths()) == 1


def test_two_answers_of_the_same_second_do_not_overwrite_each_other(spool, make_response):
    spool.write(make_response(body="[1]"))
    spool.write(make_response(body="[2]"))
    assert [spooled.response.payload for spooled in spool.read()] in (
        ["[1]", "[2]"],
        ["[2]", "[1]"],
    )


def test_a_half_written_file_is_not_read(spool, make_response):
    path = spool.write(make_response())
    path.rename(path.with_suffix(".tmp"))
    assert list(spool.read()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"endpoint": null}'])
def test_a_broken_file_is_moved_aside_and_blocks_nothing(spool, make_response, content):
    broken = spool.write(make_response(0))
    broken.write_bytes(content)
    spool.write(make_response(1))
    assert [spooled.response for spooled in spool.read()] == [make_response(1)]
    assert (spool.folder / "broken" / broken.name).read_bytes() == content
    assert not broken.exists()


def test_what_has_landed_is_forgotten(spool, make_response):
    kept, landed = spool.write(make_response(0)), spool.write(make_response(1))
    spool.remove([landed, landed])
    assert spool.paths() == [kept]


def test_a_folder_that_cannot_be_written_is_told_before_a_response_is_paid_for(tmp_path):
    (tmp_path / "file").write_text("in the way")
    spool = Spool(tmp_path / "file" / "spool")
    with pytest.raises(OddsError, match=r"cannot write to .*file/spool: .*ODDS_DATA_DIR"):
        spool.check_writable()


def test_a_writable_folder_is_left_empty_by_the_check(spool):
    spool.check_writable()
    assert list(spool.folder.iterdir()) == []
