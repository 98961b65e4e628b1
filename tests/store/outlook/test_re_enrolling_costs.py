"""What re-enrolling costs is told where devices must re-enroll."""

from __future__ import annotations

from certfleet.store.clock import FixedClock
from certfleet.store.devices.re_enrolling import ReEnrollingCosts
from certfleet.store.model.device import Device, DeviceIdentity, EnrollmentKind, Platform
from certfleet.store.outlook.device_ends import costs_of
from certfleet.store.times import week_of
from certfleet.store.views.consequence import device_ends_sentence, outlook_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import ec_key
from tests.store.deployment import DAY, push, use
from tests.store.devices.handset import identity, signing_request

COSTS = "re-enrolling wipes 2 of them, costs 1 their work data, needs somebody on site for 1"


def phones(workspace: Workspace) -> list[Device]:
    """A supervised iPhone, a kiosk, one that its user enrolled, and two whose data stays."""
    own = DeviceIdentity(platform=Platform.IOS, enrollment_id="8DB29EAB-A5BB-4B60-8DDA-F75517766FAC")
    devices = [
        workspace.devices.add(own if kind is EnrollmentKind.USER else identity(), kind=kind)
        for kind in (*EnrollmentKind, None)
    ]
    return [workspace.devices.enroll(device.id, signing_request(ec_key())).device for device in devices]


def test_the_outlook_counts_it_for_those_that_are_not_being_renewed(deployment: Workspace) -> None:
    devices = phones(deployment)
    end = devices[0].not_after
    assert end is not None
    ends = deployment.impact.device_ends(end)
    assert costs_of(ends) == ReEnrollingCosts(wiped=2, work_data=1, visits=1)
    assert COSTS in (device_ends_sentence(ends) or "")
    [told] = as_json(outlook_document(deployment.impact, end))["device_certificates"]
    assert (told["devices"], told["wiped"], told["work_data"], told["visits"]) == (5, 2, 1, 1)
    deployment.devices.renew([devices[0].id, devices[2].id])
    assert costs_of(deployment.impact.device_ends(end)) == ReEnrollingCosts(wiped=1, visits=1)


def test_the_checklist_and_the_weekly_notice_tell_it(deployment: Workspace, clock: FixedClock) -> None:
    end = phones(deployment)[0].not_after
    assert end is not None
    deployment.settle()
    clock.at = week_of(end - 10 * DAY)
    deployment.settle()
    [row] = [row for row in deployment.impact.checklist() if row.need.id == "device-certificates"]
    assert f"5 devices must re-enroll after that: {COSTS}. " in row.next_step
    [notice] = [notice for notice in deployment.notices.list() if notice.kind == "device-certificates-expiry"]
    assert f"its user must re-enroll it: {COSTS}. " in notice.text


def test_a_lost_push_topic_tells_it_in_the_audit_trail(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    phones(deployment)
    clock.at += 130 * DAY
    deployment.settle()
    [line] = [line for line in deployment.audit.tail() if line.action == "push.lost"]
    assert line.summary.endswith(f"5 Apple devices must re-enroll; {COSTS}")
