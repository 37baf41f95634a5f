"""Seeded randomness: streams for what is drawn once, hashes for what is asked at any time."""

import zlib
from hashlib import blake2b

import numpy as np

_MASK = (1 << 64) - 1
# One number a purpose, so that drawing more of one thing never changes another.
SCHEDULE, LIVES, LATENT, BELIEFS, PLANTS, FAULTS, RESULTS, PLAYERS, STARTS = range(1, 10)


def stream(seed: int, purpose: int, index: int = 0) -> np.random.Generator:
    """A generator of its own for each seed, purpose and thing."""
    return np.random.default_rng([seed, purpose, index])


def mix(first: int, second: int, third: int = 0) -> int:
    """A well-spread 64-bit hash of three integers."""
    value = (
        first * 0x9E3779B97F4A7C15 ^ second * 0xC2B2AE3D27D4EB4F ^ third * 0x165667B19E3779F9
    ) & _MASK
    value ^= value >> 29
    value = (value * 0xBF58476D1CE4E5B9) & _MASK
    return value ^ (value >> 32)


def share(first: int, second: int, third: int = 0) -> float:
    """The same hash as a number in [0, 1)."""
    return mix(first, second, third) / (_MASK + 1)


def salt(text: str) -> int:
    """A number that stands for a text, the same in every process."""
    return zlib.crc32(text.encode())


def hex_id(*parts: object) -> str:
    """32 hex characters, the form of an event id."""
    return blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def participant_id(name: str) -> str:
    """`par_` and 26 characters of Crockford's base 32, the form of a participant id."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=17).digest(), "big")
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    return "par_01" + "".join(alphabet[number >> (5 * place) & 31] for place in range(24))
