"""The workspaces that the gallery's pictures are taken in. Each context changes into a folder with a PKCS #12 file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certfleet.simulator.demo import BEFORE, prepare_demo
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun
from certfleet.simulator.scenarios.catalogue import text_of
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.clock import FixedClock
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.audit import Actor
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.policy import Assignment, VpnSettings
from certfleet.store.workspace import Workspace

MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)
DEVICES = 60
_ALICE = Actor("alice", "192.0.2.17")
_COMPANY = Path(__file__).resolve().parent.parent / "fixtures" / "company"
_VPN = VpnSettings(server="vpn.company.example", identity_type=IdentityType.SERIAL_NUMBER)
_PLAN = """\
title = "The night of the new certificates"
[[action]]
do = "set-site"
after = "0h"
apns_grace_days = 3
[[action]]
do = "replace-certificate"
after = "0h"
certificate = "gateway-ssl"
valid = "365d"
[[action]]
do = "bind"
after = "0h"
need = "saml"
certificate = "sso.sharebox.example"
[[action]]
do = "set-site"
after = "9d"
apns_grace_days = 5
"""


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _export_push(workspace: Workspace, folder: str) -> None:
    """Write the push certificate with its key to a file, under the password that the workspace keeps."""
    push = next(entry for entry in workspace.inventory.list() if entry.alias == "mdm-push")
    password = workspace.inventory.reveal_password(push.id)
    keystore = workspace.inventory.export(push.id, ExportFormat.PKCS12, password=password)
    Path(folder, "mdm-push.p12").write_bytes(keystore)


@contextmanager
def demo() -> Iterator[Workspace]:
    """The demo company, in the middle of the rotation of its device CA."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "demo", actor=_ALICE, start=MONDAY - BEFORE) as workspace,
        _inside(folder),
    ):
        prepare_demo(workspace, devices=DEVICES, seed=7)
        _export_push(workspace, folder)
        workspace.policies.create("Field VPN", vpn=_VPN, assignment=Assignment(filter="platform:ios"))
        workspace.endpoints.add(NewEndpoint(where="mdm.example.com", need="mdm-ssl"))
        yield workspace


@contextmanager
def empty() -> Iterator[Workspace]:
    """A new workspace on the wall clock."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "fleet", actor=_ALICE, clock=FixedClock(NOVEMBER)) as workspace,
        _inside(folder),
    ):
        yield workspace


@contextmanager
def empty_virtual() -> Iterator[Workspace]:
    """A new workspace on a virtual clock."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "rehearsal", actor=_ALICE, start=MONDAY) as workspace,
        _inside(folder),
    ):
        yield workspace


@contextmanager
def protected() -> Iterator[Workspace]:
    """A real company on the wall clock, protected by its name, where a plan waits for a person."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "company"
        key_file = _COMPANY.with_suffix(".key")
        Workspace.import_json(_COMPANY.with_suffix(".json").read_bytes(), path, key_file=key_file)
        with Workspace.open(path, actor=_ALICE, clock=FixedClock(NOVEMBER)) as workspace, _inside(folder):
            workspace.site.set(protected_name="Production")
            PlanRun(workspace, read_plan(_PLAN, "new-certificates")).perform()
            yield workspace


@contextmanager
def _scenario(name: str, *, say_first: bool) -> Iterator[Workspace]:
    text = text_of(name)
    scenario = read_scenario(text, name)
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / name, actor=_ALICE, start=clock_start(scenario)) as workspace,
        _inside(folder),
    ):
        start_scenario(workspace, scenario, text, say_first=say_first)
        yield workspace


@contextmanager
def migrated() -> Iterator[Workspace]:
    """A scenario on a migrated site: a task for its support is open, forecasts are kept."""
    with _scenario("migrated-support-case", say_first=False) as workspace:
        (found,) = forecasts(workspace, workspace.now() + timedelta(days=30), [None])
        for kept in ("before the change", "nothing done"):
            workspace.kept_forecasts.keep(found, kept)
        yield workspace


@contextmanager
def asking() -> Iterator[Workspace]:
    """A scenario that asks what an act will stop before it does it."""
    with _scenario("ca-ends-first", say_first=True) as workspace:
        yield workspace


PLACES: dict[str, Callable[[], AbstractContextManager[Workspace]]] = {
    "demo": demo,
    "empty": empty,
    "empty, virtual": empty_virtual,
    "protected": protected,
    "migrated": migrated,
    "asking": asking,
}
