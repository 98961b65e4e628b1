"""Fleets and single devices: the same for a seed, of any size, with identities that no other device has."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from certfleet.store.model.device import Device, DeviceState, EnrollmentKind, Ownership, Platform
from certfleet.testing import DEVICES, STANDARD_TIME, clock, device, fleet, workspace


def test_a_seed_gives_the_same_fleet_of_any_size() -> None:
    assert fleet(devices=40, seed=3) == fleet(devices=40, seed=3)
    assert list(fleet(devices=10, seed=3)) == list(fleet(devices=40, seed=3)[:10])
    assert fleet(devices=10, seed=3) != fleet(devices=10, seed=4)


def test_a_device_has_the_names_of_device_list() -> None:
    first = fleet(devices=50, seed=3)[0]
    assert isinstance(first, Device)
    assert first.id == 1 and first.model and first.os_version and "@" in first.upn
    assert first.not_after is not None
    assert first.days_left == -(-(first.not_after - STANDARD_TIME) // timedelta(days=1))


def test_no_two_devices_share_an_identity() -> None:
    found = fleet(devices=500)
    for field in ("known_by", "imei", "udid", "android_id", "wifi_mac"):
        told = [value for one in found if (value := getattr(one, field))]
        assert len(set(told)) == len(told) > 50


def test_a_fleet_has_devices_in_every_state_of_enrolled_ones() -> None:
    states = {one.state for one in fleet(devices=300)}
    assert states == set(DeviceState) - {DeviceState.NOT_ENROLLED}


def test_what_was_turned_away_has_expired() -> None:
    for one in fleet(devices=300):
        assert one.enrolled_at is not None and one.last_check_in is not None and one.days_left is not None
        assert one.enrolled_at <= one.last_check_in <= STANDARD_TIME
        assert (one.days_left < 0) is (one.state is DeviceState.MUST_RE_ENROLL)


def test_scanners_belong_to_places() -> None:
    found = fleet(devices=2000, mix={"android": 1})
    scanners = [one for one in found if one.maker in ("Zebra", "Honeywell")]
    assert scanners
    for one in scanners:
        assert (one.enrollment_kind, one.ownership) == (EnrollmentKind.KIOSK, Ownership.COMPANY)
        assert one.owner.partition(" ")[0] in ("Warehouse", "Shop", "Loading")
        assert one.upn == f"{one.owner.lower().replace(' ', '-')}@company.example"
    assert not any(one.enrollment_kind is EnrollmentKind.KIOSK for one in found if one not in scanners)


def test_a_mix_gives_the_platforms() -> None:
    assert {one.platform for one in fleet(devices=40, mix={"windows": 1, "ios": 0})} == {Platform.WINDOWS}
    with pytest.raises(ValueError, match="share above 0"):
        fleet(mix={"ios": 0})
    with pytest.raises(ValueError, match="symbian"):
        fleet(mix={"symbian": 1})


def test_owners_are_named_as_in_the_locales_asked_for() -> None:
    assert fleet(devices=5, locales=["pl_PL"])[0].owner != fleet(devices=5)[0].owner


@pytest.mark.parametrize("locale", ["ja_JP", "ru_RU", "bg_BG", "es_CL", "el_GR", "de_AT"])
def test_owners_of_any_locale_have_names_of_their_own(locale: str) -> None:
    people = {(one.owner, one.upn) for one in fleet(devices=60, locales=[locale])}
    assert len({upn for _, upn in people}) == len(people) > 20
    assert all(upn.isascii() and upn.partition("@")[0] for _, upn in people)


def test_a_locale_without_names_is_refused() -> None:
    with pytest.raises(ValueError, match="no names for the locale xx_XX"):
        fleet(devices=1, locales=["xx_XX"])


def test_a_fleet_is_looked_at_at_a_time_with_a_zone() -> None:
    local = STANDARD_TIME.replace(tzinfo=None)
    for made in (
        lambda: fleet(2, at=local),
        lambda: device(at=local),
        lambda: workspace(at=local),
        lambda: clock(local),
    ):
        with pytest.raises(ValueError, match="with its zone"):
            made()
    east = STANDARD_TIME.astimezone(timezone(timedelta(hours=9)))
    assert fleet(2, at=east) == fleet(2)


def test_a_seed_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ncertfleet_seed = seven\n")
    (tmp_path / "test_it.py").write_text("def test_it(fleet): pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "the setting certfleet_seed is 'seven': write a whole number" in done.stdout


def test_certificates_are_of_the_device_and_its_record() -> None:
    found = fleet(devices=20, certificates=True)
    for one in found:
        assert one.certificate.certificate.not_valid_after_utc == one.not_after
        assert one.known_by in one.certificate.certificate.subject.rfc4514_string()
        one.certificate.certificate.verify_directly_issued_by(one.certificate.authority.certificate)
    fixed = fleet(devices=3, fixed_keys=True), fleet(devices=3, fixed_keys=True)
    assert [one.certificate.der for one in fixed[0]] == [one.certificate.der for one in fixed[1]]


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_of_every_name(name: str) -> None:
    found = device(name)
    assert found == device(name)
    assert found != device(name, number=1)
    lacking = name.removeprefix("without-").replace("-", "_")
    if name.startswith("without-"):
        assert not getattr(found, lacking)
    elif name.replace("-", " ") in list(DeviceState):
        assert found.state == name.replace("-", " ")


def test_names_say_what_a_device_is() -> None:
    assert device("user-enrolled").enrollment_kind is EnrollmentKind.USER
    assert device("user-enrolled").serial_number == "" and device("user-enrolled").enrollment_id
    assert device("expires-tomorrow").days_left == 1
    assert device("expired").days_left == -3
    assert device("renewal-pending").renewal is not None
    assert device("without-meid", platform="ios").imei
    assert device("supervised", platform="android", owner="Ann Lee").owner == "Ann Lee"
    with pytest.raises(ValueError, match="'odd' is no device"):
        device("odd")
    with pytest.raises(ValueError, match="no windows device is without-udid"):
        device("without-udid", platform="windows")
