"""Work due by the clock is done before any answer, so an answer doesn't depend on earlier questions.

Here a push certificate expired while nobody looked. Each reading command, and each GET route, is called on a workspace
in that state, then the checklist, and then the same again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from certfleet.api.server.application import create_application, openapi, served
from certfleet.api.server.surfaces import OWN, PRODUCT
from certfleet.cli.commands import COMMANDS
from certfleet.cli.frame.command import CliCommand
from certfleet.cli.main import main
from certfleet.store.clock import virtual
from certfleet.store.model.account import Role
from certfleet.store.model.device import DeviceState
from certfleet.store.open_engine import open_engine
from certfleet.store.persistence.database import Database
from certfleet.store.workspace import Workspace
from tests.engines import copied
from tests.prepared import Prepared

START = datetime(2026, 1, 5, tzinfo=UTC)
LAPSED = START + timedelta(days=366)
PASSWORD = "correct horse"

READING: dict[str, tuple[str, ...]] = {
    "admin list": (),
    "admin scrape-token list": (),
    "admin sessions": (),
    "admin shell show": (),
    "admin timeout show": (),
    "apns portal list": (),
    "apns status": (),
    "audit list": (),
    "audit show": ("1",),
    "authority list": (),
    "authority show": ("default",),
    "bulk list": (),
    "bulk show": ("A12BC3D4EFGH",),
    "certificate diff": ("1", "2"),
    "certificate list": (),
    "certificate requests": (),
    "certificate show": ("1",),
    "certificate verify": (),
    "check": (),
    "checklist": (),
    "component candidates": ("saml",),
    "component list": (),
    "component needs": (),
    "device list": (),
    "device show": ("1",),
    "endpoint history": ("1",),
    "endpoint list": (),
    "endpoint show": ("1",),
    "impact": (),
    "notice list": (),
    "notice show": ("1",),
    "notice smtp show": (),
    "notice webhook show": (),
    "owner list": (),
    "owner show": ("certificate", "1"),
    "policy list": (),
    "policy report": ("1",),
    "policy show": ("1",),
    "profile list": (),
    "profile show": ("1",),
    "simulate campaign status": (),
    "simulate history": (),
    "simulate log": (),
    "simulate outages": (),
    "simulate status": (),
    "site show": (),
    "task list": (),
    "trust list": (),
    "workspace backups": (),
    "workspace check": (),
    "workspace info": (),
    "device habits": (),
    "forecast": ("--for", "7d"),
    "forecast-review": (),
    "moment compare": ("now", "now"),
    "moment list": (),
    "moment show": ("1",),
    "plan from-audit": (),
    "plan rings": (),
    "plan status": (),
    "scenario files": (),
    "scenario list": (),
    "scenario report": (),
    "scenario status": (),
    "site freeze list": (),
    "start-by": (),
}
"""The commands that read, and what each is about. Where there is no such record, the refusal is compared."""

OTHERS: dict[str, str] = {
    "web": "it serves the console until Ctrl-C",
    "since": "it remembers that somebody looked",
    "apns portal download": "it writes a file",
    "audit accept": "it seals what is in the files, which a copy in memory has no part of",
    "audit seal": "it prints another seal at another time",
    "authority export": "it writes a file",
    "certificate export": "it writes a file; a private key in it leaves a line in the audit trail",
    "certificate password": "it shows a secret, with a line in the audit trail",
    "class create": "it makes other workspaces",
    "class report": "it reads the workspaces of a class",
    "class watch": "it shows the workspaces of a class, full screen",
    "completion": "it has no workspace",
    "config check": "it is about a person's settings, not a workspace",
    "config edit": "it is about a person's settings, not a workspace",
    "config get": "it is about a person's settings, not a workspace",
    "config list": "it is about a person's settings, not a workspace",
    "config path": "it is about a person's settings, not a workspace",
    "config set": "it is about a person's settings, not a workspace",
    "config show": "it is about a person's settings, not a workspace",
    "config unset": "it is about a person's settings, not a workspace",
    "demo": "it is the console, which tries its changes itself",
    "device export": "it writes a file",
    "device profile": "it writes a file, with a line in the audit trail",
    "fixture bombs": "it reads a folder, or writes its certificates, and has no workspace",
    "fixture check": "it runs a program over files, and has no workspace",
    "fixture export": "it writes files, and has no workspace",
    "fixture serve": "it serves fixtures, and has no workspace",
    "help": "it has no workspace",
    "moment branch": "it makes another workspace",
    "notice deliver": "it sends, which can't be tried",
    "notice smtp test": "it sends, which can't be tried",
    "notice webhook test": "it sends, which can't be tried",
    "plan check": "it reads a file, to which the workspace is compared",
    "plan show": "it reads a file",
    "profile export": "it writes a file",
    "watch": "it checks endpoints until Ctrl-C",
    "rehearse": "it runs a script against a branch",
    "scenario check": "it reads a file",
    "serve": "it is the REST server, whose calls can be tried",
    "simulate speed": "it tells a running simulator how to go on, and changes no record of the deployment",
    "simulate stop": "it tells a running simulator to stop, and changes no record of the deployment",
    "task export": "it writes a file, with a line in the audit trail",
    "workspace backup": "it writes a file",
    "workspace export": "it writes a file",
    "workspace restore": "it puts another state in place",
    "workspace share": "it changes the modes of files",
}
"""The commands that neither read alone nor change something that can be tried, and why."""


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    """All commands below a group, by name."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from commands(command, *above, name)
            elif command is not None:
                yield " ".join((*above, name)), command


