"""The mobile carriers of devices with a SIM, by country, from a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from .choice import WeightedChoice
from .countries import rows_of
from .staff import DeviceHolder


def carrier_of(holder: DeviceHolder) -> str:
    """The carrier of a holder's devices: all of them have the same contract."""
    draw = blake2b(b"carrier", key=holder.key.to_bytes(8), digest_size=8).digest()
    return _choices()[holder.country](draw)


@cache
def carriers() -> Mapping[str, Mapping[str, float]]:
    """The carriers of each country, with their weights."""
    found: dict[str, dict[str, float]] = {}
    for row in rows_of("carriers.csv"):
        found.setdefault(row["country"], {})[row["carrier"]] = float(row["weight"])
    return found


@cache
def _choices() -> Mapping[str, WeightedChoice[str]]:
    return {country: WeightedChoice(weights) for country, weights in carriers().items()}
