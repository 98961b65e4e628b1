"""The push channel: what keeps it, what breaks it, and the Apple devices that were enrolled over it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from certfleet.store.apns.push_channel import follow
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.component import Use
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.push_channel import PushChannel
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import (
    DAY,
    OTHER_TOPIC,
    SECOND,
    Handset,
    app_push,
    bring,
    enrolled,
    entry_of,
    newcomer,
    push,
    replace,
    stops,
    use,
)

OWNER, SOMEBODY = "it@example.com", "someone.else@example.com"
END = NOW + 99 * DAY  # of a push certificate for 100 days


def managed(deployment: Workspace) -> list[Handset]:
    """A device of each platform, in the order of the platforms."""
    return [enrolled(deployment, platform) for platform in Platform]


def states(handsets: list[Handset]) -> list[str]:
    return [handset.device.state.value for handset in handsets]


GOES_ON = ["enrolled"] * 4
LOST = ["must re-enroll", "must re-enroll", "enrolled", "enrolled"]


def channel(deployment: Workspace) -> PushChannel:
    found = deployment.impact.channel()
    assert found is not None
    return found


# By the rules that the portal keeps


def test_renewed_as_the_same_apple_id_the_devices_go_on(deployment: Workspace, clock: FixedClock) -> None:
    deployment.apns.renew(OWNER)
    handsets = managed(deployment)
    before = channel(deployment)
    clock.at += 340 * DAY
    deployment.apns.renew(OWNER)
    after = channel(deployment)
    assert (after.topic, after.since, after.broken_at) == (before.topic, before.since, None)
    assert after.valid_until == before.valid_until + 340 * DAY
    clock.at += 100 * DAY  # beyond the end of the first
    deployment.settle()
    assert states(handsets) == GOES_ON
    assert deployment.check().clean


def test_another_apple_id_is_warned_of_and_loses_every_apple_device(deployment: Workspace, clock: FixedClock) -> None:
    deployment.apns.renew(OWNER)
    handsets = managed(deployment)
    clock.at += 300 * DAY
    with pytest.raises(Refusal, match="push-upload-warned") as refused:
        deployment.apns.renew(SOMEBODY)
    assert OWNER in refused.value.message and "2 Apple devices" in refused.value.message
    assert states(handsets) == GOES_ON
    deployment.apns.renew(SOMEBODY, confirmed=True)
    assert states(handsets) == LOST
    events = deployment.devices.timeline(handsets[0].id)
    assert (events[-1].kind, events[-1].detail, events[-1].at) == (EventKind.PUSH_LOST, "topic-changed", clock.at)
    assert channel(deployment).broken_at is None  # the new one is there at once
    handsets[0].enroll()
    assert states(handsets)[0] == "enrolled"
    assert deployment.check().clean


def test_a_revoked_one_loses_them_at_once(deployment: Workspace, clock: FixedClock) -> None:
    deployment.apns.renew(OWNER)
    handsets = managed(deployment)
    clock.at += 10 * DAY
    (listed,) = deployment.portal.list(OWNER)
    deployment.apns.revoke(OWNER, listed.id)
    assert states(handsets) == LOST
    assert channel(deployment).reason == "certificate-revoked"
    assert stops(deployment) == {
        "enrollment stopped (revoked): ios macos",
        "device-management stopped (revoked): ios macos",
    }
    with pytest.raises(Refusal, match="apns-revoked"):
        handsets[0].enroll()
    row = next(row for row in deployment.impact.checklist() if row.need.id == "apns")
    assert row.next_step != "Nothing." and not row.is_done
    clock.at += DAY
    deployment.apns.renew(OWNER, create=True, confirmed=True)
    assert stops(deployment) == set()
    assert states(handsets) == LOST
    handsets[0].enroll()
    assert states(handsets)[0] == "enrolled"


def test_revoking_the_one_before_changes_nothing(deployment: Workspace, clock: FixedClock) -> None:
    deployment.apns.renew(OWNER)
    handsets = managed(deployment)
    clock.at += 10 * DAY
    deployment.apns.renew(OWNER)
    first, second = deployment.portal.list(OWNER)
    assert first.superseded_by == second.id
    deployment.apns.revoke(OWNER, first.id)
    assert states(handsets) == GOES_ON


# By dates


def test_a_lapse_loses_them_a_second_after_the_end(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    clock.at = END
    deployment.settle()
    assert states(handsets) == GOES_ON
    clock.at = END + SECOND
    deployment.settle()
    assert states(handsets) == LOST
    assert (channel(deployment).broken_at, channel(deployment).reason) == (END, "certificate-expired")
    component = deployment.components.find("apns")
    assert component is not None
    clock.at += DAY
    replace(deployment, component, push(days=400))
    assert states(handsets) == LOST
    assert channel(deployment).broken_at is None


def test_within_the_days_of_grace_they_come_back_and_actions_wait(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(apns_grace_days=5)
    component = use(deployment, "apns", push(days=100))
    phone, mac, android, _ = handsets = managed(deployment)
    clock.at = END + 5 * DAY
    deployment.settle()
    assert states(handsets) == GOES_ON
    assert stops(deployment) == {
        "enrollment stopped (expired): ios macos",
        "device-management stopped (expired): ios macos",
    }
    deployment.devices.renew(handset.id for handset in handsets[:3])
    assert phone.check_in().renewal is None and mac.check_in().renewal is None
    assert android.check_in().renewal is not None
    with pytest.raises(Refusal, match="apns-expired"):
        deployment.devices.refuse_enrollment(newcomer(deployment))
    replace(deployment, component, push(days=400))
    assert states(handsets) == GOES_ON
    assert phone.check_in().renewal is not None


def test_after_the_days_of_grace_they_are_lost(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(apns_grace_days=5)
    component = use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    clock.at = END + 5 * DAY + SECOND
    replace(deployment, component, push(days=400))  # it comes too late: what was broken until then comes first
    assert states(handsets) == LOST
    assert deployment.devices.timeline(handsets[0].id)[-1].at == END + 5 * DAY


def test_nobody_looked_for_a_month(deployment: Workspace, clock: FixedClock) -> None:
    """As on a wall clock: what happened is dated as it was, and once."""
    use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    clock.at = END + 30 * DAY + timedelta(microseconds=123)
    deployment.settle()
    deployment.settle()
    assert states(handsets) == LOST
    assert handsets[0].device.state_since == END
    assert handsets[0].events() == ["enrolled", "push-lost"]
    assert {one.since for one in deployment.impact.interruptions().lasting()} == {END}
    assert deployment.check().clean


def test_a_pending_renewal_is_over_when_push_is_lost(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    phone = enrolled(deployment)
    deployment.devices.renew([phone.id])
    clock.at = END + DAY
    deployment.settle()
    assert phone.device.pending == ()
    assert phone.events()[-2:] == ["push-lost", "renewal-ended"]


def test_who_is_not_enrolled_does_not_notice(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    waiting, revoked = newcomer(deployment), enrolled(deployment)
    deployment.devices.revoke([revoked.id])
    clock.at = END + DAY
    deployment.settle()
    assert deployment.devices.get(waiting).state is DeviceState.NOT_ENROLLED
    assert revoked.device.state is DeviceState.REVOKED


# By what is bound


def test_unbound_and_bound_again_in_time_nothing_is_lost(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    clock.at += DAY
    deployment.components.unbind("apns")
    with pytest.raises(Refusal, match="apns-missing"):
        deployment.devices.refuse_enrollment(newcomer(deployment))
    clock.at += DAY
    deployment.components.bind("apns", component.certificate_id or 0)
    assert states(handsets) == GOES_ON
    assert stops(deployment) == set()


def test_unbound_and_never_bound_again_it_lapses_as_it_would_have(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    deployment.components.unbind("apns")
    clock.at = END + DAY
    deployment.settle()
    assert states(handsets) == LOST


def test_one_of_another_topic_loses_them(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    clock.at += DAY
    use(deployment, "apns", push(OTHER_TOPIC))
    assert states(handsets) == LOST
    assert channel(deployment).topic.endswith(str(OTHER_TOPIC))


def test_a_deployment_without_push_has_nothing_to_lose(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    handsets = managed(deployment)
    deployment.components.set_use("apns", Use.NOT_USED)
    assert deployment.impact.channel() is None
    clock.at = END + DAY
    deployment.settle()
    assert states(handsets) == GOES_ON
    use(deployment, "apns", push(OTHER_TOPIC, days=400))
    assert states(handsets) == GOES_ON
    assert channel(deployment).since == clock.at
    assert deployment.check().clean


def test_two_looks_at_the_same_moment_see_the_same(deployment: Workspace, clock: FixedClock) -> None:
    """Also of one that was revoked, or had expired, when it was bound: it breaks the channel now, not back then."""
    use(deployment, "apns", push(days=400))
    handsets = managed(deployment)
    revoked = push(days=500)
    entry = bring(deployment, revoked)
    record = deployment.portal.adopt(OWNER, revoked.pem)
    clock.at += DAY
    deployment.portal.revoke(OWNER, record.id)
    clock.at += 20 * DAY
    deployment.components.bind("apns", entry.id)
    assert states(handsets) == LOST
    assert channel(deployment).broken_at == clock.at
    assert {one.since for one in deployment.impact.consequences()} == {clock.at}
    before = deployment.devices.log_digest()
    deployment.settle()
    assert deployment.devices.log_digest() == before


def test_one_that_has_expired_in_its_place_breaks_it_now(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=400))
    handsets = managed(deployment)
    clock.at += 200 * DAY
    use(deployment, "apns", push(days=100))
    assert states(handsets) == LOST
    assert channel(deployment).broken_at == clock.at
    assert handsets[0].device.state_since == clock.at


def test_one_that_is_not_valid_yet_begins_the_channel_when_it_is(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(not_before=NOW + 5 * DAY))
    assert deployment.impact.channel() is None
    clock.at = NOW + 5 * DAY
    deployment.settle()
    assert channel(deployment).since == clock.at


def test_secure_mail_has_a_certificate_of_its_own_and_no_devices(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=400))
    component = use(deployment, "securemail-apns", app_push(days=100))
    handsets = managed(deployment)
    clock.at = END + DAY
    deployment.settle()
    assert states(handsets) == GOES_ON
    assert stops(deployment) == {
        "secure-mail-push degraded (expired): ios",
        "app-push stopped (expired): ios",
    }
    replace(deployment, component, app_push(days=400))
    assert stops(deployment) == set()


# The rule alone


MINUTES = st.integers(0, 60 * 24 * 30)


ENTRY = entry_of(issue())


@given(
    end=MINUTES, revoked=st.none() | MINUTES, looks=st.lists(MINUTES, min_size=1, max_size=6), grace=st.integers(0, 9)
)
def test_it_breaks_at_one_time_however_often_somebody_looks(
    end: int, revoked: int | None, looks: list[int], grace: int
) -> None:
    """At the end, with its grace, or at the revocation: whichever comes first, or never."""

    def at(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    entry = changed(ENTRY, not_before=NOW, not_after=at(end))
    kept = PushChannel(topic=ENTRY.subject, certificate_id=ENTRY.id, valid_until=at(end), since=NOW)
    lapse = at(end) + timedelta(days=grace)
    causes = [lapse] if revoked is None else [lapse, at(revoked)]
    broken = None
    for minutes in sorted(looks):
        followed = follow(kept, entry, None if revoked is None else at(revoked), at(minutes), timedelta(days=grace))
        assert followed.channel is not None
        kept = followed.channel
        if followed.broken:
            assert broken is None, "it broke twice"
            broken = kept.broken_at
        first = min(causes)
        passed = at(minutes) > lapse or (revoked is not None and at(minutes) >= at(revoked))
        assert (broken is not None) == passed
        assert broken in (None, first)


# Another topic by mistake, and the right one again


def fleet_states(workspace: Workspace) -> dict[int, str]:
    return {device.id: device.state.value for device in workspace.devices.all()}


def test_the_right_one_put_back_brings_them_back(deployment: Workspace, clock: FixedClock) -> None:
    right = use(deployment, "apns", push())
    phone, laptop = enrolled(deployment), enrolled(deployment, Platform.WINDOWS)
    wrong = bring(deployment, push(OTHER_TOPIC))
    effects = deployment.trials.try_out(lambda: deployment.components.bind("apns", wrong.id))
    assert [(one.after, one.ids) for one in effects.devices] == [("must re-enroll", (phone.id,))]
    assert effects.is_harmful
    assert effects.undo is not None
    assert effects.undo.possible

    clock.at += DAY
    deployment.components.bind("apns", wrong.id)
    assert fleet_states(deployment) == {phone.id: "must re-enroll", laptop.id: "enrolled"}
    clock.at += DAY
    back = deployment.trials.try_out(lambda: deployment.components.bind("apns", right.certificate_id or 0))
    assert [(one.after, one.ids) for one in back.devices] == [("enrolled", (phone.id,))]
    deployment.components.bind("apns", right.certificate_id or 0)
    assert fleet_states(deployment) == {phone.id: "enrolled", laptop.id: "enrolled"}
    assert phone.check_in().refusal is None
    assert deployment.check().clean


def test_a_replacement_of_the_right_topic_brings_them_back_too(deployment: Workspace) -> None:
    component = use(deployment, "apns", push())
    phone = enrolled(deployment)
    replace(deployment, component, push(OTHER_TOPIC))
    assert fleet_states(deployment) == {phone.id: "must re-enroll"}
    replace(deployment, component, push(days=300))
    assert fleet_states(deployment) == {phone.id: "enrolled"}


def test_who_was_re_enrolled_meanwhile_or_revoked_stays_as_it_is(deployment: Workspace, clock: FixedClock) -> None:
    right = use(deployment, "apns", push())
    again, revoked = enrolled(deployment), enrolled(deployment)
    wrong = bring(deployment, push(OTHER_TOPIC))
    deployment.components.bind("apns", wrong.id)
    clock.at += DAY
    again.enroll()
    deployment.devices.revoke([revoked.id])
    deployment.components.bind("apns", right.certificate_id or 0)
    assert fleet_states(deployment) == {again.id: "must re-enroll", revoked.id: "revoked"}


def test_who_was_cut_off_by_a_lapse_does_not_come_back(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "apns", push(days=30))
    phone = enrolled(deployment)
    clock.at += 31 * DAY
    deployment.settle()
    assert fleet_states(deployment) == {phone.id: "must re-enroll"}
    replace(deployment, component, push(days=300, not_before=clock.at - DAY))
    assert fleet_states(deployment) == {phone.id: "must re-enroll"}
