"""The kinds of enrollment: what a device tells, what it takes, and what re-enrolling costs."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from certfleet.store.devices.device_filter import parse_filter, standing
from certfleet.store.devices.enrollment_kinds import KINDS, PRIVATE, check_kind, is_wiped, not_taken, takes
from certfleet.store.errors import Refusal
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.device import ActionKind, Device, DeviceIdentity, EnrollmentKind, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.policy import ConnectionType
from certfleet.store.policies.report import DeploymentStatus
from certfleet.store.views.device import device_document, re_enrolling_text
from certfleet.store.views.effects import effect_lines
from certfleet.store.views.policy import report_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, ec_key
from tests.store.devices.handset import identity, signing_request
from tests.store.policies.material import VPN, bring

UUID = "8DB29EAB-A5BB-4B60-8DDA-F75517766FAC"
USER = DeviceIdentity(platform=Platform.IOS, model_name="iPhone 15", enrollment_id=UUID.lower())
ALWAYS_ON, IKEV2 = ConnectionType.IKEV2_ALWAYS_ON, ConnectionType.IKEV2


def enrolled(workspace: Workspace, one: DeviceIdentity, kind: EnrollmentKind | None) -> Device:
    """A device of a kind that has just enrolled."""
    device = workspace.devices.add(one, kind=kind)
    return workspace.devices.enroll(device.id, signing_request(ec_key())).device


def test_always_on_needs_a_supervised_device() -> None:
    taking = {kind for kind in EnrollmentKind if takes(kind, Platform.IOS, ALWAYS_ON)}
    assert taking == {EnrollmentKind.SUPERVISED, EnrollmentKind.KIOSK}
    untaken = not_taken(EnrollmentKind.DEVICE, Platform.IOS, ALWAYS_ON)
    assert untaken is not None and untaken.code == "needs-supervised-device"


def test_a_device_enrolled_by_its_user_takes_no_vpn_for_the_whole_device() -> None:
    for platform, connection in product((Platform.IOS, Platform.MACOS), ConnectionType):
        untaken = not_taken(EnrollmentKind.USER, platform, connection)
        assert untaken is not None and untaken.code == "not-with-user-enrollment"
    assert takes(EnrollmentKind.DEVICE, Platform.MACOS, IKEV2)


def test_every_kind_takes_every_action_but_windows_no_renewal() -> None:
    for platform, kinds in KINDS.items():
        for kind, action in product(kinds, ActionKind):
            refused = platform is Platform.WINDOWS and action is ActionKind.CERTIFICATE_RENEWAL
            assert takes(kind, platform, action) is not refused


def test_a_device_of_an_unknown_kind_takes_all() -> None:
    assert all(takes(None, Platform.IOS, connection) for connection in ConnectionType)


def test_supervised_phones_and_kiosks_are_wiped() -> None:
    blank = Device(platform=Platform.IOS, serial_number="S1", id=1, state_since=NOW)
    wiped = {
        (platform, kind)
        for platform, kinds in KINDS.items()
        for kind in (*kinds, None)
        if is_wiped(replace(blank, platform=platform, enrollment_kind=kind))
    }
    assert wiped == set(product((Platform.IOS, Platform.ANDROID), (EnrollmentKind.SUPERVISED, EnrollmentKind.KIOSK)))


def test_a_device_enrolled_by_its_user_tells_its_enrollment_id_alone(workspace: Workspace) -> None:
    device = enrolled(workspace, USER, EnrollmentKind.USER)
    assert device.known_by == device.enrollment_id == UUID
    assert device.name == f"iPhone 15 {UUID}"
    told = as_json(device_document(device, NOW, ExpiryRules(), ()))
    assert {field for field in PRIVATE if told[field] is not None} == set()
    assert told["enrollment_id"] == UUID
    assert workspace.devices.find(UUID.lower()).id == device.id
    matches = parse_filter(UUID[:8].lower(), NOW, ExpiryRules()).matches
    assert matches is not None and matches(standing(device, NOW))
    assert workspace.check().clean


def test_several_devices_may_lack_a_serial_number_and_none_shares_an_enrollment_id(workspace: Workspace) -> None:
    enrolled(workspace, USER, EnrollmentKind.USER)
    other = enrolled(
        workspace,
        DeviceIdentity(platform=Platform.ANDROID, enrollment_id="FP7B-RXQW-Q77F-7J6FC-5RXZ-UJI6-6"),
        EnrollmentKind.USER,
    )
    assert other.id == 2
    with pytest.raises(Refusal, match="device-exists"):
        workspace.devices.add(USER, kind=EnrollmentKind.USER)
    with pytest.raises(Refusal, match="device-unknown"):
        workspace.devices.find("")
    assert workspace.check().clean


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (replace(USER, serial_number="F2LX0001"), EnrollmentKind.USER),
        (replace(USER, imei="490154203237518"), EnrollmentKind.USER),
        (replace(USER, enrollment_id=None), EnrollmentKind.USER),
        (replace(USER, serial_number="F2LX0001"), EnrollmentKind.SUPERVISED),
        (identity(Platform.WINDOWS), EnrollmentKind.SUPERVISED),
        (identity(Platform.MACOS), EnrollmentKind.KIOSK),
    ],
)
def test_what_does_not_go_together_is_refused(
    workspace: Workspace, one: DeviceIdentity, kind: EnrollmentKind | None
) -> None:
    with pytest.raises(Refusal, match="enrollment-kind-invalid"):
        check_kind(one, kind)
    with pytest.raises(Refusal, match="enrollment-kind-invalid"):
        workspace.devices.add(one, kind=kind)
    assert not workspace.devices.all()


@pytest.mark.parametrize("kind", [EnrollmentKind.DEVICE, EnrollmentKind.SUPERVISED, None])
def test_all_others_need_a_serial_number(workspace: Workspace, kind: EnrollmentKind | None) -> None:
    with pytest.raises(Refusal, match="identity-invalid"):
        workspace.devices.add(USER, kind=kind)


def test_an_invalid_enrollment_id_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="identity-invalid"):
        workspace.devices.add(replace(USER, enrollment_id="something"), kind=EnrollmentKind.USER)


def test_a_device_that_does_not_take_a_policy_fails_with_the_reason_until_it_is_enrolled_another_way(
    workspace: Workspace,
) -> None:
    phone = enrolled(workspace, identity(), EnrollmentKind.DEVICE)
    bring(workspace, phone.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone = workspace.devices.enroll(phone.id, signing_request(ec_key())).device
    report = workspace.policies.report(1)
    assert report.devices(DeploymentStatus.NOT_TAKEN) == (phone,)
    told = as_json(report_document(report, [DeploymentStatus.NOT_TAKEN]))
    assert told["counts"]["not_taken"] == 1
    assert [(one["code"], one["note"]) for one in told["devices"]] == [
        ("needs-supervised-device", "Always On needs a supervised device")
    ]
    assert workspace.devices.timeline(phone.id)[-1].kind is EventKind.POLICY_NOT_TAKEN
    with pytest.raises(Refusal, match=r"policy-not-taken: .*supervised"):
        workspace.policies.profile_for(phone.id, 1)

    again = workspace.devices.enroll(phone.id, signing_request(ec_key()), kind=EnrollmentKind.SUPERVISED).device
    assert again.enrollment_kind is EnrollmentKind.SUPERVISED
    assert workspace.policies.report(1).devices(DeploymentStatus.INSTALLED) == (again,)
    assert workspace.check().clean


def test_enrolling_again_with_a_kind_that_tells_other_identities_is_refused(workspace: Workspace) -> None:
    phone = enrolled(workspace, identity(), EnrollmentKind.DEVICE)
    with pytest.raises(Refusal, match="enrollment-kind-invalid"):
        workspace.devices.enroll(phone.id, signing_request(ec_key()), kind=EnrollmentKind.USER)
    assert workspace.devices.get(phone.id) == phone


def test_the_details_say_that_re_enrolling_wipes_a_device(workspace: Workspace) -> None:
    phone = enrolled(workspace, identity(), EnrollmentKind.SUPERVISED)
    assert re_enrolling_text(phone) == ""
    workspace.devices.revoke([phone.id])
    revoked = workspace.devices.get(phone.id)
    assert re_enrolling_text(revoked) == "wipes it"
    assert re_enrolling_text(replace(revoked, enrollment_kind=EnrollmentKind.DEVICE)) == ""


def test_effects_count_the_devices_that_re_enrolling_wipes(workspace: Workspace) -> None:
    phones = [
        enrolled(workspace, identity(), kind)
        for kind in (EnrollmentKind.SUPERVISED, EnrollmentKind.KIOSK, EnrollmentKind.DEVICE, None)
    ]
    effects = workspace.trials.try_out(lambda: workspace.devices.revoke([phone.id for phone in phones]))
    assert [(one.count, one.costs.wiped) for one in effects.devices] == [(4, 2)]
    assert "4 iOS devices: enrolled → revoked; re-enrolling wipes 2 of them, needs somebody on site for 1" in [
        line.text for line in effect_lines(effects)
    ]
