"""What is due by the clock is done before anybody is answered: an answer doesn't depend on what was asked before.

Here a push certificate lapsed while nobody looked. Each command that reads, and each GET route, is asked on a workspace
in that state, then the checklist, and then the same again.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from certfleet.api.server.application import PREFIX, create_application, served
from certfleet.cli.commands import COMMANDS
from certfleet.cli.main import main
from certfleet.store.clock import virtual
from certfleet.store.model.account import Role
from certfleet.store.model.device import DeviceState
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite import SqliteEngine
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared

START = datetime(2026, 1, 5, tzinfo=UTC)
LAPSED = START + timedelta(days=366)
PASSWORD = "correct horse"

READING: dict[str, tuple[str, ...]] = {
    "admin list": (),
    "admin sessions": (),
    "admin timeout show": (),
    "apns portal list": (),
    "apns status": (),
    "audit list": (),
    "authority list": (),
    "authority show": ("default",),
    "bulk list": (),
    "bulk show": ("A12BC3D4EFGH",),
    "certificate list": (),
    "certificate requests": (),
    "certificate show": ("1",),
    "certificate verify": (),
    "checklist": (),
    "component candidates": ("saml",),
    "component list": (),
    "component needs": (),
    "device list": (),
    "device show": ("1",),
    "impact": (),
    "notice list": (),
    "notice show": ("1",),
    "notice smtp show": (),
    "notice webhook show": (),
    "policy list": (),
    "policy report": ("1",),
    "policy show": ("1",),
    "profile list": (),
    "profile show": ("1",),
    "simulate log": (),
    "simulate status": (),
    "site show": (),
    "task list": (),
    "trust list": (),
    "workspace check": (),
    "workspace info": (),
}
"""The commands that read, and what each is about. Where there is no such record, the refusal is compared."""

NOT_READING = set(
    """
    admin add, admin password, admin remove, admin role, admin timeout set, admin unlock, apns import, apns portal
    download, apns portal forget, apns register, apns renew, apns request, apns revoke, apns sign, apns upload,
    authority crl, authority export, authority issue-listener, authority refresh, bulk delete, bulk import, certificate
    delete, certificate describe, certificate export, certificate import, certificate import-keystore, certificate
    password, certificate replace, certificate request, certificate use, completion, component bind, component remove,
    component unbind, component use, demo, device check-in, device enroll, device export, device profile, device renew,
    device revoke, notice deliver, notice read, notice retry, notice smtp remove, notice smtp set, notice smtp test,
    notice unread, notice webhook remove, notice webhook set, notice webhook test, policy change, policy create, policy
    delete, policy deploy, profile export, profile import, profile remove, serve, simulate company, simulate fleet,
    simulate run, simulate speed, simulate stop, site set, task done, task export, trust deploy, trust install, trust
    preinstalled, trust withdraw, workspace export, workspace import, workspace passphrase
    """.replace("\n    ", " ")
    .strip()
    .split(", ")
)
"""The commands that change something, write a file, or go on."""


def commands(group: click.Group, *above: str) -> Iterator[str]:
    """The names of all commands below a group."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from commands(command, *above, name)
            else:
                yield " ".join((*above, name))


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
    database = Database(SqliteEngine(workspace / "store.db"))
    with database.transaction():
        database.table("workspace").update({"clock": virtual(LAPSED)}, doc_ids=[1])
    database.close()


@pytest.fixture
def workspace(quiet: Path) -> Path:
    """One in which something is, since nobody has looked."""
    let_it_lapse(quiet)
    return quiet


def test_something_is_due(workspace: Path) -> None:
    database = Database(SqliteEngine(workspace / "store.db"))
    kept = {device["state"] for device in database.table("devices").all()}
    database.close()
    with Workspace.open(workspace) as opened:
        told = {str(device.state) for device in opened.devices.all()}
    assert str(DeviceState.MUST_RE_ENROLL) in told - kept


def test_every_command_is_known() -> None:
    names = set(commands(main))
    assert not READING.keys() & NOT_READING
    assert READING.keys() | NOT_READING == names
    assert {name.split()[0] for name in names} == set(COMMANDS)


@pytest.mark.parametrize("name", READING)
def test_a_command_answers_the_same_before_and_after_the_checklist(workspace: Path, name: str) -> None:
    words = (*name.split(), *READING[name])
    first = run(workspace, *words), run(workspace, "--json", *words)
    assert run(workspace, "checklist")[0] == 0
    assert (run(workspace, *words), run(workspace, "--json", *words)) == first
    assert first[0][0] in (0, 1), first


def test_renewing_does_the_same_before_and_after_the_checklist(workspace: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(workspace, tmp_path / "other"))
    assert run(other, "checklist")[0] == 0
    told = [run(folder, "--json", "device", "renew", "--platform", "ios") for folder in (workspace, other)]
    assert told[0] == told[1]
    assert json.loads(told[0][1])["refused"]


def get_routes() -> list[str]:
    """The paths of all GET routes below the prefix, with an id in them."""
    with Workspace.open(None) as workspace:
        paths = create_application(workspace).openapi()["paths"]
    return [
        re.sub(r"\{\w+\}", "1", path.removeprefix(f"{PREFIX}/").replace("groups/{name}", "groups/default"))
        for path, operations in paths.items()
        if "get" in operations and path not in ("/health", f"{PREFIX}/device/challenge")  # a nonce is new each time
    ]


@pytest.mark.parametrize("path", get_routes())
def test_a_route_answers_the_same_before_and_after_the_checklist(quiet: Path, path: str) -> None:
    with Workspace.open(quiet) as opened, TestClient(served(create_application(opened))) as client:
        headers = {"auth_token": opened.logins.login("ann", PASSWORD)}

        def ask(path: str) -> tuple[int, bytes]:
            answer = client.get(f"{PREFIX}/{path}", headers=headers)
            return answer.status_code, answer.content

        let_it_lapse(quiet)  # while the server runs
        first = ask(path)
        assert ask("checklist")[0] == 200
        assert ask(path) == first
        assert first[0] != 401
