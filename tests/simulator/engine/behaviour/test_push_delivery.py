"""Push: a device in use comes within seconds, a locked one says so and comes in the morning, one that is away later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.next_step import next_step
from certfleet.simulator.engine.behaviour.push_delivery import KEPT, SECONDS, is_locked, woken
from certfleet.simulator.engine.state.simulation_record import history
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.platforms import PROFILES
from certfleet.store.devices.gate import Gate
from certfleet.store.devices.schedule.chance import draw
from certfleet.store.devices.schedule.schedule import DAY, is_away, is_in_use, next_check_in
from certfleet.store.model.device import ActionKind, Device, DeviceState, PendingAction, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.model.policy import ConnectionType
from certfleet.store.workspace import Workspace
from tests.store.policies.material import VPN, bring

from ...conftest import MONDAY, Draw, put, renew_all, rotate, run

NOON = int(MONDAY.timestamp()) + DAY // 2
OFFICE = Schedule(key=5, interval=4 * 3600, day_start=8 * 3600, day_end=18 * 3600, weekends=True)
REACHED = Habits(OFFICE, 0, pushed=1000, nightly=1000)


def asked(habits: Habits, at: int, platform: Platform = Platform.IOS, **action: object) -> Device:
    """A device with these habits that was asked for something at a time."""
    moment = datetime.fromtimestamp(at, UTC)
    pending = PendingAction(
        kind=ActionKind.CERTIFICATE_RENEWAL,
        requested_at=moment,
        requested_by="alice",
        **action,  # type: ignore[arg-type]  # fields of an action, by name
    )
    return Device(
        platform=platform, id=1, state=DeviceState.ENROLLED, state_since=moment, habits=habits, pending=(pending,)
    )


def at_night(workspace: Workspace, **habits: object) -> Device:
    """A phone whose day begins at 07:00 UTC, without other habits that disturb; the clock stands at 02:00."""
    device = next(one for one in workspace.devices.all() if one.platform is Platform.IOS)
    assert device.habits is not None
    calm = {"not_now": 0, "errors": 0, "losses": 0, "restores": 0, "pushed": 1000, "nightly": 1000, **habits}
    schedule = replace(OFFICE, day_start=7 * 3600, day_end=22 * 3600)
    device = replace(device, habits=replace(device.habits, schedule=schedule, **calm))
    put(workspace, device)
    run(workspace, hours=2)
    return device


def test_a_device_in_use_comes_within_seconds() -> None:
    at = woken(asked(REACHED, NOON), NOON)
    assert at is not None
    assert SECONDS[0] <= at - NOON <= SECONDS[1]
    assert not is_locked(asked(REACHED, NOON), at)


def test_a_device_that_no_push_reaches_waits_for_its_network_or_its_check_in() -> None:
    habits = replace(REACHED, pushed=1)
    found = woken(asked(habits, NOON), NOON)
    assert found is not None
    assert 60 < found - NOON < 3 * 3600
    assert woken(asked(habits, NOON, Platform.WINDOWS), NOON) is None  # WNS drops it


def test_without_push_devices_come_as_they_did_before() -> None:
    assert woken(asked(replace(REACHED, pushed=0), NOON), NOON) is None
    device = replace(asked(replace(REACHED, pushed=0, presents=3), NOON))
    assert not any(is_locked(device, NOON + hour * 3600) for hour in range(24))


def test_what_is_tried_again_is_pushed_again() -> None:
    later = datetime.fromtimestamp(NOON + 3600, UTC)
    found = woken(asked(REACHED, NOON, attempts=1, next_try_at=later), NOON)
    assert found is not None
    assert SECONDS[0] <= found - NOON - 3600 <= SECONDS[1]


def test_a_device_that_was_locked_is_not_pushed_again() -> None:
    assert woken(asked(REACHED, NOON, attempts=1), NOON) is None


@pytest.mark.parametrize("platform", Platform)
def test_a_push_is_kept_for_so_long(platform: Platform) -> None:
    for days in (25, 29, 35):
        away = replace(OFFICE, spells=1000, spell_days=400, spell_hours=0)
        start = NOON - 5 * DAY
        schedule = replace(away, pool_days=days + 5)  # in a drawer but for five days
        sent = next(at for at in range(start, start + 40 * DAY, 3600) if is_away(schedule, at))
        found = woken(asked(replace(REACHED, schedule=schedule), sent, platform), sent)
        assert found is None or (found - sent <= KEPT[platform] and is_in_use(schedule, found))
    assert KEPT[Platform.WINDOWS] == 0


@given(key=st.integers(0, 2**62), hours=st.integers(0, 24 * 700), platform=st.sampled_from(Platform))
def test_nobody_is_woken_while_away(key: int, hours: int, platform: Platform) -> None:
    habits = PROFILES[platform].habits(key, 0, MONDAY)
    sent = int(MONDAY.timestamp()) + hours * 3600
    at = woken(asked(habits, sent, platform), sent)
    if at is not None:
        assert at > sent
        assert not is_away(habits.schedule, at)
        assert at - sent <= max(KEPT[platform], SECONDS[1])


@given(
    key=st.integers(0, 2**62),
    sent=st.integers(0, 24 * 40),
    spans=st.lists(st.tuples(st.integers(0, 24 * 40), st.integers(1, 48)), max_size=4),
    platform=st.sampled_from(Platform),
)
def test_no_push_arrives_during_an_outage(
    key: int, sent: int, spans: list[tuple[int, int]], platform: Platform
) -> None:
    habits, start = PROFILES[platform].habits(key, 0, MONDAY), int(MONDAY.timestamp())
    outages = tuple((start + since * 3600, start + (since + hours) * 3600) for since, hours in sorted(spans))
    at = woken(asked(habits, start + sent * 3600, platform), start, Gate(no_push={platform: outages}))
    if at is not None:
        assert not any(since <= at < until for since, until in outages)
        assert not is_away(habits.schedule, at)


def test_most_of_a_fleet_is_reached_within_a_minute_and_the_rest_falls_back_on_its_check_in() -> None:
    at_once = fallback = in_use = 0
    for index in range(1000):
        habits = PROFILES[Platform.IOS].habits(draw(99, index), index, MONDAY)
        if not is_in_use(habits.schedule, NOON):
            continue
        in_use += 1
        device = asked(habits, NOON)
        found, scheduled = woken(device, NOON), next_check_in(habits.schedule, NOON)
        at_once += found is not None and found < NOON + 60
        fallback += found is None and scheduled is not None
    assert at_once / in_use > 0.95
    assert fallback == 0 or fallback / in_use < 0.02


def test_a_locked_phone_is_asked_at_night_and_renews_when_it_is_unlocked(fleet: Draw) -> None:
    workspace = fleet()
    device = at_night(workspace)
    group = rotate(workspace)
    workspace.devices.renew([device.id])
    run(workspace, hours=8)
    happened = [(event.kind, event.at - MONDAY) for event in workspace.devices.timeline(device.id) if event.at > MONDAY]
    kinds = [kind for kind, _ in happened]
    assert kinds == [EventKind.RENEWAL_REQUESTED, EventKind.NOT_NOW, EventKind.ISSUED, EventKind.RENEWED]
    times = dict(happened)
    assert timedelta(hours=2) < times[EventKind.NOT_NOW] < timedelta(hours=2, minutes=1)
    assert timedelta(hours=7) <= times[EventKind.ISSUED] < timedelta(hours=7, minutes=5)
    assert workspace.devices.get(device.id).issuer_group == group


def test_a_policy_waits_for_the_morning_too(fleet: Draw) -> None:
    workspace = fleet()
    device = at_night(workspace)
    bring(workspace, device.serial_number)
    workspace.policies.create("Office", vpn=replace(VPN, connection_type=ConnectionType.IKEV2))
    run(workspace, hours=1)
    [delayed] = [one for one in workspace.devices.timeline(device.id) if one.kind is EventKind.POLICY_DELAYED]
    assert delayed.detail == "Office: not now"
    run(workspace, hours=5)
    assert workspace.devices.get(device.id).pending == ()


def test_a_phone_that_isn_t_reached_at_night_comes_in_the_morning_without_a_word(fleet: Draw) -> None:
    workspace = fleet()
    device = at_night(workspace, nightly=0)
    rotate(workspace)
    workspace.devices.renew([device.id])
    run(workspace, hours=8)
    kinds = [event.kind for event in workspace.devices.timeline(device.id) if event.at > MONDAY]
    assert kinds == [EventKind.RENEWAL_REQUESTED, EventKind.ISSUED, EventKind.RENEWED]


def test_a_revoked_device_is_woken_and_turned_away(fleet: Draw) -> None:
    workspace = fleet()
    device = at_night(workspace)
    workspace.devices.revoke([device.id])
    run(workspace, hours=1)
    assert workspace.devices.timeline(device.id)[-1].kind is EventKind.TURNED_AWAY


def test_a_server_pushes_to_so_many_a_minute(fleet: Draw) -> None:
    workspace = fleet()
    workspace.site.set(pushes_a_minute=6)
    rotate(workspace)
    pending = workspace.devices.renew(device.id for device in workspace.devices.all()).pending
    sent = [one.habits.push_at for device in pending if (one := workspace.devices.get(device.id)).habits is not None]
    start = int(workspace.now().timestamp())
    assert sent == [None, *(start + place * 10 for place in range(1, len(pending)))]
    last = pending[-1]
    step = next_step(workspace.devices.get(last.id), start)
    assert step is not None
    assert step.at >= start + (len(pending) - 1) * 10


def test_the_history_is_the_same_however_time_is_cut(fleet: Draw) -> None:
    def story(cuts: list[int]) -> tuple[object, ...]:
        workspace = fleet(devices=60)
        rotate(workspace)
        run(workspace, hours=2)
        renew_all(workspace)
        for seconds in cuts:
            run(workspace, seconds=seconds)
        return simulation_status(workspace), history(workspace), workspace.devices.log_digest()

    assert story([4, 7, 1800, 12_240, 5749, 66_600]) == story([86_400])
