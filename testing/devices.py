"""Fleets and single devices for tests: records of devices as ``device list`` shows them, without a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, overload

from msgspec.structs import asdict, replace

from ..simulator.fleet.enrollment_kinds import EnrollmentKinds
from ..simulator.identities import IdentityFleet
from ..simulator.identities.choice import WeightedChoice
from ..simulator.identities.data.market import PLATFORMS
from ..simulator.identities.device_names import device_name
from ..simulator.identities.model import SHARED_MAKERS
from ..simulator.identities.owner import Owner
from ..simulator.identities.people import LOCALES
from ..simulator.identities.staff import place_account, place_name
from ..store.authorities.groups import CLOCK_SKEW, DEFAULT_GROUP, DEVICE_LIFETIME
from ..store.authorities.validity import Validity
from ..store.devices.schedule.chance import draw
from ..store.model.device import (
    CertificateState,
    Device,
    DeviceState,
    EnrollmentKind,
    HeldCertificate,
    Ownership,
    Platform,
)
from ..store.views.device import days_left
from .authorities import authority
from .clocks import STANDARD_TIME, zoned
from .leaf import FixtureCertificate

Mix = Mapping[Any, int]
"""Each platform's share, by its name: ``{"ios": 50, "android": 30}``."""

_STATES = WeightedChoice(
    {
        DeviceState.ENROLLED: 95,
        DeviceState.RE_ENROLLMENT_REQUIRED: 2,
        DeviceState.MUST_RE_ENROLL: 2,
        DeviceState.REVOKED: 1,
    }
)
_KINDS = WeightedChoice({EnrollmentKind.SUPERVISED: 55, EnrollmentKind.DEVICE: 30, EnrollmentKind.USER: 15})
_ENROLLED, _SEEN, _SINCE, _NAME, _LONG_AGO, _PLACE = range(6)
_PLACES = 30  # which share scanners and rugged handhelds
_DAY = 86_400
_YEAR = DEVICE_LIFETIME


class FixtureDevice(Device, frozen=True, kw_only=True, gc=False):
    """A device with the fields of ``device list``. ``at`` is the time that it is shown at; ``certificate`` is its real
    certificate with its key, None where none was asked for."""

    at: datetime
    certificate: Any = None

    @property
    def days_left(self) -> int | None:
        """The days until its certificate expires, rounded up; None without one."""
        return days_left(self, self.at)


class FixtureFleet(Sequence[FixtureDevice]):
    """The devices of a seed, as a sequence that can't be changed. ``seed`` and ``at`` are those that it was made by."""

    def __init__(self, devices: Sequence[FixtureDevice], seed: int, at: datetime) -> None:
        self.seed, self.at = seed, at
        self._devices = tuple(devices)

    @overload
    def __getitem__(self, index: int) -> FixtureDevice: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FixtureDevice]: ...
    def __getitem__(self, index: int | slice) -> FixtureDevice | Sequence[FixtureDevice]:
        return self._devices[index]

    def __len__(self) -> int:
        return len(self._devices)

    def __eq__(self, other: object) -> bool:
        return self._devices == other._devices if isinstance(other, FixtureFleet) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a record of a device has none

    def __repr__(self) -> str:
        return f"<FixtureFleet of {len(self):,}, seed {self.seed}>"


def fleet(
    devices: int = 50,
    *,
    seed: int = 7,
    mix: Mix | None = None,
    at: datetime = STANDARD_TIME,
    certificates: bool = False,
    fixed_keys: bool = False,
    locales: Sequence[str] = LOCALES,
    domain: str = "company.example",
) -> FixtureFleet:
    """A fleet of a seed: real models with the OS versions of ``at``, identities that no other device has, owners with
    names of these locales of Faker, enrolled over the past year, some turned away or revoked.

    Device *i* is the same in a fleet of any size. ``certificates`` gives each one that is enrolled a real certificate
    over a key of its own; ``fixed_keys`` makes these the same every time. Raises ``ValueError`` for a mix without a
    share, an unknown platform, a time without a zone, or more devices than there are identities.
    """
    shares = shares_of(mix)
    at = zoned(at)
    if not 0 <= devices <= 2**21:
        raise ValueError("a fleet has up to 2,097,152 devices")
    drawing = _Drawing(seed, at, tuple(locales), domain, None if shares is None else tuple(shares.items()))
    made = [drawing.device(index) for index in range(devices)]
    if certificates or fixed_keys:
        made = certified(made, seed, fixed_keys=fixed_keys)
    return FixtureFleet(made, seed, at)


def shares_of(mix: Mix | None) -> dict[Platform, int] | None:
    """A mix by platforms. Raises ``ValueError`` for one that is none."""
    if mix is None:
        return None
    shares = {Platform(platform): share for platform, share in mix.items()}
    if not any(share > 0 for share in shares.values()) or any(share < 0 for share in shares.values()):
        raise ValueError("a mix gives at least one platform a share above 0, and none one below")
    return shares


