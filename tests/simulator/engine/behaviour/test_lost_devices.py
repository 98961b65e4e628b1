"""Devices that are deleted while their owners still have them: they come back, and have to be enrolled again."""

from __future__ import annotations

from datetime import timedelta

from certfleet.simulator.engine.campaigns.campaign import CampaignPlan, end_campaign, start_campaign
from certfleet.simulator.engine.campaigns.status import campaign_status
from certfleet.simulator.engine.state.simulation_record import turnover_of
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.model.device import Device, DeviceIdentity, DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.views.simulation import arrival_lines
from certfleet.store.workspace import Workspace

from ...conftest import Draw, run, without_push

NOBODY_NOTICES = "".join(f"[{platform}]\nby_itself = 0\ngone = 0\npool = 0\n" for platform in Platform)
ALL_NOTICE = NOBODY_NOTICES.replace("by_itself = 0", "by_itself = 1000")
DAYS = 45


def by_identity(workspace: Workspace) -> dict[str, Device]:
    return {device.known_by: device for device in workspace.devices.all()}


def test_who_notices_enrolls_the_device_again_as_a_new_one(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=30, habits=ALL_NOTICE))
    before = {device.id: device for device in workspace.devices.all()}
    workspace.deletions.delete(range(1, 11))
    run(workspace, days=DAYS)
    now = by_identity(workspace)
    back = [before[id] for id in range(1, 11) if before[id].known_by in now]
    assert len(back) > 7
    for device in back:
        new = now[device.known_by]
        assert new.id > 30
        assert (new.upn, new.model, new.state) == (device.upn, device.model, DeviceState.ENROLLED)
        assert {one.device_id for one in workspace.devices.certificates(new.id)} == {new.id}
        assert workspace.devices.timeline(device.id)[-1].kind is EventKind.DELETED
        (kept,) = workspace.deletions.all([device.id])
        assert kept.left is None
    assert turnover_of(workspace).returned == len(back)
    assert workspace.check().problems == ()
    run(workspace, days=30)
    assert len({device.known_by for device in workspace.devices.all()}) == len(workspace.devices.all())


def test_who_does_not_notice_waits_for_a_campaign(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=30, habits=NOBODY_NOTICES, churn=1))
    workspace.deletions.delete(range(1, 21))
    run(workspace, days=20)
    assert len(workspace.devices.all()) == 10 + turnover_of(workspace).arrived
    assert 10 < campaign_status(workspace).untold <= 20

    start_campaign(workspace, CampaignPlan(second_mail=timedelta(days=3), deadline=timedelta(days=7), help_desk=5))
    assert campaign_status(workspace).told > 10
    assert campaign_status(workspace).untold == 0
    run(workspace, days=DAYS)
    returned, status = turnover_of(workspace).returned, campaign_status(workspace)
    assert returned > 10
    assert status.effort.re_enrolled == status.told - status.not_answered >= returned
    arrivals = simulation_status(workspace).arrivals
    assert arrivals is not None
    assert f"20 deleted, {returned} of them enrolled again" in arrival_lines(arrivals)[0]
    assert workspace.check().problems == ()


def test_ending_a_campaign_forgets_who_was_not_reached(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=30, habits=f"{NOBODY_NOTICES}[campaign]\nsecond_mail = 0\ndeadline = 0\n"))
    workspace.deletions.delete(range(1, 21))
    run(workspace, days=20)
    start_campaign(workspace, CampaignPlan(help_desk=1))
    end_campaign(workspace)
    assert any(one.left.habits.told is None for one in workspace.deletions.all() if one.left and one.left.habits)
    run(workspace, days=DAYS)
    assert 0 < turnover_of(workspace).returned < campaign_status(workspace).told


def test_a_stale_twin_does_not_come_back(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=60, habits=ALL_NOTICE, churn=1000))
    run(workspace, days=60)
    twins = [device.id for device in workspace.devices.all() if device.habits and device.habits.replaced_by]
    assert twins
    workspace.deletions.delete(twins)
    assert all(one.left is None for one in workspace.deletions.all())


def test_whose_place_is_taken_meanwhile_does_not_come_back(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=40, habits=NOBODY_NOTICES, churn=1000))
    workspace.deletions.delete(range(1, 41))
    run(workspace, days=250)
    kept = workspace.deletions.all()
    assert 0 < sum(one.left is None for one in kept) < 40
    start_campaign(workspace, CampaignPlan())
    taken = {one.known_by for one in kept if one.left is None}
    run(workspace, days=20)
    assert turnover_of(workspace).returned
    assert not taken & by_identity(workspace).keys()


def test_what_somebody_enrolled_by_hand_does_not_come_again(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=3, habits=ALL_NOTICE))
    device = workspace.devices.get(1)
    workspace.deletions.delete([1])
    identity = {name: getattr(device, name) for name in DeviceIdentity.__struct_fields__}
    workspace.devices.add(DeviceIdentity(**identity), kind=device.enrollment_kind)
    run(workspace, days=DAYS)
    assert sum(one.known_by == device.known_by for one in workspace.devices.all()) == 1
    assert turnover_of(workspace).returned == 0


def test_the_history_is_the_same_however_time_is_cut(fleet: Draw) -> None:
    in_drawers = ALL_NOTICE.replace("by_itself = 1000", "by_itself = 600").replace("pool = 0", "pool = 400")

    def story(cuts: list[float]) -> tuple[object, ...]:
        workspace = without_push(fleet(devices=60, churn=1000, habits=in_drawers))
        workspace.site.set(delete_inactive_days=14)
        start_campaign(workspace, CampaignPlan(help_desk=2))
        for days in cuts:
            run(workspace, days=days)
        assert turnover_of(workspace).returned > 2
        return simulation_status(workspace), turnover_of(workspace), campaign_status(workspace)

    assert story([7.25, 0.05, 20.1, 14.85, 57.75]) == story([100])
