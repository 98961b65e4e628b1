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

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from hashlib import blake2b

from .catalogue import Calendar
from .choice import WeightedChoice
from .data.market import PLATFORMS
from .device import device
from .first_drawing import FirstDrawing
from .model import DeviceKind, Model
from .numbering import CAPACITY, Numbering
from .owner import DeviceIdentity, Owner, Platform
from .owners import DEFAULT_DOMAIN
from .people import LOCALES, People
from .permutation import Permutation
from .system import System

DRAWING = 2
"""The current way of drawing. A fleet that was begun with another goes on with that one."""

_DAY, _EPOCH = 86_400, date(1970, 1, 1).toordinal()
_OWNERS = (0, 0, 1, 2, 2, 2, 3, 4, 5, 6)
_OWNERS_OF_TEN = 7


class IdentityFleet:
    """The devices of a seed as of ``start`` (by default the last day of the tables). ``added`` are a site's own tables,
    by file name; ``domain`` and ``locales`` are for the owners (see ``People``); ``drawing`` is the way of drawing.

    A fleet holds tables but no devices; it can be pickled for other processes.
    """

    def __init__(
        self,
        seed: int,
        *,
        start: date | None = None,
        added: Mapping[str, str] | None = None,
        domain: str = DEFAULT_DOMAIN,
        locales: Sequence[str] = LOCALES,
        drawing: int = DRAWING,
    ) -> None:
        self.seed = seed
        self._key = blake2b(str(seed).encode()).digest()
        self._platforms = WeightedChoice({Platform(name): float(share) for name, share in PLATFORMS.items()})
        self._source = FirstDrawing() if drawing == 1 else Calendar(start, added)
        self._plans: dict[str, _Plan] = {}
        self._people = People(_derived(self._key, "people"), domain, locales)
        self._again = partial(
            IdentityFleet,
            seed,
            start=start,
            added=added,
            domain=domain,
            locales=tuple(locales),
            drawing=drawing,
        )

    def __reduce__(self) -> tuple[partial[IdentityFleet], tuple[()]]:
        return self._again, ()

    def identity(
        self,
        index: int,
        platform: Platform | str | None = None,
        *,
        enrolled: date | None = None,
        kind: DeviceKind | None = None,
    ) -> DeviceIdentity:
        """Device ``index``, from 0 and below ``CAPACITY``; of the given platform, or of a generated one; of a model
        that was there when it ``enrolled``, by default at the fleet's start; of any ``kind`` or the given one.

        The same arguments give the same device, and no two indexes share an identity. Raises ``IndexError`` beyond the
        capacity.
        """
        _check(index)
        draw = blake2b(index.to_bytes(8), key=self._key).digest()
        chosen = self._platforms(draw[:8]) if platform is None else Platform(platform)
        model, made_by = self._source.model(chosen, draw[8:16], enrolled, kind)
        plan = self._plans.get(model.identifier)
        if plan is None:
            numberings, systems = self._source.numberings(model), self._source.systems(model)
            plan = self._plans[model.identifier] = _Plan(model, numberings, systems, self._key)
        return plan.device(index, draw[16:], made_by)

    def upgrade_after(self, index: int, model: str, at: int) -> tuple[int, System] | None:
        """When the device of an index, of the model with this identifier, upgrades after a time (Unix), and to what;
        None if the tables have nothing newer. Not for the first drawing."""
        assert isinstance(self._source, Calendar)
        draw = blake2b(index.to_bytes(8), key=self._key).digest()[16:]
        second = int.from_bytes(draw[6:10]) % _DAY  # of the day on which it does
        found = self._source.upgrades(model).after(draw, (at - second) // _DAY + _EPOCH)
        return None if found is None else ((found.day - _EPOCH) * _DAY + second, found.system)

    def no_upgrade_before(self, index: int, model: str, at: int) -> int | None:
        """A time before which the upgrade after a time doesn't come; None if there is none. It is known much sooner
        than the upgrade."""
        assert isinstance(self._source, Calendar)
        draw = blake2b(index.to_bytes(8), key=self._key).digest()[16:]
        second = int.from_bytes(draw[6:10]) % _DAY
        day = self._source.upgrades(model).earliest(draw, (at - second) // _DAY + _EPOCH)
        return None if day is None else (day - _EPOCH) * _DAY + second

    def owner(self, index: int) -> Owner:
        """The owner of device ``index``: each ten consecutive devices belong to seven people."""
        _check(index)
        ten, place = divmod(index, len(_OWNERS))
        return self._people[ten * _OWNERS_OF_TEN + _OWNERS[place]]


class _Plan:
    """The numberings of one model in a fleet. Those of one name share a series."""

    __slots__ = ("_model", "_series", "_systems")

    def __init__(
        self, model: Model, numberings: Mapping[str, Numbering], systems: Callable[[bytes], System], key: bytes
    ) -> None:
        self._model = model
        self._systems = systems
        fields: dict[str, list[tuple[str, Numbering]]] = {}
        for field, numbering in numberings.items():
            fields.setdefault(numbering.name, []).append((field, numbering))
        self._series = [(_Series(some[0][1], key), some) for some in fields.values()]

    def device(self, index: int, draw: bytes, made_by: date | None) -> DeviceIdentity:
        extra, identities = int.from_bytes(draw[8:]), {}
        for series, fields in self._series:
            number = series.number(index, extra)
            for field, numbering in fields:
                if made_by is None or numbering.write_made is None:
                    identities[field] = numbering.write(number)
                else:
                    identities[field] = numbering.write_made(number, made_by)
        return device(self._model, self._systems(draw), identities)


class _Series:
    """The numbers of a numbering, shuffled for one fleet."""

    __slots__ = ("_distinct", "_factor", "_permutation", "_variants")

    def __init__(self, numbering: Numbering, key: bytes) -> None:
        own = _derived(key, numbering.name)
        self._distinct = numbering.distinct
        self._variants = numbering.variants
        self._permutation = Permutation(numbering.distinct, own)
        # Several numberings share the extra bits; the multiplication decorrelates them.
        self._factor = int.from_bytes(own[:8]) | 1

    def number(self, index: int, extra: int) -> int:
        number = self._permutation(index)
        if self._variants > 1:
            number += (extra * self._factor >> 64) % self._variants * self._distinct
        return number


def _check(index: int) -> None:
    if not 0 <= index < CAPACITY:
        raise IndexError(f"a fleet has the devices 0 to {CAPACITY - 1}, and no {index}")


def _derived(key: bytes, purpose: str) -> bytes:
    return blake2b(purpose.encode(), key=key).digest()
