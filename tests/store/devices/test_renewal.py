"""Certificate Renewal: whatever a device answers, or doesn't, it ends with one certificate of the new group.

The exceptions are Windows devices, which re-enroll, and devices that are silent until their certificate expires.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.devices.renewal_plan import PlatformRenewal, RenewalPlan, plan_renewal
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceState, PendingAction, Platform, WaitsFor
from certfleet.store.views.renewal import group_text, plan_lines
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.store.conftest import content
from tests.store.devices.handset import (
    Handset,
    assert_crossed_over,
    come_when_asked,
    identity,
    let_it_cross_over,
    signature,
    signing_request,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def handset(workspace: Workspace, clock: FixedClock) -> Handset:
    """A phone on the group ``default``, while ``group-2`` issues and a renewal is pending."""
    handset = Handset(workspace)
    clock.at += DAY
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.devices.renew([handset.id])
    return handset


def renewal_of(handset: Handset) -> PendingAction:
    renewal = handset.device.renewal
    assert renewal is not None
    return renewal


@pytest.mark.parametrize("platform", [Platform.IOS, Platform.MACOS, Platform.ANDROID])
def test_the_next_check_in_brings_a_certificate_of_the_new_group(
    workspace: Workspace, clock: FixedClock, platform: Platform
) -> None:
    handset = Handset(workspace, platform)
    workspace.authorities.refresh(ready_after=timedelta(0))
    assert [device.id for device in workspace.devices.renew([handset.id]).pending] == [handset.id]
    assert renewal_of(handset).waits_for is WaitsFor.CHECK_IN
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")
    assert handset.states() == ["superseded", "active"]
    assert handset.events() == ["enrolled", "renewal-requested", "certificate-issued", "renewed"]


def test_asking_twice_is_the_same_as_asking_once(workspace: Workspace, handset: Handset, clock: FixedClock) -> None:
    before = content(workspace)
    clock.at += HOUR
    assert [device.id for device in workspace.devices.renew([handset.id, handset.id]).pending] == [handset.id]
    assert content(workspace) == before
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")


def test_a_windows_device_is_refused_and_marked_and_crosses_over_by_re_enrolling(
    workspace: Workspace, clock: FixedClock
) -> None:
    laptop = Handset(workspace, Platform.WINDOWS)
    workspace.authorities.refresh(ready_after=timedelta(0))
    for _ in range(2):
        asked = workspace.devices.renew([laptop.id])
        assert asked.pending == ()
        assert [refusal.code for _, refusal in asked.refused] == ["windows-must-re-enroll"]
    assert (laptop.device.state, laptop.device.pending) == (DeviceState.RE_ENROLLMENT_REQUIRED, ())
    assert laptop.events() == ["enrolled", "re-enrollment-required"]
    visit = laptop.check_in()
    assert (visit.refusal, visit.renewal) == (None, None)  # it works until then
    laptop.enroll()
    assert laptop.device.state is DeviceState.ENROLLED
    assert_crossed_over(laptop, "group-2")


def test_a_windows_device_on_the_newest_group_is_refused_and_not_marked(
    workspace: Workspace, clock: FixedClock
) -> None:
    laptop = Handset(workspace, Platform.WINDOWS)
    before = content(workspace)
    asked = workspace.devices.renew([laptop.id])
    assert asked.pending == ()
    [(_, refusal)] = asked.refused
    assert refusal.code == "windows-is-current"
    assert "default" in refusal.message and refusal.hint
    assert laptop.device.state is DeviceState.ENROLLED
    assert content(workspace) == before

    workspace.authorities.refresh(ready_after=DAY)
    assert workspace.devices.renew([laptop.id]).refused[0][1].code == "windows-is-current"  # group-2 isn't ready
    clock.at += DAY
    assert workspace.devices.renew([laptop.id]).refused[0][1].code == "windows-must-re-enroll"
    laptop.enroll()
    assert workspace.devices.renew([laptop.id]).refused[0][1].code == "windows-is-current"
    assert laptop.device.state is DeviceState.ENROLLED


def test_the_plan_counts_each_device_once_and_tells_of_the_group_to_come(
    workspace: Workspace, clock: FixedClock
) -> None:
    phone, busy, laptop = Handset(workspace), Handset(workspace), Handset(workspace, Platform.WINDOWS)
    other = workspace.devices.add(identity(Platform.ANDROID)).id
    workspace.devices.renew([busy.id])
    workspace.authorities.refresh(name="g3", ready_after=DAY)
    ids = [phone.id, busy.id, laptop.id, other]

    def planned() -> RenewalPlan:
        devices = workspace.devices.records.all(ids)
        return plan_renewal(devices, workspace.authorities.rotation(), workspace.now())

    plan = planned()
    assert plan.platforms == {
        Platform.IOS: PlatformRenewal(on_newest=1, pending=1),
        Platform.WINDOWS: PlatformRenewal(on_newest=1),
        Platform.ANDROID: PlatformRenewal(refused=1),
    }
    assert (plan.asked, plan.again) == (1, 1)
    assert plan_lines(plan) == [
        "pending already: 1 device: 1 iOS",
        "on the newest group already: 2 devices: 1 iOS, 1 Windows",
        "refused: 1 device: 1 Android",
        "1 device would get a certificate of default again; g3 is ready in 24 h",
    ]
    assert plan.refusals == {"windows-is-current": 1, "not-enrolled": 1}

    clock.at += DAY
    plan = planned()
    assert plan.platforms[Platform.IOS] == PlatformRenewal(to_renew=1, pending=1)
    assert plan.platforms[Platform.WINDOWS] == PlatformRenewal(re_enroll=1)
    assert group_text(plan) is None
    assert workspace.devices.renew(ids).plan == plan


@pytest.mark.parametrize("platform", [Platform.IOS, Platform.WINDOWS])
def test_who_cannot_be_renewed_is_told_why(workspace: Workspace, clock: FixedClock, platform: Platform) -> None:
    def refused(id: int) -> str:
        asked = workspace.devices.renew([id])
        assert asked.pending == ()
        return asked.refused[0][1].code

    assert refused(workspace.devices.add(identity(platform)).id) == "not-enrolled"
    revoked, expired = Handset(workspace, platform), Handset(workspace, platform)
    workspace.devices.revoke([revoked.id])
    assert refused(revoked.id) == "device-revoked"
    clock.at = expired.certificate.not_after + HOUR
    assert refused(expired.id) == "certificate-expired"
    expired.check_in()
    assert refused(expired.id) == "must-re-enroll"
    assert workspace.check().clean


def test_a_lost_answer_leaves_a_device_that_works_and_is_asked_again(handset: Handset, clock: FixedClock) -> None:
    old = handset.certificate
    handset.answer(handset.check_in(), received=False)
    assert handset.states() == ["active", "unconfirmed"]
    assert renewal_of(handset).waits_for is WaitsFor.CONFIRMATION

    clock.at += timedelta(minutes=5)
    visit = handset.check_in()
    assert (visit.presented.id, visit.refusal, visit.renewal) == (old.id, None, None)  # too early to ask again
    visit = come_when_asked(handset, clock)
    assert visit.presented.id == old.id
    assert visit.renewal is not None
    handset.answer(visit)
    handset.check_in()
    assert handset.states() == ["superseded", "superseded", "active"]
    assert_crossed_over(handset, "group-2")


def test_both_certificates_are_good_until_the_new_one_is_used(handset: Handset, clock: FixedClock) -> None:
    old = handset.certificate
    new = handset.answer(handset.check_in())
    assert handset.check_in(old).refusal is None
    assert handset.states() == ["active", "unconfirmed"]
    assert handset.device.certificate_id == old.id
    assert handset.check_in(new).refusal is None
    assert handset.states() == ["superseded", "active"]
    assert handset.device.certificate_id == new.id
    assert_crossed_over(handset, "group-2")


def test_not_now_for_two_days_ends_with_one_certificate_of_the_new_group(handset: Handset, clock: FixedClock) -> None:
    start, asked = clock.at, 0
    while clock.at < start + 2 * DAY:
        visit = come_when_asked(handset, clock)
        assert visit.renewal is not None
        handset.devices.answer_not_now(visit)
        asked += 1
        assert renewal_of(handset).waits_for is WaitsFor.NOT_NOW
        assert renewal_of(handset).next_try_at is not None
    assert 5 <= asked <= 8  # it is asked less and less often
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")


def test_two_errors_end_with_one_certificate_of_the_new_group(handset: Handset, clock: FixedClock) -> None:
    for number in (1, 2):
        handset.devices.answer_error(come_when_asked(handset, clock), "MDMClientError:89")
        assert (renewal_of(handset).waits_for, renewal_of(handset).attempts) == (WaitsFor.ERROR, number)
        clock.at += timedelta(minutes=10)
        assert handset.check_in().renewal is None  # too early to ask again
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")
    assert [event.detail for event in handset.devices.timeline(handset.id) if event.kind == "error"] == [
        "MDMClientError:89"
    ] * 2


def test_no_answer_for_a_month_ends_with_one_certificate_of_the_new_group(handset: Handset, clock: FixedClock) -> None:
    start = clock.at
    while clock.at < start + 30 * DAY:
        before = clock.at
        visit = come_when_asked(handset, clock)
        assert visit.renewal is not None
        assert clock.at - before <= DAY  # never longer than a day
        handset.devices.no_answer(visit)
        assert renewal_of(handset).waits_for is WaitsFor.ANSWER
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")


def test_no_answer_until_the_certificate_expires_ends_the_renewal(handset: Handset, clock: FixedClock) -> None:
    while True:
        visit = come_when_asked(handset, clock)
        if visit.refusal is not None:
            break
        handset.devices.no_answer(visit)
    assert visit.refusal.code == "certificate-expired"
    assert (handset.device.state, handset.device.pending) == (DeviceState.MUST_RE_ENROLL, ())
    assert handset.events()[-2:] == ["turned-away", "renewal-ended"]
    handset.enroll()
    assert_crossed_over(handset, "group-2")


def test_every_kind_of_answer_in_turn_ends_with_one_certificate_of_the_new_group(
    handset: Handset, clock: FixedClock
) -> None:
    for _ in range(3):
        handset.devices.answer_not_now(come_when_asked(handset, clock))
        handset.answer(come_when_asked(handset, clock), received=False)
        handset.devices.answer_error(come_when_asked(handset, clock))
        handset.devices.no_answer(come_when_asked(handset, clock))
    let_it_cross_over(handset, clock)
    assert_crossed_over(handset, "group-2")


def test_two_certificates_by_re_enrolling_end_with_one_of_the_new_group(handset: Handset) -> None:
    """A renewal is under way, its answer still on the way, when the user enrolls the device anew."""
    late = handset.answer(handset.check_in(), received=False)
    handset.enroll()
    assert_crossed_over(handset, "group-2")
    assert handset.check_in(late).refusal is None  # the answer arrived after all, and is used
    assert handset.states() == ["superseded", "active", "superseded"]
    handset.certificate = late
    assert_crossed_over(handset, "group-2")


def test_two_certificates_by_a_backup_end_with_one_of_the_new_group(handset: Handset, clock: FixedClock) -> None:
    old = handset.certificate
    let_it_cross_over(handset, clock)
    clock.at += 20 * DAY
    handset.certificate = old  # restored
    visit = handset.check_in()
    assert visit.refusal is None
    assert visit.renewal is not None
    assert visit.renewal.requested_by == "certfleet"
    assert (handset.device.issuer_group, handset.states()) == ("default", ["active", "superseded"])
    assert handset.events()[-2:] == ["older-certificate-presented", "renewal-requested"]
    handset.answer(visit)
    handset.check_in()
    assert handset.states() == ["superseded", "superseded", "active"]
    assert_crossed_over(handset, "group-2")


def test_a_backup_in_the_middle_of_a_renewal_ends_with_one_certificate_of_the_new_group(
    workspace: Workspace, handset: Handset, clock: FixedClock
) -> None:
    oldest = handset.certificate
    let_it_cross_over(handset, clock)
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.devices.renew([handset.id])
    handset.answer(handset.check_in(), received=False)
    handset.certificate = oldest
    visit = handset.check_in()
    assert visit.renewal is not None  # at once: what was issued for it is lost
    handset.answer(visit)
    handset.check_in()
    assert_crossed_over(handset, "group-3")


def test_a_backup_with_a_certificate_of_the_issuing_group_needs_no_renewal(workspace: Workspace) -> None:
    handset = Handset(workspace)
    old = handset.certificate
    handset.enroll()
    visit = handset.check_in(old)
    assert (visit.refusal, visit.renewal) == (None, None)
    assert handset.states() == ["active", "superseded"]
    handset.certificate = old
    assert_crossed_over(handset, "default")


def test_a_windows_device_that_is_restored_is_marked_again(workspace: Workspace) -> None:
    laptop = Handset(workspace, Platform.WINDOWS)
    old = laptop.certificate
    workspace.authorities.refresh(ready_after=timedelta(0))
    laptop.enroll()
    assert laptop.check_in(old).refusal is None
    assert laptop.device.state is DeviceState.RE_ENROLLMENT_REQUIRED
    laptop.enroll()
    assert_crossed_over(laptop, "group-2")


def test_two_renewals_that_cross_end_with_one_certificate_of_the_new_group(handset: Handset, clock: FixedClock) -> None:
    """The first answer is late: the device has been asked again, and holds both when it comes."""
    first = handset.answer(handset.check_in(), received=False)
    second = handset.answer(come_when_asked(handset, clock), received=False)
    assert handset.states() == ["active", "unconfirmed", "unconfirmed"]
    assert handset.check_in(first).refusal is None
    assert handset.states() == ["superseded", "active", "superseded"]
    assert handset.check_in(second).refusal is None
    assert handset.states() == ["superseded", "superseded", "active"]
    handset.certificate = second
    assert_crossed_over(handset, "group-2")


def test_a_group_that_becomes_ready_in_between_is_the_one_that_issues(
    workspace: Workspace, handset: Handset, clock: FixedClock
) -> None:
    visit = handset.check_in()
    workspace.authorities.refresh(ready_after=timedelta(0))
    handset.answer(visit)
    handset.check_in()
    assert_crossed_over(handset, "group-3")


def test_a_revoked_device_gets_no_answer_to_its_request(workspace: Workspace, handset: Handset) -> None:
    visit = handset.check_in()
    workspace.devices.revoke([handset.id])
    with pytest.raises(Refusal, match="nothing-pending"):
        handset.answer(visit)
    assert workspace.check().clean


def test_an_answer_that_takes_until_the_certificate_has_expired_is_refused(handset: Handset, clock: FixedClock) -> None:
    visit = handset.check_in()
    clock.at = handset.certificate.not_after + timedelta(seconds=1)
    with pytest.raises(Refusal, match="certificate-expired"):
        handset.answer(visit)
    assert handset.states() == ["active"]


def test_an_answer_must_be_signed_by_the_key_that_the_device_has(workspace: Workspace, handset: Handset) -> None:
    visit, key = handset.check_in(), ec_key()
    request, before = signing_request(key), content(workspace)
    with pytest.raises(Refusal, match="possession-not-proven"):
        workspace.devices.renew_certificate(visit, request, signature(key, request))
    assert content(workspace) == before


def test_an_answer_must_be_over_a_new_key(workspace: Workspace, handset: Handset) -> None:
    visit, key = handset.check_in(), handset.keys[handset.certificate.id]
    request, before = signing_request(key), content(workspace)
    with pytest.raises(Refusal, match="same-key-renewal"):
        workspace.devices.renew_certificate(visit, request, signature(key, request))
    assert content(workspace) == before


def test_an_answer_that_nobody_asked_for_is_refused(workspace: Workspace) -> None:
    handset = Handset(workspace)
    visit = handset.check_in()
    for answer in (handset.answer, workspace.devices.answer_not_now, workspace.devices.no_answer):
        with pytest.raises(Refusal, match="nothing-pending"):
            answer(visit)
