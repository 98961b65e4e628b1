"""The Faker provider, used as anyone would in their own project."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys

import pytest
from faker import Faker

from certfleet.simulator.identities import DeviceIdentity, DeviceProvider, Platform

FORMS = {
    "imei": r"00\d{13}",
    "meid": r"A[0-9A-F]{13}",
    "udid": r"[0-9a-f]{40}|0000[0-9A-F]{4}-00[01][0-9A-F]{13}",
    "apple_serial_number": r"[A-Z0-9]{10}|[A-Z0-9]{12}",
    "samsung_serial_number": r"R[A-Z0-9]{10}",
    "pixel_serial_number": r"\d[1-9ABC]\d\d1[A-Z0-9]{9}",
    "dell_service_tag": r"[A-Z1-9][A-Z0-9]{6}",
    "lenovo_serial_number": r"P[A-Z0-9]{7}",
    "hp_serial_number": r"[58]C[DG]\d{3}[A-Z0-9]{4}",
    "surface_serial_number": r"0\d{11}",
    "motorola_serial_number": r"ZY[A-Z0-9]{8}",
    "xiaomi_serial_number": r"[0-9A-F]{8}",
    "zebra_serial_number": r"\d{14}",
    "honeywell_serial_number": r"\d{5}[A-Z0-9]{5}",
    "android_id": r"[0-9a-f]{16}",
    "windows_device_id": r"[0-9A-F]{64}",
    "mac_hardware_uuid": r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
    "iccid": r"89999\d{14}",
    "eid": r"89999\d{27}",
    "enrollment_id": r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
    "push_token": r"[0-9a-f]{64}",
    "push_magic": r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
    "wifi_mac": r"[0-9A-F]{2}(:[0-9A-F]{2}){5}",
    "serial_number": r"[A-Z0-9]{7,14}",
    "device_model": r"(iPhone|iPad|Mac|iMac|Galaxy|Pixel|Redmi|Xiaomi|Moto|Edge|Think|Latitude|Pro 14)[^\n]*"
    r"|(EliteBook|Surface|[TMCE][A-Z]|Dolphin|ScanPal)[^\n]*",
    "device_platform": r"ios|macos|android|windows",
}

DRAW = """
from faker import Faker
fake = Faker(includes=["certfleet.simulator.identities"])
Faker.seed(7)
print([fake.device() for _ in range(20)], fake.imei(), fake.owner(), fake.udid())
"""


@pytest.fixture
def fake() -> Faker:
    fake = Faker()
    fake.add_provider(DeviceProvider)
    fake.seed_instance(7)
    return fake


def luhn_holds(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


@pytest.mark.parametrize("method", FORMS)
def test_each_method_gives_its_form(fake: Faker, method: str) -> None:
    for _ in range(200):
        assert re.fullmatch(FORMS[method], getattr(fake, method)())


def test_an_imei_is_valid(fake: Faker) -> None:
    assert all(luhn_holds(fake.imei()) for _ in range(1_000))


@pytest.mark.parametrize("platform", list(Platform))
def test_a_device_is_of_the_platform(fake: Faker, platform: Platform) -> None:
    for _ in range(300):
        drawn = fake.device(platform.value)
        assert isinstance(drawn, DeviceIdentity)
        assert drawn.platform is platform
        assert drawn.imei is None or luhn_holds(drawn.imei)


def test_the_forms_of_apple(fake: Faker) -> None:
    assert {len(fake.apple_serial_number()) for _ in range(100)} == {10, 12}
    assert {len(fake.apple_serial_number(randomised=True)) for _ in range(100)} == {10}
    assert {len(fake.apple_serial_number(randomised=False)) for _ in range(100)} == {12}
    assert {len(fake.udid()) for _ in range(500)} == {25, 40}


def test_a_mac_address_of_a_maker(fake: Faker) -> None:
    assert fake.wifi_mac("Google")[:8] in {"1C:53:F9", "58:CB:52", "94:EB:2C", "F0:EF:86"}


def test_fakers_own_ways_of_registering_it() -> None:
    included = Faker(includes=["certfleet.simulator.identities"])
    added = Faker()
    added.add_provider(DeviceProvider)
    for fake in (included, added):
        fake.seed_instance(7)
    assert [included.device() for _ in range(50)] == [added.device() for _ in range(50)]


def test_several_locales_at_once() -> None:
    fake = Faker(["en_US", "de_DE"], includes=["certfleet.simulator.identities"])
    assert luhn_holds(fake.imei())
    assert fake["de_DE"].owner().upn.isascii()


def test_unique_gives_nothing_twice(fake: Faker) -> None:
    tags = [fake.unique.dell_service_tag() for _ in range(2_000)]
    assert len(set(tags)) == 2_000
    devices = [fake.unique.device("ios") for _ in range(2_000)]
    assert len(set(devices)) == 2_000
    names = {fake.unique.device_platform() for _ in range(4)}
    assert names == set(Platform)


def test_a_seed_gives_the_same_again(fake: Faker) -> None:
    first = [fake.device() for _ in range(100)]
    fake.seed_instance(7)
    assert [fake.device() for _ in range(100)] == first
    fake.seed_instance(8)
    assert [fake.device() for _ in range(100)] != first


def test_a_seed_gives_the_same_in_another_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1


def test_it_leaves_pythons_own_random_numbers_alone(fake: Faker) -> None:
    random.seed(3)
    expected = random.random()
    random.seed(3)
    fake.device()
    assert random.random() == expected


def test_a_platform_that_does_not_exist(fake: Faker) -> None:
    with pytest.raises(ValueError, match="symbian"):
        fake.device("symbian")


def test_check_digits_of_cards_hold(fake: Faker) -> None:
    for _ in range(50):
        assert luhn_holds(fake.iccid())
        assert int(fake.eid()) % 97 == 1


def test_each_platform_has_push_tokens_and_enrollment_ids_of_its_form(fake: Faker) -> None:
    assert re.fullmatch(r"[\w-]{22}:APA91b[\w-]{134}", fake.push_token("android"))
    assert re.fullmatch(r"https://[\w.-]+\.notify\.windows\.com/w/\?token=[\w%]{128,}", fake.push_token("windows"))
    assert re.fullmatch(
        r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{5}(-[A-Z2-7]{4}){2}-[A-Z2-7]", fake.enrollment_id("android")
    )
    assert len({fake.push_token() for _ in range(100)}) == 100
