"""What failing devices have in common: the trait that most of them share and few others do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from ..model.device import ActionKind, Device, EnrollmentKind, HeldCertificate, PendingAction, Platform, WaitsFor
from ..model.habits import Habits

FEWEST = 3
"""Failing devices that share a trait, at least."""

_RARE = math.log(1000)


class DeviceTrait(StrEnum):
    """What devices may have in common, the most specific first."""

    MODEL_AND_OS = "model-and-os"
    MODEL = "model"
    OS = "os"
    MAKER = "maker"
    CARRIER = "carrier"
    TIME_ZONE = "time-zone"
    MAIL_DOMAIN = "mail-domain"
    CA_GROUP = "ca-group"
    ENROLLMENT = "enrollment"
    PLATFORM = "platform"


class TraitCarrier(Struct, frozen=True):
    """The parts of a device that it may have in common with others; ``habits`` of a simulated one have its zone."""

    id: int
    platform: Platform
    maker: str = ""
    model: str = ""
    model_name: str = ""
    os_name: str = ""
    os_version: str = ""
    upn: str = ""
    enrollment_kind: EnrollmentKind | None = None
    issuer_group: str | None = None
    certificates: tuple[HeldCertificate, ...] = ()
    pending: tuple[PendingAction, ...] = ()
    habits: Habits | None = None
    carrier: str | None = None


class CommonTrait(Struct, frozen=True, kw_only=True):
    """A trait that ``failing`` of the failing devices share, of ``devices`` that have it and have answered."""

    trait: DeviceTrait
    value: str
    failing: int
    devices: int


class FailingRenewals(Struct, frozen=True, kw_only=True):
    """How many devices answered a request to renew, how many of them with an error last time, and what those have in
    common; None if chance may explain it."""

    answered: int
    failing: int
    common: CommonTrait | None


def failing_renewals(devices: Iterable[TraitCarrier | Device], group: str) -> FailingRenewals:
    """The devices whose renewal fails, among those that have answered or hold a certificate of ``group`` already.

    A trait counts if chance gives as many failing devices that share it less than once in a thousand; of several, the
    one that chance explains least (Chernoff's bound for a Poisson variable).
    """
    answered, failing = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for device in devices:
        asked = next((one for one in device.pending if one.kind is ActionKind.CERTIFICATE_RENEWAL), None)
        if asked.attempts == 0 if asked is not None else device.issuer_group != group:
            continue
        values = traits_of(device)
        answered[values] += 1
        if asked is not None and asked.waits_for is WaitsFor.ERROR:
            failing[values] += 1
    return FailingRenewals(answered=answered.total(), failing=failing.total(), common=_most_common(answered, failing))


def _most_common(answered: Counter[tuple[str, ...]], failing: Counter[tuple[str, ...]]) -> CommonTrait | None:
    total, failed = answered.total(), failing.total()
    if failed < FEWEST or failed == total:
        return None
    best, found = _RARE, None
    for place, trait in enumerate(DeviceTrait):
        having = _by_value(failing, place)
        others = _by_value(answered, place)
        for value, count in having.items():
            expected = failed * others[value] / total
            surprising = surprise(count, expected)
            if value and count >= FEWEST and surprising > best:
                best = surprising
                found = CommonTrait(trait=trait, value=value, failing=count, devices=others[value])
    return found


def surprise(count: int, expected: float) -> float:
    """How little chance explains so many where so many are ``expected``: a bound of minus the logarithm of its
    probability."""
    return count * math.log(count / expected) - (count - expected) if count > expected else 0.0


def shows_alone(failing: int, answered: int) -> bool:
    """Whether so many failing devices are named as having a trait in common, if no other fails of ``answered`` ones."""
    return failing >= FEWEST and surprise(failing, failing * failing / answered) > _RARE


def _by_value(counts: Counter[tuple[str, ...]], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for values, count in counts.items():
        found[values[place]] += count
    return found


def traits_of(device: TraitCarrier | Device) -> tuple[str, ...]:
    """The device's traits, in the order of ``DeviceTrait``; empty where nothing is known."""
    model = device.model_name or device.model
    system = f"{device.os_name} {device.os_version}".strip() if device.os_version else ""
    # A device that has been renewed holds a certificate of the group before, too.
    group = device.certificates[0].group if device.certificates else ""
    return (
        f"{model}, {system}" if model and system else "",
        model,
        system,
        device.maker,
        device.carrier or "",
        "" if device.habits is None else device.habits.schedule.zone,
        device.upn.partition("@")[2].lower(),
        group,
        device.enrollment_kind or "",
        device.platform,
    )
