"""A campaign in a workspace: whom it tells and when, that runs may be cut anywhere, ending it, and what is counted."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from certfleet.simulator.engine.behaviour.re_enrollment import told_to
from certfleet.simulator.engine.campaigns.campaign import (
    CampaignPlan,
    end_campaign,
    has_mail,
    latest_campaign,
    open_campaign,
    start_campaign,
)
from certfleet.simulator.engine.campaigns.status import campaign_status
from certfleet.simulator.engine.campaigns.tallies import re_enrollments
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.engine.state.outages import begin_outage
from certfleet.store.errors import Refusal
from certfleet.store.model.campaign import Tally
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Wave
from certfleet.store.model.simulated_outage import OutageOf
from certfleet.store.views.campaign import cost_text
from certfleet.store.workspace import Workspace

from ...conftest import MONDAY, Draw, renew_all, rotate, run

WINDOWS = {Platform.WINDOWS: 1}
OFFICE = ""


def tallies(workspace: Workspace) -> list[Tally]:
    return [tally for day in re_enrollments(workspace).all() for tally in day.tallies]


def by_wave(workspace: Workspace) -> Counter[Wave]:
    found: Counter[Wave] = Counter()
    for tally in tallies(workspace):
        found[tally.wave] += tally.count
    return found


def re_enrolled(workspace: Workspace) -> int:
    return sum(event.kind is EventKind.RE_ENROLLED for event in workspace.devices.events(10_000))


def test_a_campaign_brings_them_and_what_moved_them_is_counted(fleet: Draw) -> None:
    workspace = fleet(devices=120, mix=WINDOWS, habits=OFFICE)
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=10)
    alone = re_enrolled(workspace)
    assert alone < 10
    assert by_wave(workspace) == Counter({Wave.BY_ITSELF: alone} if alone else {})

    start_campaign(workspace, CampaignPlan(second_mail=timedelta(days=4), deadline=timedelta(days=9), help_desk=5))
    run(workspace, days=20)

    assert re_enrolled(workspace) > 100
    found = by_wave(workspace)
    assert found.total() == re_enrolled(workspace)
    assert found[Wave.FIRST_MAIL] > 70
    assert found[Wave.SECOND_MAIL] and found[Wave.VISIT]
    campaign = latest_campaign(workspace)
    assert campaign is not None and campaign.told == 120 - alone
    assert all(tally.called for tally in tallies(workspace) if tally.wave is Wave.BY_ITSELF)
    assert all(not tally.called for tally in tallies(workspace) if tally.wave is Wave.VISIT)
    for device in workspace.devices.all():
        assert (told_to(device) is None) == (device.state is DeviceState.ENROLLED)


def test_the_history_does_not_depend_on_how_the_runs_are_cut(fleet: Draw) -> None:
    results = []
    for cuts in ([30], [0.5, 2.5, 1 / 24, 4, 3 + 8 / 24, 19 + 3 / 24 + 0.5]):
        workspace = fleet(devices=60, mix=WINDOWS, habits=OFFICE)
        rotate(workspace)
        workspace.devices.renew(range(1, 31))
        start_campaign(workspace, CampaignPlan(second_mail=timedelta(days=3), deadline=timedelta(days=6), help_desk=3))
        # Some are marked later; both simulators stop for it.
        run(workspace, days=3)
        workspace.devices.renew(range(31, 61))
        for days in cuts:
            run(workspace, days=days)
        run(workspace, seconds=(MONDAY + timedelta(days=33) - workspace.now()).total_seconds())
        results.append((workspace.devices.log_digest(), tallies(workspace), latest_campaign(workspace)))
    assert results[0] == results[1]
    assert results[0][0].count > 150


def test_those_who_come_to_need_it_later_are_told_on_the_next_working_morning(fleet: Draw) -> None:
    workspace = fleet(devices=20, mix=WINDOWS, habits=OFFICE)
    rotate(workspace)
    start_campaign(workspace, CampaignPlan())
    run(workspace, days=4, hours=9)  # Friday, 09:00
    renew_all(workspace)
    run(workspace, days=2, hours=22)
    assert not any(told_to(device) for device in workspace.devices.all())
    run(workspace, hours=2)
    times = {told.at for device in workspace.devices.all() if (told := told_to(device))}
    assert times == {int((MONDAY + timedelta(days=7, hours=8)).timestamp())}


def test_only_the_platforms_that_it_is_for_and_not_before_its_first_mail(fleet: Draw) -> None:
    workspace = fleet(devices=40, mix={Platform.WINDOWS: 1, Platform.IOS: 1}, habits=OFFICE)
    rotate(workspace)
    renew_all(workspace)
    start_campaign(
        workspace, CampaignPlan(platforms=(Platform.IOS,), first_mail_at=workspace.now() + timedelta(days=1))
    )
    run(workspace, days=3)
    assert not any(told_to(device) for device in workspace.devices.all())
    end_campaign(workspace)
    first = workspace.now() + timedelta(hours=30)
    start_campaign(workspace, CampaignPlan(platforms=(Platform.WINDOWS,), first_mail_at=first))
    run(workspace, hours=29)
    assert not any(told_to(device) for device in workspace.devices.all())
    run(workspace, hours=1)
    run(workspace, hours=1)
    assert {told.at for device in workspace.devices.all() if (told := told_to(device))} == {int(first.timestamp())}


def test_ending_it_cancels_what_has_not_reached_anybody(fleet: Draw) -> None:
    workspace = fleet(devices=80, mix=WINDOWS, habits=OFFICE)
    rotate(workspace)
    renew_all(workspace)
    start_campaign(workspace, CampaignPlan())
    run(workspace, days=2)
    ended = end_campaign(workspace)
    assert ended.visits == {} and ended.ended_at == workspace.now()
    waves = {told.wave for device in workspace.devices.all() if (told := told_to(device))}
    assert waves <= {Wave.FIRST_MAIL, Wave.BY_ITSELF}
    assert open_campaign(workspace) is None
    actions = [(line.action, line.record) for line in workspace.audit.tail(2)]
    assert actions == [("simulation.campaign", "campaign:1")] * 2
    run(workspace, days=60)
    assert by_wave(workspace)[Wave.SECOND_MAIL] == by_wave(workspace)[Wave.VISIT] == 0


def test_the_simulator_is_not_idle_while_somebody_has_to_be_told(fleet: Draw) -> None:
    workspace = fleet(devices=5, mix=WINDOWS, habits="[windows]\nby_itself = 0\n")
    rotate(workspace)
    renew_all(workspace)
    first = workspace.now() + timedelta(days=1)
    start_campaign(workspace, CampaignPlan(first_mail_at=first, second_mail=None, deadline=None, help_desk=0))
    with Simulator(workspace) as simulator:
        assert has_mail(workspace)
        assert not simulator.is_idle
        simulator.run(first + timedelta(hours=1))
        assert not has_mail(workspace)


def test_refusals(fleet: Draw) -> None:
    workspace = fleet(devices=2)
    now = workspace.now()
    for code, plan in (
        ("campaign-invalid", CampaignPlan(first_mail_at=now - timedelta(days=1))),
        ("campaign-invalid", CampaignPlan(second_mail=timedelta(days=7), deadline=timedelta(days=7))),
    ):
        with pytest.raises(Refusal) as refused:
            start_campaign(workspace, plan)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        end_campaign(workspace)
    assert refused.value.code == "no-campaign"
    start_campaign(workspace, CampaignPlan(deadline=None))
    with pytest.raises(Refusal) as refused:
        start_campaign(workspace, CampaignPlan())
    assert refused.value.code == "campaign-running"
    with Workspace.open(None, start=MONDAY) as empty, pytest.raises(Refusal) as refused:
        start_campaign(empty, CampaignPlan())
    assert refused.value.code == "no-fleet"


def test_who_cannot_enroll_calls_the_help_desk(fleet: Draw) -> None:
    workspace = fleet(devices=120, mix=WINDOWS, habits=OFFICE)
    rotate(workspace)
    renew_all(workspace)
    start_campaign(workspace, CampaignPlan())
    begin_outage(workspace, OutageOf.SERVER, timedelta(days=2))
    run(workspace, days=14)

    refused = sum(event.kind is EventKind.ENROLLMENT_REFUSED for event in workspace.devices.events(10_000))
    assert refused > 10
    assert sum(tally.count for tally in tallies(workspace) if tally.refused) == refused
    assert all(tally.called for tally in tallies(workspace) if tally.refused)
    status = campaign_status(workspace)
    effort = status.effort
    assert effort.refused + status.without_campaign.refused == refused
    assert effort.calls > effort.refused > 10
    assert effort.re_enrolled == sum(day.re_enrolled for day in status.days)
    assert effort.re_enrolled + status.without_campaign.re_enrolled == re_enrolled(workspace)
    assert effort.help_desk_hours == round((effort.calls * 15 + effort.visits * 45) / 60, 1)
    assert f"{effort.calls} calls, {effort.refused} of them after a refused enrollment, " in cost_text(effort)


def test_a_site_says_how_many_of_them_call(fleet: Draw) -> None:
    workspace = fleet(devices=60, mix=WINDOWS, habits="[campaign]\nrefused = 0\n")
    rotate(workspace)
    renew_all(workspace)
    start_campaign(workspace, CampaignPlan())
    begin_outage(workspace, OutageOf.SERVER, timedelta(days=2))
    run(workspace, days=3)
    assert any(tally.refused for tally in tallies(workspace))
    assert campaign_status(workspace).effort.refused == 0
