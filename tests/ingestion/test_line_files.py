import gzip
import lzma

import pytest
import zstandard

from ingestion.line_files import CHUNK_BYTES, BrokenFileError, read_lines

COMPRESSORS = {
    ".jsonl": bytes,
    ".xz": lzma.compress,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
# a line over several chunks, lines within one, an empty one, and none at the end
LINES = [b"a" * (3 * CHUNK_BYTES), b"b", b"", b"c" * 100, b"d" * CHUNK_BYTES]


@pytest.fixture(params=COMPRESSORS, ids=lambda suffix: suffix.removeprefix("."))
def suffix(request):
    return request.param


@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["no line end at the end", "a line end"])
def test_lines_come_out_as_they_went_in(tmp_path, suffix, ending):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(COMPRESSORS[suffix](b"\n".join(LINES) + ending))
    assert list(read_lines(path)) == LINES


def test_files_glued_together_read_as_one(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    compress = COMPRESSORS[suffix]
    path.write_bytes(compress(b"1\n2\n") + compress(b"3\n"))
    assert list(read_lines(path)) == [b"1", b"2", b"3"]


def test_a_file_of_no_bytes_has_no_lines(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    path.touch()
    assert list(read_lines(path)) == []


@pytest.mark.parametrize("packed", [".xz", ".gz", ".zst"])
def test_a_file_cut_off_yields_its_whole_lines_then_says_so(tmp_path, packed):
    path = tmp_path / f"file{packed}"
    numbers = [f"{number * 7919 % 100_003}" for number in range(100_000)]
    whole = COMPRESSORS[packed]("\n".join(numbers).encode())
    path.write_bytes(whole[: len(whole) // 2])
    lines = []
    with pytest.raises(BrokenFileError, match="cut off"):
        lines.extend(line.decode() for line in read_lines(path))
    assert 0 < len(lines) < len(numbers)
    assert lines == numbers[: len(lines)]


@pytest.mark.parametrize("packed", [".xz", ".gz", ".zst"])
def test_a_file_that_is_not_what_its_name_says_is_damaged(tmp_path, packed):
    path = tmp_path / f"file{packed}"
    path.write_bytes(b'{"plain": "json"}\n')
    with pytest.raises(BrokenFileError, match="damaged"):
        list(read_lines(path))


def test_a_reader_that_stops_early_leaves_no_thread_behind(tmp_path):
    import threading
    import time

    path = tmp_path / "file.xz"
    path.write_bytes(lzma.compress(b"line\n" * 5_000_000))
    before = threading.active_count()
    lines = read_lines(path)
    assert next(lines) == b"line"
    lines.close()
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() == before
