"""How the devices of a fleet are enrolled, whose they are, and what they tell of themselves then.

The shares are in ``simulator/identities/data/enrollment.csv``.
"""

from __future__ import annotations

import csv
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from msgspec import Struct, convert
from msgspec.structs import replace

from ...store.devices.enrollment_kinds import PRIVATE
from ...store.model.device import DeviceIdentity, EnrollmentKind, Ownership, Platform
from ..identities.choice import WeightedChoice
from ..identities.enrollment_ids import enrollment_id
from ..identities.model import DeviceKind
from ..identities.permutation import Permutation

_NUMBERS = 1 << 48
_PERSON, _PLACE = "person", "place"


class EnrollmentShare(Struct, frozen=True):
    """A row of the table; see its head."""

    platform: Platform
    maker: str
    holder: str
    ownership: Ownership
    kind: EnrollmentKind
    share: int
    basis: str


@cache
def enrollment_shares() -> tuple[EnrollmentShare, ...]:
    """The rows of the table."""
    text = (files("certfleet.simulator.identities") / "data" / "enrollment.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(convert(row, EnrollmentShare, strict=False) for row in rows)


class EnrollmentKinds:
    """The kinds of enrollment of a fleet; ``key`` determines them."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._numbers = Permutation(_NUMBERS, key)
        weights: dict[tuple[Platform, str, str], dict[EnrollmentKind, float]] = {}
        for row in enrollment_shares():
            kinds = weights.setdefault((row.platform, row.maker, row.holder), {})
            kinds[row.kind] = kinds.get(row.kind, 0) + row.share
        self._choices = {place: WeightedChoice(kinds) for place, kinds in weights.items()}
        owners: dict[tuple[Platform, str, str, EnrollmentKind], dict[Ownership, float]] = {}
        for row in enrollment_shares():
            shares = owners.setdefault((row.platform, row.maker, row.holder, row.kind), {})
            shares[row.ownership] = shares.get(row.ownership, 0) + row.share
        self._owners = {place: WeightedChoice(shares) for place, shares in owners.items()}

    def kind(self, index: int, identity: DeviceIdentity, device: DeviceKind, *, supervised: bool) -> EnrollmentKind:
        """How device ``index`` is enrolled; ``supervised``: as the site's habits say of a person's device."""
        holder = _PLACE if device is DeviceKind.SHARED else _PERSON
        if supervised and holder == _PERSON:
            return EnrollmentKind.SUPERVISED
        places = (identity.platform, identity.maker, holder), (identity.platform, "", holder)
        return next(self._choices[one] for one in places if one in self._choices)(self._draw(b"kind", index)[:8])

    def ownership(self, index: int, identity: DeviceIdentity, device: DeviceKind, kind: EnrollmentKind) -> Ownership:
        """Whose device ``index`` is that is enrolled in this way. Supervised devices and kiosks are the company's."""
        if kind in (EnrollmentKind.SUPERVISED, EnrollmentKind.KIOSK):
            return Ownership.COMPANY
        holder = _PLACE if device is DeviceKind.SHARED else _PERSON
        makers = (maker for maker in (identity.maker, "") if (identity.platform, maker, holder) in self._choices)
        return self._owners[identity.platform, next(makers), holder, kind](self._draw(b"ownership", index)[:8])

    def told(self, index: int, identity: DeviceIdentity, kind: EnrollmentKind) -> DeviceIdentity:
        """What device ``index`` tells of itself: enrolled by its user, an enrollment id that no other has."""
        if kind is not EnrollmentKind.USER:
            return identity
        kept = replace(identity, **{field: "" if field == "serial_number" else None for field in PRIVATE})
        number = self._draw(b"id", index)[:10] + self._numbers(index).to_bytes(6)
        return replace(kept, enrollment_id=enrollment_id(identity.platform, number))

    def _draw(self, what: bytes, index: int) -> bytes:
        return blake2b(what + index.to_bytes(8), key=self._key).digest()
