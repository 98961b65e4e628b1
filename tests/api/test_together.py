"""Twenty clients at once, reading and writing, while the simulator runs in a separate process."""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from certfleet.api.server.surfaces import OWN
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace
from tests.store.bulk.material import fleet_archive
from tests.waiting import caught_up, wait_until

from .conftest import PASSWORD, SEED_JSON
from .serving import Server, certfleet, serving

SECONDS = float(os.environ.get("CERTFLEET_SECONDS", "5"))
CLIENTS = 20
TURNS = 3  # at least, for each client
DEVICES = 300


@dataclass
class ToldClient:
    """What one client has been told."""

    statuses: Counter[int] = field(default_factory=Counter)
    added: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    policies: list[int] = field(default_factory=list)
    renewed: int = 0


def work(server: Server, number: int, until: float) -> ToldClient:
    """One client: odd ones write, all read."""
    done, ours = ToldClient(), f"{server.address}{OWN.prefix}"
    with server.log_in(Role.OPERATOR) as client:

        def ask(method: str, path: str, **options: object) -> httpx.Response:
            answer = client.request(method, path, **options)  # type: ignore[arg-type]  # as the caller gave them
            done.statuses[answer.status_code] += 1
            return answer

        turn = 0
        while turn < TURNS or time.monotonic() < until:
            turn += 1
            name = f"C{number:02}X{turn:05}"
            page = ask("POST", "device/filter", json={"limit": 20, "filterIds": "['device.platform.ios']"}).json()
            ids = [device["id"] for device in page["filteredDevicesDataList"]]
            ask("GET", f"device/{ids[turn % len(ids)]}")
            ask("GET", f"{ours}/checklist")
            if number % 2 == 0:
                continue
            if ask("POST", f"{ours}/devices", json={"platform": "ios", "serial_number": name}).status_code == 200:
                done.added.append(name)
            done.renewed += len(ask("POST", f"{ours}/devices/renew", json=ids[:3]).json().get("pending", ()))
            if turn % 3 == 0:
                parts = {"uploadFile": ("a.zip", fleet_archive(name).getvalue()), "json": (None, SEED_JSON)}
                answer = ask("POST", "certificates/import/keystore/device", files=parts)
                done.imported += [one["identity"] for one in answer.json().get("imported", ())]
                vpn = {"server": "vpn", "identity_type": "SERIAL_NUMBER"}
                answer = ask(
                    "POST", f"{ours}/policies", json={"name": name, "vpn": vpn, "assignment": {"devices": ids[:1]}}
                )
                if answer.status_code == 200:
                    done.policies.append(answer.json()["policy"]["id"])
    return done


@pytest.mark.slow
def test_nothing_is_lost_among_many(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    line = certfleet(workspace, "simulate", "fleet", "--devices", DEVICES, "--churn", 0)
    drawn = subprocess.run(line, capture_output=True, text=True)
    assert drawn.returncode == 0, drawn.stderr
    with Workspace.open(workspace) as opened:
        started = opened.now()
    with serving(workspace) as server:
        simulator = subprocess.Popen(
            certfleet(workspace, "simulate", "run", "--speed", 3600), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            until = time.monotonic() + SECONDS
            with ThreadPoolExecutor(CLIENTS) as pool:
                found = list(pool.map(lambda number: work(server, number, until), range(CLIENTS)))
            with Workspace.open(workspace) as opened:
                wait_until(lambda: caught_up(opened).now() > started + timedelta(hours=1))
            assert simulator.poll() is None, simulator.communicate()
        finally:
            simulator.terminate()
            simulator.wait(120)
    statuses = sum((done.statuses for done in found), Counter())
    assert set(statuses) == {200}, statuses
    assert statuses.total() >= CLIENTS * TURNS * 3
    with Workspace.open(workspace) as opened:
        assert opened.now() > started + timedelta(hours=1)
        assert opened.check().problems == ()
        known = [device.serial_number or device.enrollment_id for device in opened.devices.all()]
        added = [name for done in found for name in done.added]
        assert added and set(added) <= set(known) and len(set(known)) == len(known) == DEVICES + len(added)
        assert {record.identity for record in opened.bulk.list()} == {one for done in found for one in done.imported}
        assert {policy.id for policy in opened.policies.list()} == {id for done in found for id in done.policies}
        lines = Counter(line.action for line in opened.audit.tail(1_000_000) if line.user == "the operator")
        assert lines["device.add"] == len(added)
        assert lines["policy.create"] == sum(len(done.policies) for done in found)
    assert PASSWORD not in (tmp_path / "serve.log").read_text()
