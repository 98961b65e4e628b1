"""The words for a device's model and its system."""

from __future__ import annotations

import pytest

from certfleet.store.model.device import Device, Platform
from certfleet.store.views.device import model_text, short_identity, system_text
from tests.material import NOW


def device(platform: Platform, **said: str) -> Device:
    # The checker can't tell that ``said`` holds fields of a device.
    return Device(**{"id": 1, "platform": platform, "serial_number": "A1", "state_since": NOW, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("maker", "name", "text"),
    [
        ("HP", "EliteBook 840 G9", "HP EliteBook 840 G9"),
        ("HP", "HP EliteBook 840 G9", "HP EliteBook 840 G9"),  # as fleets had it before
        ("Xiaomi", "Xiaomi 14", "Xiaomi 14"),
        ("", "iPhone 15", "iPhone 15"),
        ("Dell", "", "Dell"),
        ("", "", ""),
    ],
)
def test_a_maker_is_not_said_twice(maker: str, name: str, text: str) -> None:
    assert model_text(device(Platform.WINDOWS, maker=maker, model_name=name)) == text


@pytest.mark.parametrize(
    ("platform", "said", "text"),
    [
        (Platform.IOS, {"os_name": "iPadOS", "os_version": "26.6", "os_build": "23G71"}, "iPadOS 26.6 (23G71)"),
        (
            Platform.ANDROID,
            {"os_version": "16", "os_build": "BP2A.250605.031.A3", "security_patch": "2026-10-01"},
            "Android 16 (BP2A.250605.031.A3), patch level 2026-10-01",
        ),
        (
            Platform.WINDOWS,
            {"os_version": "10.0.26100.9168", "os_build": "26100.9168", "os_edition": "Pro"},
            "Windows 10.0.26100.9168, Pro",
        ),
        (Platform.MACOS, {}, "macOS"),
    ],
)
def test_what_is_known_of_a_system(platform: Platform, said: dict[str, str], text: str) -> None:
    assert system_text(device(platform, **said)) == text


def test_an_enrollment_id_is_cut_in_a_narrow_place() -> None:
    assert short_identity(device(Platform.IOS)) == "A1"
    uuid = "8DB29EAB-A5BB-4B60-8DDA-F75517766FAC"
    assert short_identity(device(Platform.IOS, serial_number="", enrollment_id=uuid)) == "8DB29EAB-…"
