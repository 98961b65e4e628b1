"""Drawing a fleet in the processes of an executor: nothing about it differs but who does the work."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from certfleet.simulator.engine.issuing.issuance import IssuingSecrets
from certfleet.simulator.fleet import drawn_parts
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.drawn_parts import enroll_drawn
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing, draw_fleet
from certfleet.store.devices.device_tables import Batch
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device
from certfleet.store.workspace import Workspace
from tests.store.policies.material import VPN, bring

from ..conftest import MONDAY


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace.open(None, start=MONDAY) as workspace:
        yield workspace


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Executor]:
    """An executor that is given small parts."""
    monkeypatch.setattr(drawn_parts, "PART", 30)
    with ThreadPoolExecutor(2) as executor:
        yield executor


def devices_of(batch: Batch) -> list[Device]:
    batch.read_devices()
    return [batch.devices[id] for id in sorted(batch.devices)]


def test_batches_are_the_same_wherever_they_are_drawn(
    workspace: Workspace, threads: Executor, small_batches: None
) -> None:
    drawing = Drawing.of(workspace, begin_drawing(workspace, FleetPlan(devices=350)))
    material = drawing.material(workspace)
    here = list(enroll_drawn(drawing, material, 20, 350, None))
    there = list(enroll_drawn(drawing, material, 20, 350, threads))
    assert [len(batch) for batch in here] == [len(batch) for batch in there] == [100, 100, 100, 30]
    for one, other in zip(here, there, strict=True):
        assert one.occurrences == other.occurrences
        assert one.device_ids == other.device_ids == other.certificate_texts.keys()
        assert devices_of(one) == devices_of(other)


def test_the_processes_get_no_secret_but_the_material(workspace: Workspace) -> None:
    drawing = Drawing.of(workspace, begin_drawing(workspace, FleetPlan(devices=5)))
    material, facts = drawing.material(workspace), pickle.dumps(drawing.facts)
    assert material.secret not in facts
    for _, key in material.issuers.values():
        assert key not in facts


def test_policies_from_before_are_queued_for_the_devices(threads: Executor) -> None:
    pending = []
    for executor in (None, threads):
        with Workspace.open(None, start=MONDAY) as workspace:
            bring(workspace, "S1")
            workspace.policies.create("Field VPN", vpn=VPN)
            draw_fleet(workspace, FleetPlan(devices=90), executor=executor)
            pending.append([device.pending for device in workspace.devices.all()])
    assert pending[0] == pending[1]
    assert any(pending[0])


def test_what_is_under_way_is_given_back_when_nobody_goes_on(workspace: Workspace, small_batches: None) -> None:
    drawing = Drawing.of(workspace, begin_drawing(workspace, FleetPlan(devices=350)))
    with ThreadPoolExecutor(1) as executor:
        given: list[Future[Any]] = []
        submit = executor.submit

        def noted(*arguments: Any) -> Future[Any]:
            given.append(submit(*arguments))
            return given[-1]

        executor.submit = noted  # type: ignore[method-assign, assignment]  # counts what is handed in
        batches = enroll_drawn(drawing, drawing.material(workspace), 0, 350, executor)
        next(batches)
        batches.close()  # type: ignore[attr-defined]  # a generator
    assert len(given) == 3
    assert given[-1].cancelled()


def test_a_process_that_ends_is_told_and_the_same_command_goes_on(
    monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    plan = FleetPlan(devices=250)
    with Workspace.open(None, start=MONDAY) as workspace:
        with monkeypatch.context() as patch, ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
            patch.setattr(drawn_parts, "enroll_part", _end_at_the_second_batch)
            with pytest.raises(Refusal) as refused:
                draw_fleet(workspace, plan, executor=pool)
        assert refused.value.code == "workers-lost"
        kept = workspace.devices.counts().total
        assert draw_fleet(workspace, plan, workers=2) == 250 - kept
        assert [device.id for device in workspace.devices.all()] == list(range(1, 251))


_enroll_part = drawn_parts.enroll_part


def _end_at_the_second_batch(material: IssuingSecrets, facts: bytes, first: int, end: int) -> bytes:
    if first >= 100:
        os._exit(1)
    return _enroll_part(material, facts, first, end)
