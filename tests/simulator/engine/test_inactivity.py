"""Deleting devices: asked for, and those that have been silent for as long as the site's settings say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.simulator.engine.state.simulation_record import history, turnover_of
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.devices.presence import last_seen
from certfleet.store.errors import Refusal
from certfleet.store.model.device import CertificateState
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace

from ..conftest import Draw, run, without_push


def deleted_ids(workspace: Workspace) -> set[int]:
    return {device.id for device in workspace.deletions.all()}


def test_a_deleted_device_is_gone_and_its_certificate_revoked(fleet: Draw) -> None:
    workspace = fleet(devices=6)
    device, highest = workspace.devices.get(3), workspace.devices.records.next_device_id()
    result = workspace.deletions.delete([3, 99])
    assert (result.deleted, result.unknown) == ((device,), (99,))
    with pytest.raises(Refusal, match="device-unknown"):
        workspace.devices.get(3)
    with pytest.raises(Refusal, match="device-unknown"):
        workspace.devices.find(device.serial_number)
    (certificate,) = workspace.devices.certificates(3)
    assert certificate.state is CertificateState.REVOKED
    assert [line["device_id"] for line in workspace.database.table("revocations")] == [3]
    assert workspace.devices.timeline(3)[-1].kind is EventKind.DELETED
    assert workspace.devices.records.next_device_id() == highest
    assert workspace.devices.counts().total == 5
    assert workspace.check().problems == ()
    run(workspace, days=10)
    assert workspace.deletions.delete([3]).deleted == ()


def test_deleting_is_harmful_and_can_be_tried(fleet: Draw) -> None:
    workspace = fleet(devices=6)
    effects = workspace.trials.try_out(lambda: workspace.deletions.delete([2]))
    assert effects.is_harmful
    assert [(one.after, one.ids) for one in effects.devices] == [(None, (2,))]
    assert workspace.devices.get(2)


def test_silent_devices_are_deleted_every_monday_if_the_site_wants_it(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=80, churn=1000))
    run(workspace, days=60)
    silent = {
        device.id
        for device in workspace.devices.all()
        if (seen := last_seen(device, workspace.now())) is not None and seen < workspace.now() - timedelta(days=30)
    }
    assert silent
    assert not deleted_ids(workspace)

    workspace.site.set(delete_inactive_days=30)
    assert not deleted_ids(workspace)
    run(workspace, days=7)
    gone = deleted_ids(workspace)
    assert gone
    for one in workspace.deletions.all():
        assert (one.at.weekday(), one.at.hour) == (0, 6)
        assert "silent since" in workspace.devices.timeline(one.id)[-1].detail
    for device in workspace.devices.all():
        seen = last_seen(device, workspace.now())
        assert seen is None or seen > workspace.now() - timedelta(days=37)
    arrivals, turnover = simulation_status(workspace).arrivals, turnover_of(workspace)
    assert arrivals is not None
    assert arrivals.deleted == len(gone)
    assert arrivals.stale == turnover.replaced - sum(device.replaced for device in workspace.deletions.all())
    assert workspace.check().problems == ()


def test_the_history_with_deletions_is_the_same_however_time_is_cut(fleet: Draw) -> None:
    def story(cuts: list[float]) -> tuple[object, ...]:
        workspace = without_push(fleet(devices=60, churn=1000))
        workspace.site.set(delete_inactive_days=20)
        for days in cuts:
            run(workspace, days=days)
        return simulation_status(workspace), history(workspace), deleted_ids(workspace)

    whole = story([70])
    assert whole[2]
    assert story([7.25, 0.05, 20.1, 14.85, 27.75]) == whole
