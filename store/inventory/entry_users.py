"""Who uses an entry of the inventory, and so keeps it from being deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class EntryUser(NamedTuple):
    """A user in words, such as ``the policy VPN``, and what ends the use, in a sentence."""

    name: str
    way_out: str


EntryUsers = Callable[[int], Sequence[EntryUser]]
"""The users of the entry with an id."""