def certified(devices: Sequence[FixtureDevice], seed: int, *, fixed_keys: bool) -> list[FixtureDevice]:
    """The devices with certificates for their records' validity."""
    ca = authority("Fleet Root CA", depth=1, seed=seed, fixed_keys=fixed_keys)
    return [
        one if one.not_after is None else replace(one, certificate=_certificate(ca.issue_cert, one, one.not_after))
        for one in devices
    ]


def _certificate(issue: Any, device: FixtureDevice, not_after: datetime) -> FixtureCertificate:
    validity = Validity(not_after - _YEAR - CLOCK_SKEW, not_after)
    made: FixtureCertificate = issue(
        common_name=device.known_by, not_before=validity.not_before, not_after=not_after, purpose="client"
    )
    return made


class _Drawing:
    """Draws the devices of a seed one by one."""

    def __init__(
        self,
        seed: int,
        at: datetime,
        locales: tuple[str, ...],
        domain: str,
        shares: tuple[tuple[Platform, int], ...] | None,
    ) -> None:
        self._seed, self._at, self._domain = seed, at.replace(microsecond=0), domain
        self._identities = IdentityFleet(seed, start=at.date(), domain=domain, locales=locales)
        self._key = int.from_bytes(blake2b(b"test fleet %d" % seed, digest_size=8).digest())
        self._kinds = EnrollmentKinds(b"test fleet %d" % seed)
        usual = {Platform(name): share for name, share in PLATFORMS.items()}
        self._platform = WeightedChoice(usual if shares is None else {one: share for one, share in shares if share})

    def device(self, index: int, platform: Platform | None = None, state: DeviceState | None = None) -> FixtureDevice:
        """Device ``index``, of a platform and in a state, if they are given."""
        key = draw(self._key, index)
        drawn = blake2b(key.to_bytes(8), digest_size=24).digest()
        platform = platform or self._platform(drawn[:8])
        state = state or _STATES(drawn[8:16])
        ago = draw(key, _ENROLLED) % (330 * _DAY) + 20 * _DAY
        if state is DeviceState.MUST_RE_ENROLL:  # its certificate expired some days ago
            ago = int(_YEAR.total_seconds()) + draw(key, _LONG_AGO) % (90 * _DAY) + _DAY
        enrolled_at = self._at - timedelta(seconds=ago)
        identity = self._identities.identity(index, platform, enrolled=enrolled_at.date())
        owner, kind = self._identities.owner(index), _KINDS(drawn[16:])
        if identity.maker in SHARED_MAKERS:
            place = draw(key, _PLACE) % _PLACES
            owner = Owner(name=place_name(place), upn=place_account(place, self._domain))
            kind = EnrollmentKind.KIOSK
        if kind is EnrollmentKind.USER and platform in (Platform.WINDOWS, Platform.MACOS):
            kind = EnrollmentKind.DEVICE
        identity = self._kinds.told(index, identity, kind)
        fields: dict[str, Any] = asdict(identity)
        seen, since = self._last_seen(key, enrolled_at, state)
        not_after = enrolled_at + _YEAR
        if state is not DeviceState.NOT_ENROLLED:
            fields |= {
                "enrolled_at": enrolled_at,
                "last_check_in": seen,
                "certificate_id": index + 1,
                "issuer_group": DEFAULT_GROUP,
                "not_after": not_after,
                "certificates": (HeldCertificate(index + 1, DEFAULT_GROUP, not_after, _CERTIFICATES[state]),),
            }
        return FixtureDevice(
            **fields,
            id=index + 1,
            owner=owner.name,
            upn=owner.upn,
            state=state,
            state_since=since,
            device_name=device_name(identity, owner.name, draw(key, _NAME)),
            enrollment_kind=kind,
            ownership=Ownership.PERSONAL if kind is EnrollmentKind.USER else Ownership.COMPANY,
            at=self._at,
        )

    def _last_seen(self, key: int, enrolled_at: datetime, state: DeviceState) -> tuple[datetime, datetime]:
        """Its last check-in, and since when it has been in its state. Most devices came within a day; one in twenty has
        been silent for up to two months."""
        drawn = draw(key, _SEEN)
        longest = 60 * _DAY if drawn % 20 == 0 else _DAY
        seen = max(enrolled_at, self._at - timedelta(seconds=(drawn >> 8) % longest))
        if state in (DeviceState.ENROLLED, DeviceState.NOT_ENROLLED):
            return seen, enrolled_at
        ended = min(self._at, enrolled_at + _YEAR)
        if state is DeviceState.MUST_RE_ENROLL:
            return ended - timedelta(seconds=drawn % _DAY), ended
        since = self._at - timedelta(seconds=draw(key, _SINCE) % (15 * _DAY))
        return (min(seen, since) if state is DeviceState.REVOKED else seen), since


_CERTIFICATES = {
    DeviceState.ENROLLED: CertificateState.ACTIVE,
    DeviceState.RE_ENROLLMENT_REQUIRED: CertificateState.ACTIVE,
    DeviceState.MUST_RE_ENROLL: CertificateState.ACTIVE,
    DeviceState.REVOKED: CertificateState.REVOKED,
}


@lru_cache(maxsize=8)
def drawing_of(seed: int, at: datetime) -> _Drawing:
    """The drawing of single devices."""
    return _Drawing(seed, at, LOCALES, "company.example", None)
