"""Fleets: device *i* of a seed, generated on its own, in any order and process; no two share an identity.

An example::

    fleet = IdentityFleet(7, domain="company.example")
    fleet.identity(0)                        # of a platform as fleets have them
    fleet.identity(123_456, "windows")       # or of a given one
    fleet.owner(123_456)

Platform, model and OS version come from a hash of seed and index. Each identity is a permutation of the index, keyed by
the seed and written in the form of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import blake2b

from .catalogue import models, os_versions
from .choice import WeightedChoice
from .data.market import PLATFORMS
from .device import device, numberings
from .model import Model
from .numbering import Numbering
from .owner import DeviceIdentity, Owner, Platform
from .owners import DEFAULT_DOMAIN
from .people import LOCALES, People
from .permutation import Permutation

CAPACITY = 1 << 21
"""The largest fleet: every form of identity has room for this many (HP's has the least)."""

_OWNERS = (0, 0, 1, 2, 2, 2, 3, 4, 5, 6)
_OWNERS_OF_TEN = 7


class IdentityFleet:
    """The devices of a seed. ``domain`` and ``locales`` are for their owners (see ``People``).

    A fleet holds tables but no devices; it can be pickled for other processes.
    """

    def __init__(self, seed: int, *, domain: str = DEFAULT_DOMAIN, locales: Sequence[str] = LOCALES) -> None:
        self.seed = seed
        self._key = blake2b(str(seed).encode()).digest()
        self._platforms = WeightedChoice({Platform(name): float(share) for name, share in PLATFORMS.items()})
        self._models = {platform: WeightedChoice(models(platform)) for platform in Platform}
        self._plans: dict[str, _Plan] = {}
        self._people = People(_derived(self._key, "people"), domain, locales)
        self._again = partial(IdentityFleet, seed, domain=domain, locales=tuple(locales))

    def __reduce__(self) -> tuple[partial[IdentityFleet], tuple[()]]:
        return self._again, ()

    def identity(self, index: int, platform: Platform | str | None = None) -> DeviceIdentity:
        """Device ``index``, from 0 and below ``CAPACITY``; of the given platform, or of a generated one.

        The same seed, index and platform give the same device, and no two indexes share an identity. Raises
        ``IndexError`` beyond the capacity.
        """
        _check(index)
        draw = blake2b(index.to_bytes(8), key=self._key).digest()
        chosen = self._platforms(draw[:8]) if platform is None else Platform(platform)
        model = self._models[chosen](draw[8:16])
        plan = self._plans.get(model.identifier)
        if plan is None:
            plan = self._plans[model.identifier] = _Plan(model, self._key)
        return plan.device(index, draw[16:])

    def owner(self, index: int) -> Owner:
        """The owner of device ``index``: each ten consecutive devices belong to seven people."""
        _check(index)
        ten, place = divmod(index, len(_OWNERS))
        return self._people[ten * _OWNERS_OF_TEN + _OWNERS[place]]


class _Plan:
    """The numberings of one model in a fleet."""

    __slots__ = ("_model", "_series", "_versions")

    def __init__(self, model: Model, key: bytes) -> None:
        self._model = model
        self._versions = WeightedChoice(os_versions(model))
        self._series = [(field, _Series(numbering, key)) for field, numbering in numberings(model).items()]

    def device(self, index: int, draw: bytes) -> DeviceIdentity:
        extra = int.from_bytes(draw[8:])
        identities = {field: series.text(index, extra) for field, series in self._series}
        return device(self._model, self._versions(draw[:8]), identities)


class _Series:
    """A numbering shuffled for one fleet."""

    __slots__ = ("_distinct", "_factor", "_permutation", "_variants", "_write")

    def __init__(self, numbering: Numbering, key: bytes) -> None:
        own = _derived(key, numbering.name)
        self._write = numbering.write
        self._distinct = numbering.distinct
        self._variants = numbering.variants
        self._permutation = Permutation(numbering.distinct, own)
        # Several numberings share the extra bits; the multiplication decorrelates them.
        self._factor = int.from_bytes(own[:8]) | 1

    def text(self, index: int, extra: int) -> str:
        number = self._permutation(index)
        if self._variants > 1:
            number += (extra * self._factor >> 64) % self._variants * self._distinct
        return self._write(number)


def _check(index: int) -> None:
    if not 0 <= index < CAPACITY:
        raise IndexError(f"a fleet has the devices 0 to {CAPACITY - 1}, and no {index}")


def _derived(key: bytes, purpose: str) -> bytes:
    return blake2b(purpose.encode(), key=key).digest()