def run(workspace: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["--workspace", str(workspace), *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def quiet(prepared: Prepared, tmp_path: Path) -> Path:
    """A workspace in which nothing is due yet."""
    return prepared.copy("quiet", make, tmp_path / "workspace")


def make(folder: Path) -> None:
    for line in (
        ("simulate", "company", "--start", f"{START:%Y-%m-%d}"),
        ("simulate", "fleet", "--devices", "20"),
    ):
        code, _, error = run(folder, *line)
        assert code == 0, error
    with Workspace.open(folder) as workspace:
        workspace.accounts.add("ann", Role.ADMINISTRATOR, PASSWORD)


def let_it_lapse(workspace: Path) -> None:
    """Move the clock past the workspace, which would do what is due by then."""
    database = Database(open_engine(workspace))
    with database.transaction():
        database.table("workspace").update({"clock": virtual(LAPSED)}, doc_ids=[1])
    database.close()


@pytest.fixture
def workspace(quiet: Path) -> Path:
    """One in which something is, since nobody has looked."""
    let_it_lapse(quiet)
    return quiet


def test_something_is_due(workspace: Path) -> None:
    database = Database(open_engine(workspace))
    kept = {device["state"] for device in database.table("devices").all()}
    database.close()
    with Workspace.open(workspace) as opened:
        told = {str(device.state) for device in opened.devices.all()}
    assert str(DeviceState.MUST_RE_ENROLL) in told - kept


def test_every_command_is_known() -> None:
    names = dict(commands(main))
    changing = {name for name, command in names.items() if isinstance(command, CliCommand) and command.changes}
    assert not OTHERS.keys() & (READING.keys() | changing)
    assert READING.keys() & changing == {"certificate requests"}  # which cancels one, if asked
    assert names.keys() == READING.keys() | OTHERS.keys() | changing
    assert {name.split()[0] for name in names} == set(COMMANDS)


STATUSES = {"check": (2,)}
"""The exit statuses that are no fault, of commands with statuses of their own: something is stopped here."""


@pytest.mark.parametrize("name", READING)
def test_a_command_that_reads_writes_nothing(quiet: Path, name: str) -> None:
    before = kept(quiet)
    assert run(quiet, *name.split(), *READING[name])[0] in STATUSES.get(name, (0, 1))
    assert kept(quiet) == before


def kept(workspace: Path) -> object:
    """Everything that is stored."""
    database = Database(open_engine(workspace))
    try:
        return database.storage.read() or {}
    finally:
        database.close()


@pytest.mark.parametrize("name", READING)
def test_a_command_answers_the_same_before_and_after_the_checklist(workspace: Path, name: str) -> None:
    words = (*name.split(), *READING[name])
    first = run(workspace, *words), run(workspace, "--json", *words)
    assert run(workspace, "checklist")[0] == 0
    assert (run(workspace, *words), run(workspace, "--json", *words)) == first
    assert first[0][0] in STATUSES.get(name, (0, 1)), first


def test_renewing_does_the_same_before_and_after_the_checklist(workspace: Path, tmp_path: Path) -> None:
    other = copied(workspace, tmp_path / "other")
    assert run(other, "checklist")[0] == 0
    told = [run(folder, "--json", "device", "renew", "--platform", "ios") for folder in (workspace, other)]
    assert told[0] == told[1]
    assert json.loads(told[0][1])["refused"]


def get_routes() -> list[str]:
    """The paths of all GET routes, with an id in them."""
    return [
        re.sub(r"\{\w+\}", "1", path.replace("authorities/{name}", "authorities/default"))
        for surface in (PRODUCT, OWN)
        for path, operations in openapi(surface)["paths"].items()
        if "get" in operations
        and path not in ("/health", f"{OWN.prefix}/devices/challenge")  # a nonce is new each time
        and path != f"{OWN.prefix}/sessions"  # asking is a use
    ]


@pytest.mark.parametrize("path", get_routes())
def test_a_route_answers_the_same_before_and_after_the_checklist(quiet: Path, path: str) -> None:
    with Workspace.open(quiet) as opened, TestClient(served(create_application(opened))) as client:
        scrape = opened.scrape_tokens.add("prometheus")[1]
        headers = {"auth_token": opened.logins.login("ann", PASSWORD), "authorization": f"Bearer {scrape}"}

        def ask(path: str) -> tuple[int, bytes]:
            answer = client.get(path, headers=headers)
            return answer.status_code, answer.content

        let_it_lapse(quiet)  # while the server runs
        first = ask(path)
        assert ask(f"{OWN.prefix}/checklist")[0] == 200
        assert ask(path) == first
        assert first[0] != 401
