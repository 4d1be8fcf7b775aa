"""Randomness by counting: a value depends on the seed, a name and a key, never on the order of drawing.

So tables can be made alone or in batches of any size and still come out the same, byte for byte.
"""

from __future__ import annotations

import hashlib

import polars as pl

# Constants of splitmix64, a public-domain mixing function that is one-to-one on 64 bits.
_STEP = pl.Series([0x9E3779B97F4A7C15], dtype=pl.UInt64)
_FIRST = pl.Series([0xBF58476D1CE4E5B9], dtype=pl.UInt64)
_SECOND = pl.Series([0x94D049BB133111EB], dtype=pl.UInt64)


def mix(keys: pl.Series) -> pl.Series:
    """splitmix64 of every key; different keys stay different."""
    state = keys + _STEP
    state = (state ^ (state // (1 << 30))) * _FIRST
    state = (state ^ (state // (1 << 27))) * _SECOND
    return state ^ (state // (1 << 31))


class Dice:
    """Draws for one seed."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed

    def stream(self, name: str) -> pl.Series:
        """The 64 bits that set the draws called `name` apart."""
        digest = hashlib.sha256(f"{self._seed}/{name}".encode()).digest()
        return pl.Series([int.from_bytes(digest[:8], "big")], dtype=pl.UInt64)

    def keys(self, name: str, numbers: pl.Series) -> pl.Series:
        """One key for each number, all different."""
        return mix(numbers.cast(pl.UInt64) + self.stream(name))

    def uniform(self, name: str, keys: pl.Series) -> pl.Series:
        """Numbers from 0 to below 1, one for each key."""
        return (mix(keys ^ self.stream(name)) // (1 << 11)).cast(pl.Float64) / float(1 << 53)
