"""Lines of files that may be compressed, in bounded memory, decompressed beside the reader."""

import lzma
import queue
import threading
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard

CHUNK_BYTES = 64 * 2**10
# how far decompression may run ahead; a chunk grows some fortyfold when it is decompressed
CHUNKS_AHEAD = 4

_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    ".xz": lzma.LZMADecompressor,
    ".gz": lambda: zlib.decompressobj(wbits=31),
    ".zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
}
LINE_FILE_SUFFIXES = (".jsonl", *_DECOMPRESSORS)


class BrokenFileError(Exception):
    """The file cannot be read on from here; the message says why."""


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, without their line ends.

    Raises:
        BrokenFileError: the file is cut off or damaged; every whole line before that was yielded.
    """
    begun: list[bytes] = []
    with closing(_in_background(_decompressed(path))) as chunks:
        for chunk in chunks:
            first, *others = chunk.split(b"\n")
            begun.append(first)
            if others:
                yield b"".join(begun)
                yield from others[:-1]
                begun = [others[-1]]
    if any(begun):
        yield b"".join(begun)


def _decompressed(path: Path) -> Iterator[bytes]:
    new_decompressor = _DECOMPRESSORS.get(path.suffix)
    with path.open("rb") as file:
        compressed = iter(lambda: file.read(CHUNK_BYTES), b"")
        if new_decompressor is None:
            yield from compressed
            return
        try:
            yield from _streams(compressed, new_decompressor)
        except (lzma.LZMAError, zlib.error, zstandard.ZstdError) as error:
            raise BrokenFileError(f"damaged: {error}") from error


def _streams(compressed: Iterator[bytes], new_decompressor: Callable[[], Any]) -> Iterator[bytes]:
    """Decompress one or more compressed streams that follow each other."""
    decompressor = new_decompressor()
    is_whole = True  # a file of no bytes has no lines
    for chunk in compressed:
        data = chunk
        while data:
            if decompressor.eof:
                decompressor = new_decompressor()
            yield decompressor.decompress(data)
            is_whole = decompressor.eof
            data = decompressor.unused_data if is_whole else b""
    if not is_whole:
        raise BrokenFileError("cut off before its end")


def _in_background(chunks: Iterator[bytes]) -> Generator[bytes]:
    """The same chunks, made in a thread; decompression lets go of the interpreter's lock."""
    done = threading.Event()
    made: queue.Queue[bytes | BaseException | None] = queue.Queue(maxsize=CHUNKS_AHEAD)

    def put(item: bytes | BaseException | None) -> bool:
        while not done.is_set():
            try:
                made.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for chunk in chunks:
                if not put(chunk):
                    return
        except Exception as error:  # noqa: BLE001 - handed to the reader, which raises it
            put(error)
        else:
            put(None)

    threading.Thread(target=make, daemon=True).start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        done.set()
