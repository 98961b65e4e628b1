"""A Dask cluster on this machine does what processes do, and the result is the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certfleet.simulator.engine.processes import dask_executor as module
from certfleet.simulator.engine.processes.dask_executor import dask_executor
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet, first_monday
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.waiting import wait_until

distributed: Any = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


def cluster_of(workers: int) -> Any:
    """On loopback, on any port, without a page of its own."""
    scheduler = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", scheduler_kwargs=scheduler, dashboard_address=None
    )


def address_of(cluster: Any) -> str:
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with cluster_of(2) as cluster:
        yield cluster


@pytest.fixture
def address(cluster: Any) -> str:
    return address_of(cluster)


def drawn(path: Path, **options: Any) -> list[tuple[Any, ...]]:
    with Workspace.open(path, start=first_monday(NOW)) as workspace:
        draw_fleet(workspace, FleetPlan(devices=200, seed=3), **options)
        assert workspace.check().clean
        return [(one.id, one.serial_number, one.state, one.not_after) for one in workspace.devices.records.all()]


def test_a_fleet_is_the_same_wherever_it_is_drawn(address: str, tmp_path: Path) -> None:
    with dask_executor(address) as executor:
        assert executor.workers == 2
        there = drawn(tmp_path / "there", executor=executor)
    assert there == drawn(tmp_path / "here")


def test_a_forecast_is_the_same_though_a_worker_is_killed(cluster: Any, address: str, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=first_monday(NOW)) as workspace:
        draw_fleet(workspace, FleetPlan(devices=200, seed=3))
        until = workspace.now() + timedelta(days=30)
        here = forecasts(workspace, until, [None], seeds=4)
        with dask_executor(address) as executor:
            killed: list[int] = []

            def kill_one(done: float) -> None:
                if not killed:
                    killed.append(executor.submit(os.getpid).result())
                    os.kill(killed[0], signal.SIGKILL)

            there = forecasts(
                workspace, until, [None], seeds=4, workers=executor.workers, executor=executor, progress=kill_one
            )
    assert killed
    assert there == here
    wait_until(lambda: len(cluster.scheduler_info["workers"]) == 2)  # the nanny has started another


def test_a_job_that_ends_its_worker_is_given_up() -> None:
    with cluster_of(1) as cluster, dask_executor(address_of(cluster)) as executor:
        cluster.scheduler.allowed_failures = 0
        with pytest.raises(BrokenExecutor):
            executor.submit(os._exit, 1).result()


def test_workers_of_another_release_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__version__", "9.9")
    with pytest.raises(Refusal, match="executor-release"), dask_executor(address):
        pass


def test_a_cluster_without_workers_is_refused() -> None:
    with (
        cluster_of(0) as cluster,
        pytest.raises(Refusal, match="executor-without-workers"),
        dask_executor(address_of(cluster)),
    ):
        pass


@pytest.mark.parametrize("address", ["cluster:8786", "dask://cluster", "http://cluster:1", "dask://"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(Refusal, match="executor-address-invalid"), dask_executor(address):
        pass


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    with pytest.raises(Refusal, match="executor-unreachable"), dask_executor("dask://127.0.0.1:9"):
        pass
