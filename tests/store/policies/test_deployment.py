"""Deploying a policy: each device gets it at the next check-in, with its own certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.component import Use
from certfleet.store.model.device import ActionKind, Platform
from certfleet.store.model.policy import Assignment
from certfleet.store.policies.report import DeploymentStatus
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset, come_when_asked
from tests.store.policies.material import VPN, bring, certificate_for

POLICY_EVENTS = ("policy-installed", "policy-without-certificate", "policy-removed")


@pytest.fixture
def phone(workspace: Workspace) -> Handset:
    return Handset(workspace)


def policy_events(handset: Handset) -> list[tuple[str, str]]:
    timeline = handset.devices.timeline(handset.id)
    return [(event.kind.value, event.detail) for event in timeline if event.kind.value in POLICY_EVENTS]


def test_the_certificate_is_installed_with_the_policy_at_the_next_check_in(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    serial = phone.device.serial_number
    (result,) = bring(workspace, serial).results
    assert result.record is not None

    deployed = workspace.policies.create("Field VPN", vpn=VPN)
    assert (deployed.pending, deployed.removing) == (1, 0)
    assert [action.kind for action in phone.device.pending] == [ActionKind.POLICY]
    assert phone.device.policies == ()

    clock.at += timedelta(hours=1)
    visit = phone.check_in()
    (installed,) = visit.policies
    assert phone.device.policies == visit.policies
    assert (installed.policy_id, installed.name, installed.version, installed.at) == (1, "Field VPN", 1, clock.at)
    assert installed.certificate_id == result.record.id
    assert installed.fingerprint_sha256 == result.record.fingerprint_sha256
    assert phone.device.pending == ()
    assert policy_events(phone) == [
        ("policy-installed", f"Field VPN with the device certificate for serial number {serial}")
    ]
    (shown,) = workspace.policies.on_device(phone.device)
    assert shown.certificate == result.record
    assert workspace.check().clean


def test_a_device_without_a_certificate_is_reported_and_gets_it_once_one_is_brought(
    workspace: Workspace, phone: Handset
) -> None:
    serial = phone.device.serial_number
    workspace.policies.create("Field VPN", vpn=VPN)
    assert phone.check_in().policies == ()
    (noted,) = phone.device.policies
    assert not noted.is_installed
    assert noted.note == f"no device certificate for serial number {serial}"
    assert policy_events(phone) == [("policy-without-certificate", f"Field VPN: {noted.note}")]
    assert workspace.policies.report(1).counts()[DeploymentStatus.WITHOUT_CERTIFICATE] == 1

    assert phone.check_in().policies == ()  # nothing is pending any more
    workspace.policies.deploy(1)
    phone.check_in()
    assert len(policy_events(phone)) == 1  # the same again is no news

    bring(workspace, serial)
    assert [placed.is_installed for placed in phone.check_in().policies] == [True]
    assert workspace.policies.report(1).counts()[DeploymentStatus.INSTALLED] == 1
    assert workspace.check().clean


def test_another_certificate_gets_there_at_the_next_check_in_and_the_same_again_changes_nothing(
    workspace: Workspace, phone: Handset
) -> None:
    serial = phone.device.serial_number
    first, second = certificate_for(serial), certificate_for(serial)
    bring(workspace, made={serial: first})
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()

    bring(workspace, made={serial: first})
    assert not phone.device.pending
    bring(workspace, made={serial: second})
    assert [action.kind for action in phone.device.pending] == [ActionKind.POLICY]
    (shown,) = workspace.policies.on_device(phone.device)
    assert shown.certificate is None  # what the device has is not what is there now

    (installed,) = phone.check_in().policies
    record = workspace.bulk.named(serial)
    assert installed.fingerprint_sha256 == record.fingerprint_sha256
    assert workspace.check().clean


def test_a_certificate_that_is_deleted_goes_off_the_device_with_the_policy(
    workspace: Workspace, phone: Handset
) -> None:
    serial = phone.device.serial_number
    bring(workspace, serial)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()

    workspace.bulk.delete([serial], identity_type=VPN.identity_type)  # type: ignore[arg-type]
    assert phone.device.policies[0].is_installed
    assert workspace.check().clean
    visit = phone.check_in()
    assert [placed.name for placed in visit.removed] == ["Field VPN"]
    assert [kind for kind, _ in policy_events(phone)] == [
        "policy-installed",
        "policy-removed",
        "policy-without-certificate",
    ]
    (policy,) = phone.device.policies
    assert not policy.is_installed
    assert workspace.check().clean


def test_a_deleted_policy_goes_off_at_the_next_check_in(workspace: Workspace, phone: Handset) -> None:
    late = Handset(workspace)
    bring(workspace, phone.device.serial_number, late.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()

    deleted = workspace.policies.delete(1)
    assert (deleted.pending, deleted.removing) == (0, 1)
    assert late.device.pending == ()  # it never had it
    assert [action.kind for action in phone.device.pending] == [ActionKind.POLICY_REMOVAL]
    assert workspace.check().clean
    assert [placed.name for placed in phone.check_in().removed] == ["Field VPN"]
    assert (phone.device.policies, phone.device.pending) == ((), ())
    assert policy_events(phone)[-1] == ("policy-removed", "Field VPN")
    assert workspace.check().clean


def test_an_enrolling_device_gets_its_policies_with_its_certificate(workspace: Workspace) -> None:
    workspace.policies.create("Field VPN", vpn=VPN)
    workspace.policies.create("Others", vpn=VPN, assignment=Assignment(filter="owner:nobody"))
    phone = Handset(workspace)
    assert [placed.name for placed in phone.device.policies] == ["Field VPN"]
    assert phone.events() == ["enrolled", "policy-without-certificate"]

    bring(workspace, phone.device.serial_number)
    phone.check_in()
    phone.enroll()
    assert phone.device.policies[0].is_installed
    assert phone.device.pending == ()
    assert phone.events()[-2:] == ["re-enrolled", "policy-installed"]
    assert workspace.check().clean


def test_a_policy_is_for_its_platforms_alone(workspace: Workspace, phone: Handset) -> None:
    laptop, mac = Handset(workspace, Platform.WINDOWS), Handset(workspace, Platform.MACOS)
    workspace.policies.create("Field VPN", vpn=VPN)
    assert [bool(one.device.pending) for one in (phone, laptop, mac)] == [True, False, False]


def test_named_devices_and_those_that_a_filter_finds(workspace: Workspace, phone: Handset) -> None:
    other = Handset(workspace)
    workspace.policies.create("One", vpn=VPN, assignment=Assignment(devices=(other.id,)))
    assert [bool(one.device.pending) for one in (phone, other)] == [False, True]

    group = Assignment(group="Field", filter=f"serial:{phone.device.serial_number}")
    workspace.policies.create("Two", vpn=VPN, assignment=group)
    assert [len(one.device.pending) for one in (phone, other)] == [1, 1]

    changed = workspace.policies.change(1, assignment=Assignment(devices=(phone.id,)))
    assert (changed.pending, changed.removing) == (1, 0)
    assert [len(one.device.pending) for one in (phone, other)] == [2, 0]
    assert changed.policy.version == 1  # what it sets up is the same


def test_a_change_reaches_the_devices_that_have_it_and_it_is_taken_off_the_others(
    workspace: Workspace, phone: Handset
) -> None:
    other = Handset(workspace)
    bring(workspace, phone.device.serial_number, other.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in(), other.check_in()

    assert workspace.policies.change(1, vpn=VPN).pending == 0
    changed = workspace.policies.change(
        1, vpn=replace(VPN, server="vpn2.company.example"), assignment=Assignment(devices=(phone.id,))
    )
    assert (changed.policy.version, changed.pending, changed.removing) == (2, 1, 1)
    assert [placed.version for placed in phone.check_in().policies] == [2]
    assert [placed.name for placed in other.check_in().removed] == ["Field VPN"]
    assert other.device.policies == ()
    assert workspace.check().clean


def test_assigned_again_before_it_was_taken_off_it_stays(workspace: Workspace, phone: Handset) -> None:
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()
    workspace.policies.change(1, assignment=Assignment(filter="owner:nobody"))
    assert phone.device.pending[0].kind is ActionKind.POLICY_REMOVAL
    workspace.policies.change(1, assignment=Assignment())
    assert [action.kind for action in phone.device.pending] == [ActionKind.POLICY]
    phone.check_in()
    assert phone.device.policies[0].is_installed


def test_where_nothing_can_be_pushed_it_waits(workspace: Workspace, clock: FixedClock) -> None:
    push = workspace.apns.renew("it@company.example")
    assert push is not None
    phone = Handset(workspace)
    workspace.policies.create("Field VPN", vpn=VPN)
    component = workspace.components.find("apns")
    assert component is not None
    workspace.components.unbind("apns")
    workspace.settle()
    phone.check_in()
    assert [action.kind for action in phone.device.pending] == [ActionKind.POLICY]

    workspace.components.set_use("apns", Use.NOT_USED)
    phone.check_in()
    assert phone.device.pending == ()


def test_a_renewal_and_a_policy_do_not_wait_for_each_other(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    bring(workspace, phone.device.serial_number)
    workspace.devices.renew([phone.id])
    workspace.policies.create("Field VPN", vpn=VPN)
    visit = phone.check_in()
    assert [placed.name for placed in visit.policies] == ["Field VPN"]
    assert visit.renewal is not None
    workspace.devices.answer_not_now(visit)

    workspace.policies.change(1, name="Field")
    assert [placed.name for placed in phone.check_in().policies] == ["Field"]
    assert phone.device.renewal is not None
    phone.answer(come_when_asked(phone, clock))
    phone.check_in()
    assert phone.device.pending == ()
    assert workspace.check().clean


def test_a_device_that_is_turned_away_gets_its_policies_when_it_enrolls_again(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    clock.at = phone.certificate.not_after + timedelta(seconds=1)
    visit = phone.check_in()
    assert visit.refusal is not None
    assert visit.policies == ()
    assert phone.device.pending == ()
    assert workspace.policies.report(1).counts()[DeploymentStatus.NOT_ENROLLED] == 1
    phone.enroll()
    assert phone.device.policies[0].is_installed


def test_a_device_that_lacks_the_identity_is_told_of_it(workspace: Workspace, phone: Handset) -> None:
    workspace.policies.create("Field VPN", vpn=replace(VPN, identity_type=IdentityType.MEID))
    phone.check_in()
    assert phone.device.policies[0].note == "it has no MEID"


def test_who_has_no_certificate_for_it_is_told_before(workspace: Workspace, phone: Handset) -> None:
    other = Handset(workspace)
    (both,) = workspace.trials.try_out(lambda: workspace.policies.create("VPN", vpn=VPN)).notes
    said = (
        "2 of the 2 devices that wait for it have no device certificate for the serial number: the policy is installed"
    )
    assert both.startswith(said)

    bring(workspace, phone.device.serial_number)
    (one,) = workspace.trials.try_out(lambda: workspace.policies.create("VPN", vpn=VPN)).notes
    assert one.startswith("1 of the 2 devices that wait for it has no device certificate")

    bring(workspace, other.device.serial_number)
    assert workspace.trials.try_out(lambda: workspace.policies.create("VPN", vpn=VPN)).notes == ()
    meid = replace(VPN, identity_type=IdentityType.MEID)
    assert workspace.trials.try_out(lambda: workspace.policies.create("VPN", vpn=meid)).notes == (
        "2 of the 2 devices that wait for it have no MEID",
    )
