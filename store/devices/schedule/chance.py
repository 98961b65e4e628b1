"""Random choices determined by a key: the same numbers give the same result, in any process and order.

They decide what a simulated device does. Not cryptographic.
"""

from __future__ import annotations

_MASK = (1 << 64) - 1


def draw(key: int, *numbers: int) -> int:
    """A number below 2**64 determined by the arguments (the finaliser of SplitMix64, once for each)."""
    state = key & _MASK
    for number in numbers:
        state = (state ^ number) * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


def chance(thousandth: int, key: int, *numbers: int) -> bool:
    """Whether something with this chance per thousand happens."""
    return draw(key, *numbers) % 1000 < thousandth
