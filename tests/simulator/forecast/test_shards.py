"""One forecast by several processes: the same to the byte with any number of them, and never a wrong one."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certfleet.simulator.engine import known_fleet
from certfleet.simulator.engine.issuing.device_keys import fleet_secret
from certfleet.simulator.engine.processes.workers import executor_for
from certfleet.simulator.engine.shards import shards, window_playing
from certfleet.simulator.engine.shards.window_playing import play_here
from certfleet.simulator.engine.state.outages import begin_outage
from certfleet.simulator.forecast import comparing
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.simulator.forecast.copying import basis_of
from certfleet.simulator.forecast.forecasting import PlanFile, run_ahead
from certfleet.store.errors import Refusal
from certfleet.store.model.forecast import Forecast
from certfleet.store.model.simulated_outage import OutageOf
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.simulator.forecast.one_forecast import forecast_of

from ..conftest import MONDAY, Draw
from ..engine.test_policies import VPN
from .test_agreement import deployment, plan_of

EVERYTHING = ["rotation", "renewal of APNs as somebody else", "new gateway certificate"]


class Elsewhere(Executor):
    """What is submitted goes to another process as bytes, and so does what comes back."""

    def __init__(self) -> None:
        self.sent = list[bytes]()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sent.append(pickle.dumps((fn, args, kwargs)))
        function, arguments, named = pickle.loads(self.sent[-1])
        future = Future[Any]()
        future.set_result(pickle.loads(pickle.dumps(function(*arguments, **named))))
        return future


def divide(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """However few devices there are, they go to other processes: so many in a part."""
    monkeypatch.setattr(shards, "PART", part)
    for module in (window_playing, known_fleet):
        monkeypatch.setattr(module, "LEAST", 1)


def by(executor: Executor, workspace: Workspace, days: int, plan: PlanFile | None) -> bytes:
    until = workspace.now() + timedelta(days=days)
    return as_bytes(run_ahead(basis_of(workspace), workspace.actor.user, until, plan, executor=executor))


def as_bytes(found: Forecast) -> bytes:
    return msgspec.json.encode(found)


@pytest.mark.slow
@pytest.mark.parametrize("part", [1, 7, 1000])
@settings(max_examples=7)  # 21 seeds in all
@given(
    seed=st.integers(1, 10_000),
    push_days=st.integers(13, 42),
    gateway_days=st.integers(5, 42),
    names=st.permutations([*EVERYTHING, "renewal of APNs"]),
    count=st.integers(0, 3),
)
def test_a_forecast_is_the_same_however_it_is_divided(
    part: int, seed: int, push_days: int, gateway_days: int, names: list[str], count: int
) -> None:
    workspace, plan = deployment(seed, 25, push_days, gateway_days), plan_of(names[:count])
    here = as_bytes(forecast_of(workspace, workspace.now() + timedelta(days=45), plan))
    with pytest.MonkeyPatch.context() as patched:
        divide(patched, part)
        assert by(Elsewhere(), workspace, 45, plan) == here


def test_arrivals_outages_and_upgrades_too(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = deployment(5, 80, 20, 14)
    begin_outage(workspace, OutageOf.SERVER, timedelta(days=2), workspace.now() + timedelta(days=4))
    plan = plan_of(EVERYTHING)
    here = forecast_of(workspace, workspace.now() + timedelta(days=60), plan)
    assert here.devices_at_end > here.devices
    for part in (3, 50):
        divide(monkeypatch, part)
        assert by(Elsewhere(), workspace, 60, plan) == as_bytes(here)


def test_processes_and_threads_make_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, plan = deployment(3, 60, 20, 14), plan_of(EVERYTHING)
    here = as_bytes(forecast_of(workspace, workspace.now() + timedelta(days=45), plan))
    divide(monkeypatch, 16)
    with ThreadPoolExecutor(7) as pool:
        assert by(pool, workspace, 45, plan) == here
    with executor_for(2) as processes:
        assert processes is not None
        assert by(processes, workspace, 45, plan) == here


def test_processes_read_the_fleet_where_it_is_stored_as_long_as_it_is_the_same(
    fleet: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = fleet(tmp_path / "fleet", devices=60, churn=350)
    until, basis = workspace.now() + timedelta(days=30), basis_of(workspace, least=1)
    here = as_bytes(forecast_of(workspace, until))
    divide(monkeypatch, 16)
    monkeypatch.setattr(shards, "_BLOCK", 16)
    sent, look_at_texts = list[Sequence[int]](), shards.Shards._look_at_texts

    def noted(self: shards.Shards, *arguments: Any, **named: Any) -> Any:
        sent.append(arguments[2])
        return look_at_texts(self, *arguments, **named)

    monkeypatch.setattr(shards.Shards, "_look_at_texts", noted)
    with executor_for(2) as processes:
        assert as_bytes(run_ahead(basis, workspace.actor.user, until, executor=processes)) == here
        assert not any(isinstance(ids, range) for ids in sent)
        workspace.devices.renew([1, 2, 3])  # which the forecast doesn't know
        assert as_bytes(run_ahead(basis, workspace.actor.user, until, executor=processes)) == here
        assert any(isinstance(ids, range) for ids in sent)


def test_devices_that_meet_policies_are_played_where_the_policies_are(
    fleet: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = fleet(devices=60, churn=350)
    workspace.policies.create("Field VPN", vpn=VPN)
    plan = plan_of(["rotation"])
    here = as_bytes(forecast_of(workspace, workspace.now() + timedelta(days=40), plan))
    played = list[int]()

    def noted(*arguments: Any) -> set[int]:
        played.extend(arguments[3])
        return play_here(*arguments)

    monkeypatch.setattr(window_playing, "play_here", noted)
    divide(monkeypatch, 16)
    assert by(Elsewhere(), workspace, 40, plan) == here
    assert played


def test_a_real_fleet_is_divided_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from .test_forecasting import RENEWAL, real_fleet

    workspace = real_fleet(12)
    here = as_bytes(forecast_of(workspace, MONDAY + timedelta(days=90), RENEWAL))
    divide(monkeypatch, 5)
    assert by(Elsewhere(), workspace, 90, RENEWAL) == here


def test_no_secret_goes_to_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, executor = deployment(3, 30, 20, 14), Elsewhere()
    divide(monkeypatch, 16)
    by(executor, workspace, 20, plan_of(EVERYTHING))
    keys = [workspace.vault.get(SecretKind.AUTHORITY_KEY, one.public_key_sha256) for one in workspace.authorities.all()]
    secrets = [fleet_secret(workspace), *(key for key in keys if key is not None)]
    assert executor.sent
    assert len(secrets) > 2
    assert not any(secret in sent for secret in secrets for sent in executor.sent)


def test_what_is_left_over_is_divided(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, until = fleet(devices=40), MONDAY + timedelta(days=30)
    plans = [None, plan_of(["rotation"]), plan_of(["new gateway certificate"])]
    here = forecasts(workspace, until, plans)
    divide(monkeypatch, 8)
    ran, progress = list[bool](), list[float]()

    def noted(*arguments: Any, **named: Any) -> Forecast:
        ran.append(named.get("executor") is not None)
        return run_ahead(*arguments, **named)

    monkeypatch.setattr(comparing, "run_ahead", noted)
    for workers, divided in ((1, []), (2, [True]), (3, []), (7, [True] * 3)):
        ran.clear()
        with ThreadPoolExecutor(workers) as pool:
            options = {"workers": workers, "executor": pool, "progress": progress.append, "shared_from": 1}
            assert forecasts(workspace, until, plans, **options) == here  # type: ignore[arg-type]
        assert [one for one in ran if one] == divided
        assert progress[-1] == 3
    with ThreadPoolExecutor(2) as pool:
        ran.clear()
        assert forecasts(workspace, until, plans, workers=2, executor=pool) == here
        assert True not in ran  # so few devices are played sooner by one process


def test_a_killed_process_is_a_refusal(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = fleet(devices=40)
    divide(monkeypatch, 8)
    # One process: concurrent.futures waits for ever for one that it begins while it notices that another has ended.
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        with pytest.raises(Refusal) as refused:
            forecasts(workspace, MONDAY + timedelta(days=9), [None], workers=2, executor=pool, shared_from=1)
    assert refused.value.code == "forecast-process-lost"


@pytest.mark.parametrize("after", [0, 3])
def test_a_process_that_ends_in_the_middle_is_a_refusal(
    fleet: Draw, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    class Breaks(Elsewhere):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future = super().submit(fn, *args, **kwargs)
            if len(self.sent) > after:
                future = Future[Any]()
                future.set_exception(BrokenProcessPool())
            return future

    workspace = fleet(devices=40)
    divide(monkeypatch, 8)
    with pytest.raises(Refusal, match="has ended"):
        by(Breaks(), workspace, 20, plan_of(["rotation"]))
