"""Check-in: a device is let in by a certificate of ours that is good, and by the proof that it holds the key."""

from __future__ import annotations

import base64
import os
from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW, ec_key, issue, make_ca
from tests.store.conftest import content
from tests.store.devices.handset import Handset, identity, let_it_cross_over, signature

DAY = timedelta(days=1)


@pytest.fixture
def handset(workspace: Workspace) -> Handset:
    return Handset(workspace)


def test_a_device_that_proves_its_key_is_let_in(handset: Handset, clock: FixedClock) -> None:
    clock.at += DAY
    visit = handset.check_in()
    assert (visit.refusal, visit.renewal) == (None, None)
    assert visit.device.last_check_in == NOW + DAY
    assert handset.events() == ["enrolled"]


def test_a_certificate_that_is_not_ours_is_refused(workspace: Workspace, handset: Handset) -> None:
    foreign = issue(handset.device.serial_number, issuer=make_ca("Device CA"))
    before, challenge = content(workspace), workspace.devices.challenge()
    with pytest.raises(Refusal, match="certificate-unknown"):
        workspace.devices.check_in(foreign.der, challenge, signature(foreign.key, challenge))  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="certificate-unknown"):
        workspace.devices.check_in(b"garbage", challenge, b"garbage")
    assert content(workspace) == before


def test_a_certificate_that_its_group_did_not_issue_is_refused(workspace: Workspace, handset: Handset) -> None:
    """Though its record says so: somebody has written into the store."""
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.database.table("device_certificates").update({"group": "group-2"}, doc_ids=[handset.certificate.id])
    with pytest.raises(Refusal, match="untrusted-chain"):
        handset.check_in()


def test_the_key_of_another_device_is_refused(workspace: Workspace, handset: Handset) -> None:
    before, challenge = content(workspace), workspace.devices.challenge()
    der = base64.b64decode(handset.certificate.der)
    for proof in (signature(ec_key(), challenge), b"", os.urandom(70)):
        with pytest.raises(Refusal, match="possession-not-proven"):
            workspace.devices.check_in(der, challenge, proof)
    assert content(workspace) == before


def test_a_proof_is_good_once(workspace: Workspace, handset: Handset) -> None:
    der, challenge = base64.b64decode(handset.certificate.der), workspace.devices.challenge()
    proof = signature(handset.keys[handset.certificate.id], challenge)
    workspace.devices.check_in(der, challenge, proof)
    with pytest.raises(Refusal, match="challenge-unknown"):
        workspace.devices.check_in(der, challenge, proof)


def test_a_certificate_so_old_that_the_device_has_had_many_since_is_good_as_long_as_it_is_valid(
    workspace: Workspace, handset: Handset
) -> None:
    first = handset.certificate
    for _ in range(7):
        handset.enroll()
    assert handset.device.held(first.id) is None
    assert handset.check_in(first).refusal is None
    assert handset.device.certificate_id == first.id
    assert workspace.check().clean


def test_a_challenge_that_nobody_gave_is_refused(workspace: Workspace, handset: Handset) -> None:
    own = os.urandom(32)
    proof = signature(handset.keys[handset.certificate.id], own)
    with pytest.raises(Refusal, match="challenge-unknown"):
        workspace.devices.check_in(base64.b64decode(handset.certificate.der), own, proof)


def test_a_certificate_is_good_from_its_first_moment_to_its_last(workspace: Workspace, clock: FixedClock) -> None:
    clock.at += DAY
    handset = Handset(workspace)
    clock.at = handset.certificate.not_before - timedelta(seconds=1)
    with pytest.raises(Refusal, match="certificate-not-yet-valid"):
        handset.check_in()
    for moment in (handset.certificate.not_before, handset.certificate.not_after):
        clock.at = moment
        assert handset.check_in().refusal is None


def test_an_expired_device_is_turned_away_and_works_after_re_enrolling(handset: Handset, clock: FixedClock) -> None:
    clock.at = handset.certificate.not_after + timedelta(seconds=1)
    visit = handset.check_in()
    assert visit.refusal is not None
    assert visit.refusal.code == "certificate-expired"
    assert (handset.device.state, handset.device.state_since) == (DeviceState.MUST_RE_ENROLL, clock.at)
    assert handset.events() == ["enrolled", "turned-away"]

    handset.check_in()
    assert handset.events() == ["enrolled", "turned-away"]  # it has been told before

    handset.enroll()
    assert handset.check_in().refusal is None
    assert handset.device.state is DeviceState.ENROLLED
    assert handset.workspace.check().clean


