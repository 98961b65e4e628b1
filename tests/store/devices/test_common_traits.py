"""What failing devices have in common."""

from __future__ import annotations

import random

import pytest

from certfleet.store.devices.common_traits import DeviceTrait, FailingRenewals, TraitCarrier, failing_renewals
from certfleet.store.model.device import (
    ActionKind,
    CertificateState,
    EnrollmentKind,
    HeldCertificate,
    PendingAction,
    Platform,
    WaitsFor,
)
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.views.common_traits import failing_line, failing_words
from tests.material import NOW

MODELS, VERSIONS = ("iPhone 12", "iPhone 13", "iPhone 14", "iPhone 15"), ("26.0", "26.1", "26.2")
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/Denver")


def carrier(number: int, waits_for: WaitsFor | None, attempts: int = 2, **said: object) -> TraitCarrier:
    """A device that has been renewed, or waits for something."""
    draw = random.Random(number)
    old = HeldCertificate(number, draw.choice(["default", "group-2"]), NOW, CertificateState.SUPERSEDED)
    action = PendingAction(
        kind=ActionKind.CERTIFICATE_RENEWAL,
        requested_at=NOW,
        requested_by="",
        waits_for=waits_for or WaitsFor.CHECK_IN,
        attempts=attempts,
    )
    known = {
        "maker": "Apple",
        "model_name": draw.choice(MODELS),
        "os_name": "iOS",
        "os_version": draw.choice(VERSIONS),
        "upn": f"{number}@{draw.choice(['a.example', 'B.example'])}",
        "enrollment_kind": draw.choice([EnrollmentKind.SUPERVISED, EnrollmentKind.USER]),
        "issuer_group": "group-3" if waits_for is None else old.group,
        "carrier": ("Telekom.de", "o2 - de")[number % 2],
        "habits": Habits(Schedule(key=1, interval=3600, zone=draw.choice(ZONES)), number),
    }
    return TraitCarrier(
        number,
        Platform.IOS,
        pending=() if waits_for is None else (action,),
        **({"certificates": (old,)} | known | said),  # type: ignore[arg-type]  # fields of a device, by name
    )


def fleet(common: dict[str, object]) -> list[TraitCarrier]:
    """300 devices of which 25 fail: 20 have something in common, five have a reason of their own."""
    succeeded = [carrier(number, None) for number in range(275)]
    alone = [carrier(number, WaitsFor.ERROR) for number in range(500, 505)]
    # The checker can't tell that ``common`` holds fields of a device.
    return succeeded + alone + [carrier(number, WaitsFor.ERROR, **common) for number in range(600, 620)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("common", "trait", "value", "words"),
    [
        ({"model_name": "iPhone 9", "os_version": "26.1"}, DeviceTrait.MODEL_AND_OS, "iPhone 9, iOS 26.1", "iPhone 9,"),
        ({"model_name": "iPhone 9"}, DeviceTrait.MODEL, "iPhone 9", "iPhone 9 ("),
        ({"os_version": "26.3"}, DeviceTrait.OS, "iOS 26.3", "iOS 26.3"),
        ({"maker": "Other"}, DeviceTrait.MAKER, "Other", "made by Other"),
        ({"carrier": "Jio"}, DeviceTrait.CARRIER, "Jio", "mobile carrier Jio"),
        ({"upn": "x@c.example"}, DeviceTrait.MAIL_DOMAIN, "c.example", "users @c.example"),
        (
            {"certificates": (HeldCertificate(1, "old", NOW, CertificateState.ACTIVE),)},
            DeviceTrait.CA_GROUP,
            "old",
            "with a certificate of CA group old before",
        ),
        ({"enrollment_kind": EnrollmentKind.KIOSK}, DeviceTrait.ENROLLMENT, "kiosk", "kind of enrollment: kiosk"),
        (
            {"habits": Habits(Schedule(key=1, interval=3600, zone="Asia/Tokyo"), 1)},
            DeviceTrait.TIME_ZONE,
            "Asia/Tokyo",
            "time zone Asia/Tokyo",
        ),
    ],
)
def test_what_they_share_is_named(common: dict[str, object], trait: DeviceTrait, value: str, words: str) -> None:
    found = failing_renewals(fleet(common), "group-3")
    assert found.common is not None
    assert (found.failing, found.answered) == (25, 300)
    assert (found.common.trait, found.common.value, found.common.failing) == (trait, value, 20)
    line = failing_line(found)
    assert line.startswith("20 of 25 failing devices: ") and words in line
    assert line.endswith("(all such devices fail)")
    assert failing_words(found)[1] == "20 of 25"


def test_a_hundred_fleets_that_fail_by_chance_name_nothing() -> None:
    named = 0
    for seed in range(100):
        chosen = set(random.Random(seed).sample(range(300), 15))
        devices = [carrier(number, WaitsFor.ERROR if number in chosen else None) for number in range(300)]
        named += failing_renewals(devices, "group-3").common is not None
    assert named <= 5


def test_few_or_all_have_nothing_in_common() -> None:
    nothing = FailingRenewals(answered=0, failing=0, common=None)
    assert failing_renewals([], "group-3") == nothing
    assert failing_line(nothing) == "" and failing_words(nothing) == ("", "")
    assert failing_renewals([carrier(1, WaitsFor.ERROR), carrier(2, WaitsFor.ERROR)], "group-3").common is None
    assert failing_renewals([carrier(number, WaitsFor.ERROR) for number in range(9)], "group-3").common is None


def test_devices_that_have_not_answered_are_not_compared() -> None:
    waiting = [carrier(number, WaitsFor.CHECK_IN, attempts=0) for number in range(50)]
    not_asked = [TraitCarrier(number, Platform.IOS, issuer_group="default") for number in range(50, 99)]
    assert failing_renewals([*waiting, *not_asked], "group-3").answered == 0
