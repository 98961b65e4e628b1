"""A branch as a script meets it: over TLS on loopback, each call noted, with faults if wanted."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from certfleet.api.rehearsal.branch import Branch, branch_of
from certfleet.api.rehearsal.branch_server import ServedBranch, serving
from certfleet.api.rehearsal.calls_made import CallMade
from certfleet.api.rehearsal.faults import FaultKind
from certfleet.api.server.surfaces import OWN
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.api.reference.plain_client import PlainClient
from tests.material import NOW
from tests.waiting import LONG

from .conftest import script_of

REQUEST = {"csrRequest": {"commonName": "mdm.company.example"}, "keyLength": "2048", "useAs": "none"}


def noted(server: ServedBranch) -> list[CallMade]:
    return server.calls


def test_a_script_verifies_the_server_and_its_calls_are_noted(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path) as (server, _):
        trusting = ssl.create_default_context(cafile=str(tmp_path / "root.pem"))
        with httpx.Client(base_url=f"{server.address}/xenmobile/api/v1/", verify=trusting) as client:
            credentials = {"login": branch.account, "password": branch.password}
            token = client.post("authentication/login", json=credentials).json()["auth_token"]
            client.headers["auth_token"] = token
            assert client.get("certificates?secret=1").status_code == 200
            renewed = client.post("device/renewDeviceCert", json=[1, 2, 5])
            assert renewed.json()["effects"]["pending"], "an answer is what it always is"
            assert client.get("device/99").status_code == 404
            assert client.get(f"{server.address}{OWN.prefix}/devices").status_code == 200
    login, reading, renewal, nothing, own = noted(server)
    assert (login.method, login.path, login.is_login) == ("POST", "/xenmobile/api/v1/authentication/login", True)
    assert (reading.status, reading.account, reading.changed) == (200, branch.account, "")
    assert renewal.changed == "2 iOS devices: certificate renewal becomes pending"
    assert [(one.id, one.code) for one in renewal.refused] == [(5, "windows-is-current")]
    assert (nothing.status, nothing.code, nothing.is_refused) == (404, "device-unknown", True)
    assert own.path == f"{OWN.prefix}/devices"
    assert "secret" not in str(noted(server)) and branch.password not in str(noted(server))


def test_an_action_in_which_no_device_takes_part_is_refused(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path) as (server, script):
        assert script("POST", "device/refresh", [99])["status"] == -1
    assert [one.code for one in noted(server)] == ["no-device-took-part"]


def test_no_port_is_left(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path) as (server, script):
        script("GET", "environment")
    with pytest.raises(ConnectionRefusedError), socket.create_connection((server.host, server.port)):
        pass


def test_a_server_ca_that_is_not_valid_today_has_a_root_in_its_place(tmp_path: Path) -> None:
    later = FixedClock(NOW.replace(year=NOW.year + 60))
    with (
        Workspace.open(None, clock=later) as workspace,
        branch_of(workspace, Role.VIEWER) as branch,
        serving(branch.workspace) as server,
    ):
        trusting = ssl.create_default_context(cadata=server.root.decode())
        with httpx.Client(base_url=server.address, verify=trusting) as client:
            assert client.get("/health").status_code == 200


def test_a_role_limits_the_script(true: Workspace, tmp_path: Path) -> None:
    with branch_of(true, Role.VIEWER) as branch, script_of(branch, tmp_path) as (server, script):
        assert script.ask("POST", "device/revoke", [1])[0] == 403
    assert [one.code for one in noted(server)] == ["not-permitted"]


@pytest.mark.parametrize("role", list(Role))
def test_a_script_may_do_no_more_than_the_person_who_rehearses_it(role: Role, tmp_path: Path) -> None:
    Workspace.open(tmp_path / "workspace").close()
    with Workspace.open(tmp_path / "workspace", actor=Actor("vera", None, role)) as workspace:
        with branch_of(workspace) as branch:
            assert branch.workspace.accounts.get(branch.account).role is role
        with branch_of(workspace, Role.VIEWER) as branch:
            assert branch.workspace.accounts.get(branch.account).role is Role.VIEWER
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(Refusal, match="not-permitted"), branch_of(workspace, Role.ADMINISTRATOR):
                pass


# Faults


def lost(script: PlainClient, method: str, path: str, body: Any) -> bool:
    """Whether a call has no answer."""
    try:
        script.ask(method, path, body)
    except (http.client.HTTPException, OSError):
        return True
    return False


def test_an_answer_is_lost_after_the_call_was_carried_out(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path, FaultKind.LOST_ANSWER) as (server, script):
        assert script("GET", "environment")["customerEnvironment"], "nothing is lost of what changes nothing"
        assert lost(script, "POST", "certificates/csr", REQUEST)
        assert script.ask("POST", "device/revoke", {"no": "list"})[0] == 400, "nor of what was refused"
    assert [(one.status, one.fault, one.changed) for one in noted(server)] == [
        (200, None, ""),
        (None, FaultKind.LOST_ANSWER, "1 signing request added"),
        (400, None, ""),
    ]
    assert len(branch.workspace.requests.list()) == 1


def test_a_call_is_turned_away_for_a_while(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path, FaultKind.TOO_MANY) as (_, script):
        status, headers, body = script.ask("POST", "device/revoke", [1])
    assert (status, headers["retry-after"]) == (429, "2")
    assert json.loads(body).keys() == {"status", "message", "code", "hint"}
    with script_of(branch, tmp_path, FaultKind.UNAVAILABLE) as (server, script):
        status, headers, _ = script.ask("POST", "device/revoke", [1])
    assert (status, headers["retry-after"]) == (503, "1")
    assert [(one.code, one.retry_after) for one in noted(server)] == [("connections-busy", 1)]
    assert not branch.workspace.devices.get(1).pending


def test_a_session_ends_in_the_middle(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path, FaultKind.SESSION_ENDS) as (server, script):
        assert script.ask("GET", "certificates")[0] == 401
        assert script.ask("GET", "certificates")[0] == 401
        script.token = None
        script.log_in(branch.account, branch.password)
    assert [one.fault for one in noted(server)] == [FaultKind.SESSION_ENDS, None, None]


def test_of_many_records_the_first_half_is_done(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path, FaultKind.HALF_DONE) as (server, script):
        assert script.ask("POST", "device/renewDeviceCert", [1, 2, 3, 4])[0] == 500
        assert script.ask("POST", "device/renewDeviceCert", [4])[0] == 200
    pending = [bool(device.pending) for device in branch.workspace.devices.all()]
    assert pending == [True, True, False, True, False]
    assert [(one.fault, one.status) for one in noted(server)] == [(FaultKind.HALF_DONE, 500), (None, 200)]


def test_a_slow_answer_comes_unless_nobody_waits(branch: Branch, tmp_path: Path) -> None:
    with script_of(branch, tmp_path, FaultKind.SLOW, slow=0.1) as (server, script):
        assert script.ask("GET", "environment")[0] == 200
    assert [(one.fault, one.status) for one in noted(server)] == [(FaultKind.SLOW, 200)]
    with script_of(branch, tmp_path, FaultKind.SLOW) as (server, script):
        context = ssl.create_default_context(cafile=str(tmp_path / "root.pem"))
        connection = http.client.HTTPSConnection(server.host, server.port, context=context, timeout=LONG)
        headers = {"auth_token": branch.token, "Content-Type": "application/json"}
        connection.request("POST", "/xenmobile/api/v1/device/renewDeviceCert", "[1]", headers)
        connection.sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
    (call,) = noted(server)
    assert (call.fault, call.status, call.changed) == (
        FaultKind.SLOW,
        None,
        "1 iOS device: certificate renewal becomes pending",
    )