def test_a_device_whose_authority_expired_with_its_certificate_must_re_enroll(
    workspace: Workspace, clock: FixedClock
) -> None:
    end = workspace.authorities.chain("default")[0].not_valid_after_utc
    clock.at = end - DAY
    handset = Handset(workspace)
    clock.at = end + timedelta(seconds=1)
    workspace.authorities.refresh(ready_after=timedelta(0))
    visit = handset.check_in()
    assert visit.refusal is not None
    assert visit.refusal.code == "certificate-expired"
    assert handset.device.state is DeviceState.MUST_RE_ENROLL
    handset.enroll()
    assert handset.device.issuer_group == "group-2"


def test_an_old_certificate_that_has_expired_does_not_lock_out_the_device(handset: Handset, clock: FixedClock) -> None:
    first = handset.certificate
    clock.at += 200 * DAY
    handset.enroll()
    handset.workspace.devices.renew([handset.id])
    clock.at = first.not_after + timedelta(seconds=1)
    before = handset.device

    refusal = handset.check_in(first).refusal

    assert refusal is not None
    assert refusal.code == "certificate-expired"
    after = handset.device
    assert after.state is DeviceState.RE_ENROLLMENT_REQUIRED  # it may have no other left
    assert (after.certificate_id, after.renewal) == (before.certificate_id, before.renewal)
    assert handset.events()[-2:] == ["turned-away", "re-enrollment-required"]
    assert handset.check_in().refusal is None
    assert handset.device.state is DeviceState.ENROLLED


def test_who_holds_a_stolen_phone_does_not_lock_out_the_one_that_was_enrolled_again(
    workspace: Workspace, handset: Handset
) -> None:
    stolen = handset.certificate
    workspace.devices.revoke([handset.id])
    handset.enroll()
    for _ in range(3):
        refusal = handset.check_in(stolen).refusal
        assert refusal is not None
        assert refusal.code == "certificate-revoked"
        assert handset.check_in().refusal is None
    assert handset.device.state is DeviceState.ENROLLED
    assert workspace.check().clean


def test_a_revoked_device_is_turned_away_until_it_re_enrolls(workspace: Workspace, handset: Handset) -> None:
    (revoked,) = workspace.devices.revoke([handset.id]).pending
    assert (revoked.state, len(revoked.pending)) == (DeviceState.REVOKED, 1)
    assert workspace.devices.revoke([handset.id]).pending == (revoked,)

    visit = handset.check_in()
    assert visit.refusal is not None
    assert visit.refusal.code == "certificate-revoked"
    assert (handset.device.state, handset.device.pending) == (DeviceState.REVOKED, ())
    assert handset.events() == ["enrolled", "revoked", "turned-away"]
    handset.check_in()
    assert handset.events() == ["enrolled", "revoked", "turned-away"]
    assert workspace.check().clean

    old = handset.certificate
    handset.enroll()
    assert handset.check_in().refusal is None
    refusal = handset.check_in(old).refusal
    assert refusal is not None
    assert refusal.code == "certificate-revoked"
    assert workspace.check().clean


def test_a_device_that_never_enrolled_cannot_be_revoked(workspace: Workspace) -> None:
    device = workspace.devices.add(identity())
    ((_, refusal),) = workspace.devices.revoke([device.id]).refused
    assert refusal.code == "not-enrolled"


def test_counts_and_timelines_tell_what_happened(workspace: Workspace, clock: FixedClock) -> None:
    phone, laptop = Handset(workspace), Handset(workspace, Platform.WINDOWS)
    workspace.authorities.refresh(ready_after=timedelta(0))
    asked = workspace.devices.renew([phone.id, laptop.id, 99])
    assert [device.id for device in asked.pending] == [phone.id]
    assert [(device.id, refusal.code) for device, refusal in asked.refused] == [(laptop.id, "windows-must-re-enroll")]
    assert asked.unknown == (99,)
    counts = workspace.devices.counts()
    assert (counts.total, counts.pending) == (2, 1)
    assert counts.states == {"enrolled": 1, "re-enrollment required": 1}
    let_it_cross_over(phone, clock)
    assert workspace.devices.counts().groups == {"default": 1, "group-2": 1}
    newest = workspace.devices.events(limit=2)
    assert [event.kind.value for event in newest] == ["renewed", "certificate-issued"]
    assert workspace.devices.events(limit=1, before=newest[-1].id)[0].kind.value == "re-enrollment-required"
