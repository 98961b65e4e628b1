"""The facts that are kept of a device in a large fleet: filters, sorting and check-ins find what they find with its
record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.devices.device_facts import Compacting, DeviceFacts, haystack
from certfleet.store.devices.device_filter import parse_filter, standing
from certfleet.store.devices.presence import last_seen
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.device import (
    ActionKind,
    Device,
    DeviceState,
    EnrollmentKind,
    InstalledPolicy,
    PendingAction,
    Platform,
    Refused,
    WaitsFor,
)
from certfleet.store.model.habits import Habits, Schedule
from tests.material import NOW

PHONE = Device(
    id=12,
    platform=Platform.IOS,
    maker="Apple",
    model="iPhone15,2",
    model_name="iPhone 14 Pro",
    os_name="iOS",
    os_version="18.6.2",
    serial_number="F2LXK0AANG7Q",
    imei="356938035643809",
    second_imei="356938035643817",
    udid="00008120-000A1B2C3D4E5F60",
    owner="Dana MÜLLER",
    upn="dana.mueller@example.com",
    device_name="Dana's iPhone",
    language="de-DE",
    carrier="Telekom.de",
    enrollment_kind=EnrollmentKind.SUPERVISED,
    state=DeviceState.ENROLLED,
    state_since=NOW - timedelta(days=300),
    last_check_in=NOW - timedelta(days=40),
    issuer_group="default",
    not_after=NOW + timedelta(days=19),
    pending=(
        PendingAction(
            kind=ActionKind.CERTIFICATE_RENEWAL,
            requested_at=NOW - timedelta(days=1),
            requested_by="alice",
            waits_for=WaitsFor.NOT_NOW,
        ),
    ),
    policies=(InstalledPolicy(1, "VPN Field", 1, NOW), InstalledPolicy(2, "Wi-Fi", 1, NOW, note="not now")),
    habits=Habits(Schedule(key=7, interval=7200, phase=600, zone="Europe/Berlin", holidays="DE"), 0),
)
LAPTOP = Device(
    id=13,
    platform=Platform.WINDOWS,
    maker="Dell",
    model_name="Latitude 5440",
    enrollment_id="9D1C6A7E-1111-4222-8333-444455556666",
    owner="Ivo\nNowak",
    state=DeviceState.MUST_RE_ENROLL,
    state_since=NOW,
    refused=Refused("ssl-error-61", NOW, at_check_in=True),
)


@dataclass(frozen=True)
class Listed:
    """A device of a list, of which the facts alone are known."""

    device: DeviceFacts
    haystack: str

    def came_since(self, limit: datetime, now: datetime) -> bool:
        seen = last_seen(self.device, now)
        return seen is not None and seen >= limit


@pytest.mark.parametrize(
    "text",
    [
        "müller iphone",
        "f2lxk0",
        "platform:ios",
        "enrollment:supervised",
        "state:must-re-enroll",
        "issuer:default",
        "pending:yes",
        "waits:not-now",
        "refused:ssl",
        "policy:vpn",
        "policy:wi-fi",
        "policy:none",
        "owner:dana",
        "owner:nowak",
        "model:latitude",
        "language:de",
        "carrier:telekom",
        "os:18.6",
        "serial:f2l",
        "serial:9d1c",
        "imei:817",
        "meid:a",
        "udid:00008120",
        "id:13",
        "status:expiring",
        "days:<30",
        "seen:<1d",
        "seen:never",
        "444455556666",
    ],
)
def test_a_filter_finds_the_same(text: str) -> None:
    matches = parse_filter(text, NOW, ExpiryRules()).matches
    assert matches is not None
    compacting = Compacting()
    for device in (PHONE, LAPTOP):
        facts = compacting.facts(device)
        assert matches(Listed(facts, facts.text)) == matches(standing(device, NOW)), device.name


@pytest.mark.parametrize("device", [PHONE, LAPTOP, replace(PHONE, refused=Refused("unreachable", NOW, True))])
def test_the_last_check_in_is_the_same(device: Device) -> None:
    facts = Compacting().facts(device)
    assert facts.is_cut_off == device.is_cut_off
    for days in (0, 1, 17, 30):
        now = NOW + timedelta(days=days)
        assert last_seen(facts, now) == last_seen(device, now)


def test_sorting_goes_by_the_same_texts_in_lower_case() -> None:
    facts = Compacting().facts(PHONE)
    assert (facts.known_by, facts.serial_number) == ("f2lxk0aang7q", "f2lxk0aang7q")
    assert (facts.owner, facts.upn, facts.device_name) == ("dana müller", PHONE.upn, "dana's iphone")
    assert (facts.imei, facts.second_imei, facts.meid) == (PHONE.imei, PHONE.second_imei, "")
    assert facts.text.split() == haystack(PHONE).split()

    laptop = Compacting().facts(LAPTOP)
    assert (laptop.known_by, laptop.serial_number) == ("9d1c6a7e-1111-4222-8333-444455556666", "")
    assert laptop.owner == "ivo nowak"


def test_what_devices_have_in_common_is_kept_once() -> None:
    compacting = Compacting()
    first, second = compacting.facts(PHONE), compacting.facts(replace(PHONE, id=14, serial_number="F2LXK0AANG7R"))
    assert first.make is second.make
    assert first.pending is second.pending
    assert first.policies is second.policies
