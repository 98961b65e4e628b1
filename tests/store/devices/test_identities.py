"""Identities have one way of writing, and the form of their kind, whoever adds the device."""

from __future__ import annotations

import pytest

from certfleet.simulator.identities import Platform
from certfleet.simulator.identities.catalogue import models
from certfleet.simulator.identities.device import numberings
from certfleet.store.devices.identity import IDENTITIES, canonical, problem
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceIdentity
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset

WRITTEN = [
    ("serial_number", "f2lX1aBc", "F2LX1ABC"),
    ("imei", "490154203237518", "490154203237518"),
    ("meid", "a00000000000Af", "A00000000000AF"),
    ("udid", "00008120-000a1B2c3d4e5f60", "00008120-000A1B2C3D4E5F60"),
    ("udid", "0123456789ABCDEF0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567"),
    ("udid", "c0ffee00-1111-5222-8333-444455556666", "C0FFEE00-1111-5222-8333-444455556666"),
    ("android_id", "0123456789ABCDEF", "0123456789abcdef"),
    ("windows_device_id", "0a" * 32, "0A" * 32),
]


@pytest.mark.parametrize(("field", "written", "kept"), WRITTEN)
def test_one_device_however_its_identity_is_written(workspace: Workspace, field: str, written: str, kept: str) -> None:
    device = workspace.devices.add(DeviceIdentity(platform=Platform.IOS, **{"serial_number": "S1", field: written}))
    assert getattr(device, field) == kept
    for other in (written, kept, written.upper(), written.lower(), written.swapcase(), f" {written} "):
        assert workspace.devices.find(other) == device
        with pytest.raises(Refusal, match="device-exists"):
            workspace.devices.add(DeviceIdentity(platform=Platform.IOS, **{"serial_number": "S2", field: other}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serial_number", " "),
        ("serial_number", "A\u200bB"),
        ("imei", "490154203237519"),
        ("imei", "4901542032375"),
        ("imei", "49015420323751\u0668"),
        ("meid", "A000000000000G"),
        ("meid", "A0000000000001\n1"),
        ("udid", "00008120"),
        ("udid", ""),
        ("android_id", "0123456789abcde"),
        ("windows_device_id", "0A" * 31),
    ],
)
def test_what_has_not_the_form_of_its_kind_is_refused(workspace: Workspace, field: str, value: str) -> None:
    with pytest.raises(Refusal) as caught:
        workspace.devices.add(DeviceIdentity(platform=Platform.IOS, **{"serial_number": "S1", field: value}))
    assert caught.value.code == "identity-invalid"
    assert workspace.devices.all() == []


def test_a_serial_number_in_other_letters_is_kept_as_it_is(workspace: Workspace) -> None:
    device = workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, serial_number="straße-é1"))
    assert device.serial_number == "STRAßE-é1"
    assert workspace.devices.find("Straße-é1") == device


def test_a_simulated_device_is_written_in_that_way() -> None:
    for model in (model for platform in Platform for model in models(platform)):
        for field, numbering in numberings(model).items():
            for number in (0, numbering.size // 3, numbering.size - 1):
                value = numbering.write(number)
                assert field not in IDENTITIES or (canonical(field, value), problem(field, value)) == (value, None)


def test_check_finds_two_that_differ_in_case_alone(workspace: Workspace) -> None:
    first, second = Handset(workspace), Handset(workspace)
    serial_number = first.device.serial_number.lower()
    workspace.database.table("devices").update({"serial_number": serial_number}, doc_ids=[second.id])
    assert ("same-identity", f"device:{second.id}") in {
        (found.code, found.record) for found in workspace.check().problems
    }
