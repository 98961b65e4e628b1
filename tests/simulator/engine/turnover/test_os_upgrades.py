"""OS upgrades: in the weeks after a release, as a fleet that is drawn later would have it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from certfleet.simulator.identities.fleet import IdentityFleet
from certfleet.simulator.identities.tables import tables
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace

from ...conftest import Draw, run, without_push

DRAWN = 120


def branch(device: Device) -> int:
    number = tuple(int(part) for part in device.os_version.split("."))
    return number[2] if number[:2] == (10, 0) and len(number) == 4 else number[0]


def upgraded(workspace: Workspace) -> list[tuple[int, datetime, str]]:
    events = workspace.devices.events(100_000)
    return [(event.device_id, event.at, event.detail) for event in events if event.kind is EventKind.OS_UPGRADED]


def test_devices_upgrade_after_a_release_to_what_a_later_fleet_has(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=DRAWN, churn=50))
    before = {device.id: device for device in workspace.devices.all()}
    run(workspace, days=325)  # to 26 November 2026
    now, changed, updated = workspace.now(), set[int](), set[int]()
    later = IdentityFleet(7, start=now.date())
    released = {(one.version, one.build): one.released for some in tables().releases.values() for one in some}
    for device in workspace.devices.all():
        assert device.habits is not None
        was, gone_at = before.get(device.id), device.habits.schedule.gone_at
        if was is None or (gone_at is not None and gone_at < now.timestamp()):
            continue
        drawn = [later.upgrade_after(device.habits.index, device.model, int(start.timestamp())) for start in (now,)]
        assert drawn[0] is None or drawn[0][0] > now.timestamp()
        assert branch(device) >= branch(was)
        if device.os_version != was.os_version:
            assert released[device.os_version, device.os_build] <= now.date()
            if branch(device) != branch(was):
                changed.add(device.id)
            else:
                updated.add(device.id)
        elif device.security_patch > was.security_patch:
            updated.add(device.id)
    assert len(updated) > 0.15 * DRAWN
    assert len(changed) > 0.4 * DRAWN
    assert {id for id, _, _ in upgraded(workspace)} >= changed
    phones = [device for device in workspace.devices.all() if device.platform is Platform.IOS and device.id in changed]
    assert Counter(branch(device) for device in phones)[27] > 0.5 * len(phones)
    for _, _, detail in upgraded(workspace):
        old, _, new = detail.rpartition(" to ")
        assert old.split()[-1].split(".")[:3] != new.split(".")[:3]
    assert workspace.check().problems == ()


def test_the_upgrades_are_the_same_however_time_is_cut(fleet: Draw) -> None:
    def story(cuts: list[float]) -> tuple[object, ...]:
        workspace = without_push(fleet(devices=60, churn=1000))
        workspace.devices.renew(device.id for device in workspace.devices.all())
        for days in cuts:
            run(workspace, days=days)
        systems = [(one.id, one.os_version, one.os_build, one.security_patch) for one in workspace.devices.all()]
        return systems, workspace.devices.log_digest(), upgraded(workspace)

    whole = story([90])
    assert whole[2]
    assert story([0.3, 14.45, 0.01, 33.24, 42]) == whole


def test_a_fleet_without_churn_keeps_its_systems(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=40, churn=0))
    before = [device.os_version for device in workspace.devices.all()]
    run(workspace, days=300)
    assert [device.os_version for device in workspace.devices.all()] == before
    assert not upgraded(workspace)


def test_an_upgrade_is_what_a_fleet_drawn_on_that_day_has() -> None:
    start = datetime(2025, 3, 3, tzinfo=UTC)
    first = IdentityFleet(11, start=start.date())
    for index in range(150):
        identity = first.identity(index)
        at, seen = int(start.timestamp()), []
        while (found := first.upgrade_after(index, identity.model, at)) is not None:
            at, system = found
            day = datetime.fromtimestamp(at, UTC).date()
            if day.year > 2026:
                break  # Android's patches go on
            drawn = IdentityFleet(11, start=day).identity(index, identity.platform, enrolled=start.date())
            if drawn.model == identity.model:
                assert (drawn.os_version, drawn.os_build) == (system.version, system.build)
            seen.append(system)
        assert len(set(seen)) == len(seen)


def test_no_upgrade_comes_before_the_time_that_is_known_of_it_soon() -> None:
    start = datetime(2025, 3, 3, tzinfo=UTC)
    fleet = IdentityFleet(11, start=start.date())
    for index in range(300):
        model, after = fleet.identity(index).model, int(start.timestamp())
        for _ in range(5):
            known, found = fleet.no_upgrade_before(index, model, after), fleet.upgrade_after(index, model, after)
            assert known is not None
            assert known > after
            assert found is None or known <= found[0]
            assert fleet.upgrade_after(index, model, known - 1) == found  # nothing happens before
            if found is None:
                break
            after = found[0]


def test_updates_of_a_branch_come_in_the_weeks_after_a_release() -> None:
    """Half of the iPhones on a branch have its update within three months; nobody has it before it is there."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    fleet, waits = IdentityFleet(11, start=start.date()), Counter[bool]()
    released = {one.version: one.released for one in tables().releases[Platform.IOS]}
    for index in range(300):
        identity = fleet.identity(index, Platform.IOS)
        at, before = int(start.timestamp()), identity.os_version
        while (found := fleet.upgrade_after(index, identity.model, at)) is not None:
            at, system = found
            day = datetime.fromtimestamp(at, UTC).date()
            assert day.year < 2036  # the last ones wait for years
            assert released[system.version] <= day
            if system.version.split(".")[0] == before.split(".")[0]:
                waits[(day - released[system.version]).days <= 90] += 1
            before = system.version
    assert waits.total() > 300
    assert waits[True] > 0.5 * waits.total()
