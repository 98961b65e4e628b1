"""Changing the record of a device, and deploying what is pending at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.push_delivery import woken
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.device import ActionKind, PendingAction, Platform, WaitsFor
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.bulk.material import fleet_archive
from tests.store.devices.handset import Handset
from tests.store.devices.simulated import put, simulated
from tests.store.effects.changes import VPN


def refusal(workspace: Workspace, id: int, **said: str) -> str:
    before = workspace.devices.all()
    with pytest.raises(Refusal) as refused:
        workspace.device_changes.change(id, said)
    assert workspace.devices.all() == before
    return refused.value.code


def test_a_replaced_board_and_a_new_owner(workspace: Workspace) -> None:
    phone = Handset(workspace)
    said = {"serial_number": "newboard1 ", "imei": "49-015420-323751-8", "wifi_mac": "02-00-00-00-00-0a"}
    changed = workspace.device_changes.change(phone.id, said)
    assert (changed.serial_number, changed.imei, changed.wifi_mac) == (
        "NEWBOARD1",
        "490154203237518",
        "02:00:00:00:00:0A",
    )
    changed = workspace.device_changes.change(phone.id, {"owner": "Ben Miller", "upn": ""})
    assert (changed.owner, changed.upn, phone.device) == ("Ben Miller", "", changed)
    assert [(one.kind, one.detail) for one in workspace.devices.timeline(phone.id)][1:] == [
        ("changed", "serial number, IMEI, Wi-Fi address"),
        ("owner-changed", "Anna Smith to Ben Miller"),
    ]
    assert workspace.devices.find("newboard1").id == phone.id
    assert phone.check_in().refusal is None, "its certificates stay"
    assert [line.action for line in workspace.audit.tail(2)] == ["device.change", "device.change"]
    assert workspace.check().clean


def test_what_is_the_same_already_changes_nothing(workspace: Workspace) -> None:
    phone = Handset(workspace)
    lines = len(workspace.audit.tail())
    assert workspace.device_changes.change(phone.id, {"owner": "Anna Smith"}) == phone.device
    assert len(workspace.audit.tail()) == lines


def test_what_can_t_be_changed(workspace: Workspace) -> None:
    phone, other = Handset(workspace), Handset(workspace)
    assert refusal(workspace, 99, owner="Ben") == "device-unknown"
    assert refusal(workspace, phone.id) == refusal(workspace, phone.id, state="revoked") == "device-change-invalid"
    assert refusal(workspace, phone.id, owner="x" * 201) == "device-change-invalid"
    assert refusal(workspace, phone.id, imei="1") == refusal(workspace, phone.id, second_imei="1") == "identity-invalid"
    assert refusal(workspace, phone.id, wifi_mac="here") == "identity-invalid"
    assert refusal(workspace, phone.id, serial_number=other.device.serial_number) == "device-exists"
    assert refusal(workspace, phone.id, serial_number="", udid="") == "identity-invalid"
    assert refusal(workspace, phone.id, enrollment_id=f"{1:08}-0000-0000-0000-{1:012}") == "enrollment-kind-invalid"


def test_a_device_gets_the_certificate_filed_under_its_new_identity(workspace: Workspace) -> None:
    phone = Handset(workspace)
    workspace.bulk.import_archive(fleet_archive("A12BC3D4EFGH"), identity_type=IdentityType.SERIAL_NUMBER)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()
    assert not phone.device.policies[0].is_installed
    workspace.device_changes.change(phone.id, {"serial_number": "A12BC3D4EFGH"})
    phone.check_in()
    assert phone.device.policies[0].is_installed


def test_what_waits_to_be_tried_again_is_tried_at_the_next_check_in(workspace: Workspace, clock: FixedClock) -> None:
    phone, idle, laptop = Handset(workspace), Handset(workspace), Handset(workspace, Platform.WINDOWS)
    workspace.devices.renew([phone.id])
    workspace.devices.answer_error(phone.check_in(), "no space")
    assert phone.check_in().renewal is None, "an hour has to pass"
    workspace.devices.revoke([laptop.id])
    result = workspace.devices.refresh([phone.id, idle.id, laptop.id, 99])
    assert [device.id for device in result.pending] == [phone.id]
    assert [(device.id, one.code) for device, one in result.refused] == [(laptop.id, "device-revoked")]
    assert result.unknown == (99,)
    assert workspace.audit.tail(1)[0].action == "device.refresh"
    assert phone.check_in().renewal is not None
    assert workspace.check().clean


def test_a_simulated_device_gets_another_push(workspace: Workspace, clock: FixedClock) -> None:
    device = simulated(1)
    assert device.habits is not None and device.habits.pushed
    waits = PendingAction(
        kind=ActionKind.CERTIFICATE_RENEWAL,
        requested_at=NOW,
        requested_by="ann",
        attempts=1,
        waits_for=WaitsFor.ERROR,
        next_try_at=NOW + timedelta(days=2),
    )
    for action in (waits, PendingAction(kind=ActionKind.CERTIFICATE_RENEWAL, requested_at=NOW, requested_by="ann")):
        put(workspace, replace(device, pending=(action,)))
        clock.at = NOW + timedelta(hours=10)
        workspace.devices.refresh([1])
        woken_at = woken(workspace.devices.get(1), int(clock.at.timestamp()))
        assert woken_at is not None and woken_at < (NOW + timedelta(days=1, hours=20)).timestamp()
