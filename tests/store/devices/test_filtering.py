"""The filter language of the devices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.devices.device_filter import FIELDS, is_narrower, parse_filter, standing
from certfleet.store.devices.presence import last_seen
from certfleet.store.filters import values_of, with_field
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.device import (
    ActionKind,
    Device,
    DeviceState,
    EnrollmentKind,
    PendingAction,
    Platform,
    Refused,
    WaitsFor,
)
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.views.device import certificate_status, days_left, device_document
from tests.documents import as_json
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
    udid="00008120-000A1B2C3D4E5F60",
    owner="Dana Meyer",
    upn="dana.meyer@example.com",
    state=DeviceState.ENROLLED,
    state_since=NOW - timedelta(days=300),
    enrolled_at=NOW - timedelta(days=300),
    last_check_in=NOW - timedelta(days=4),
    certificate_id=1,
    issuer_group="default",
    not_after=NOW + timedelta(days=19, hours=3),
    pending=(
        PendingAction(
            kind=ActionKind.CERTIFICATE_RENEWAL,
            requested_at=NOW - timedelta(days=1),
            requested_by="alice",
            waits_for=WaitsFor.NOT_NOW,
            attempts=2,
        ),
    ),
)


def lets_through(text: str, device: Device = PHONE) -> bool:
    found = parse_filter(text, NOW, ExpiryRules())
    assert found.problem is None
    return found.matches is None or found.matches(standing(device, NOW))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "iphone meyer",
        "IPHONE",
        '"14 pro"',
        "F2LXK0 356938",
        "00008120-000a1b2c",
        "dana.meyer@example.com",
        "18.6 default",
        "#12",
        "id:12",
        "platform:ios",
        "platform:windows,ios",
        "platform:",
        "state:enrolled",
        "state:enr,revoked",
        "issuer:default",
        "issuer:group-2,default",
        "status:expiring",
        "status:exp",
        "status:critical,expiring",
        "days:20",
        "days:<30",
        "days:>=20 days:<=20",
        "days:0..90",
        "seen:<5d",
        "seen:<=4d",
        "seen:>3d",
        "seen:>=4d",
        "seen:1d..1w",
        "seen:>48h",
        "pending:yes",
        "waits:not-now",
        'waits:"said not now"',
        "owner:meyer",
        "owner:dana.meyer@",
        'model:"iphone 14"',
        "model:iphone15,2",
        "os:18.6",
        'os:"ios 18"',
        "serial:f2lx imei:3569 udid:00008120",
        "-platform:windows",
        "-pending:no -state:revoked iphone",
    ],
)
def test_what_matches(text: str) -> None:
    assert lets_through(text)


@pytest.mark.parametrize(
    "text",
    [
        "pixel",
        "iphone nobody",
        "platform:android",
        "state:not-enrolled",
        'state:"must re-enroll"',
        "issuer:def",
        "-issuer:default",
        "status:valid",
        "status:critical",
        "status:none",
        "days:<20",
        "days:>20",
        "days:21..90",
        "seen:<4d",
        "seen:>4d",
        "seen:1d..3d",
        "seen:5d..2w",
        "seen:never",
        "pending:no",
        "waits:error",
        "owner:iphone",
        "imei:999",
        "id:1",
        "-iphone",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not lets_through(text)


def test_expiring_includes_critical() -> None:
    critical = replace(PHONE, not_after=NOW + timedelta(days=5))
    assert lets_through("status:expiring", critical)
    assert not lets_through("-status:expiring", critical)
    assert not lets_through("status:critical")


@pytest.mark.parametrize("text", ["state:must-re-enroll", 'state:"must re-enroll"', "state:must"])
def test_a_state_is_named_with_spaces_with_hyphens_or_by_how_it_starts(text: str) -> None:
    assert lets_through(text, replace(PHONE, state=DeviceState.MUST_RE_ENROLL))
    assert not lets_through(text)


def test_how_a_device_was_enrolled() -> None:
    supervised = replace(PHONE, enrollment_kind=EnrollmentKind.SUPERVISED)
    assert lets_through("enrollment:supervised", supervised)
    assert lets_through("enrollment:device,super", supervised)
    assert not lets_through("enrollment:device", supervised)
    assert not lets_through("enrollment:supervised", PHONE)


def test_either_imei_and_the_name_are_found() -> None:
    known = replace(PHONE, second_imei="001234560000011", device_name="Dana’s iPhone", os_build="22G100")
    assert all(lets_through(text, known) for text in ("imei:0012345", "imei:356938", "dana’s", "22g100"))
    assert not lets_through("imei:0012345")


def test_several_values_are_one_or_the_other() -> None:
    wanted = {d.value: lets_through("state:enrolled,must-re-enroll", replace(PHONE, state=d)) for d in DeviceState}

    assert [state for state, found in wanted.items() if found] == ["enrolled", "must re-enroll"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("days:<", "days: takes a number, as in days:<30 or days:10..30"),
        ("platform:palm", "platform: takes ios, macos, android or windows"),
        ("state:lost", "state: takes not enrolled, enrolled, re-enrollment required, must re-enroll or revoked"),
        ("status:replaced", "status: takes expired, critical, expiring, valid or none"),
        ("seen:3", "seen: takes an age in h, d or w, as in seen:<3d or seen:>2w; or never"),
        ("pending:maybe", "pending: takes yes or no"),
        ("waits:godot", "waits: takes check-in, not-now, error, answer or confirmation"),
        ("id:x", "id: takes a number, as in id:12"),
        ("refused:", "refused: takes yes, no or a code, as in refused:ssl-error-61"),
        ("platfrom:ios", "platfrom: is no filter key; did you mean platform:?"),
    ],
)
def test_a_term_that_is_not_understood_is_left_out_and_explained(text: str, says: str) -> None:
    found = parse_filter(f"iphone {text}", NOW, ExpiryRules())

    assert found.problem == says
    assert found.matches is not None
    assert found.matches(standing(PHONE, NOW))


@pytest.mark.parametrize("text", ["days:>999999999", "days:<-999999999", "seen:>999999w", "id:99999999999999", '"open'])
def test_what_is_out_of_all_bounds_matches_nothing_and_breaks_nothing(text: str) -> None:
    assert not lets_through(text)


def test_days_and_status_are_those_that_the_device_is_shown_with() -> None:
    for hours in range(-24 * 12, 24 * 40, 7):
        for moment in (timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1)):
            device = replace(PHONE, not_after=NOW + timedelta(hours=hours) + moment)
            days, status = days_left(device, NOW), certificate_status(device, NOW, ExpiryRules())
            assert days is not None
            assert lets_through(f"days:{days} status:{status} days:<={days} days:>={days}", device)
            assert not lets_through(f"days:<{days}", device)
            assert not lets_through(f"days:>{days}", device)


def test_a_device_without_a_certificate_or_a_check_in() -> None:
    new = replace(
        PHONE, state=DeviceState.NOT_ENROLLED, not_after=None, issuer_group=None, last_check_in=None, pending=()
    )

    assert lets_through("state:not status:none seen:never pending:no -issuer:default", new)
    for text in ("days:>=0", "days:<30", "status:valid", "seen:>2w", "seen:<2w", "seen:0d..99w", "issuer:default"):
        assert not lets_through(text, new)


def test_the_last_check_in_of_a_simulated_device_is_derived() -> None:
    """Its record is four days old; it has checked in every four hours since."""
    simulated = replace(PHONE, habits=Habits(schedule=Schedule(key=5, interval=4 * 3600), index=0))
    seen = last_seen(simulated, NOW)

    assert seen is not None
    assert NOW - seen < timedelta(hours=8)
    assert lets_through("seen:<8h", simulated)
    assert not lets_through("seen:>1d", simulated)


def test_nobody_checks_in_while_the_server_can_not_be_reached() -> None:
    simulated = replace(PHONE, habits=Habits(schedule=Schedule(key=5, interval=4 * 3600), index=0))
    began = NOW - timedelta(days=2)
    outages = ((int(began.timestamp()), None),)
    found = parse_filter("seen:<2d", NOW, ExpiryRules())

    assert found.matches is not None
    assert found.matches(standing(simulated, NOW))
    assert not found.matches(standing(simulated, NOW, outages))
    assert as_json(device_document(simulated, NOW, ExpiryRules(), outages))["last_check_in"] < "2025-12-30T00:00:00Z"


def test_a_device_that_was_refused_is_found_by_that() -> None:
    refused = replace(PHONE, refused=Refused("ssl-error-61", NOW - timedelta(days=1), at_check_in=True))

    for text in ("refused:yes", "refused:ssl", "refused:ssl-error-61", "-refused:no", "-refused:apns"):
        assert lets_through(text, refused)
        assert not lets_through(text) or text == "-refused:apns"
    assert lets_through("refused:no")
    assert as_json(device_document(refused, NOW, ExpiryRules(), ()))["refused"]["code"] == "ssl-error-61"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "i"),
        ("iph", "ipho"),
        ("iphone", "iphone platform:ios"),
        ("platform:ios", "platform:ios -meyer"),
        ("days:<30 me", "days:<30 meyer"),
    ],
)
def test_a_filter_that_only_became_narrower(before: str, text: str) -> None:
    assert is_narrower(text, before)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("iphone", "ipho"),
        ("iphone", "pixel"),
        ("days:<3", "days:<30"),
        ("issuer:default", "issuer:default,group-2"),
        ("-me", "-meyer"),
        ("-", "-x"),
        ("seen", "seen:<3d"),
        ("iphone meyer", "iphone"),
    ],
)
def test_a_filter_that_may_let_through_more(before: str, text: str) -> None:
    assert not is_narrower(text, before)


def test_a_field_is_put_into_a_text_and_taken_out() -> None:
    text = with_field("iphone platform:ios", "issuer", "group 2")

    assert text == 'iphone platform:ios "issuer:group 2"'
    assert values_of(text, "issuer") == ["group 2"]
    assert with_field(text, "platform", "macos") == 'iphone "issuer:group 2" platform:macos'
    assert with_field(text, "platform", None) == 'iphone "issuer:group 2"'
    assert parse_filter(with_field("", "issuer", 'the "new" one'), NOW, ExpiryRules()).problem is None


def test_the_language_is_found_by_its_beginning() -> None:
    german = replace(PHONE, language="de-AT")
    assert lets_through("language:de", german)
    assert lets_through("language:de-at", german)
    assert not lets_through("language:at", german)
    assert not lets_through("language:de", PHONE)


def test_the_carrier_of_a_device() -> None:
    with_sim = replace(PHONE, carrier="Telekom.de")
    assert lets_through("carrier:telekom", with_sim)
    assert not lets_through("carrier:vodafone", with_sim)
    assert not lets_through("carrier:telekom", PHONE)


def test_help_tells_of_every_field() -> None:
    from certfleet.store.devices.device_filter import HELP

    said = " ".join(f"{example} {what}" for example, what in HELP)
    assert all(f"{field}:" in said for field in FIELDS)
