"""``certfleet watch``, a process of its own: it goes on after a kill, ends at once, and never works beside another."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.workspace import Workspace
from tests.material import issue, needs_openssl
from tests.store.endpoints.servers import HERE, answering, free_port, s_server
from tests.waiting import caught_up, wait_until

from .conftest import Command

pytestmark = needs_openssl


def _wait(connection: socket.socket) -> None:
    """Say nothing until the client goes."""
    while connection.recv(1024):
        pass


@contextmanager
def watching(certfleet: Command) -> Iterator[subprocess.Popen[bytes]]:
    """A watcher that has begun."""
    line = certfleet.line("watch")
    with subprocess.Popen(line, env=certfleet.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith(b"watching ")
            yield process
        finally:
            process.kill()


@pytest.fixture
def workspace(certfleet: Command) -> Iterator[Workspace]:
    """The same workspace, open in this process as well."""
    with Workspace.open(certfleet.workspace) as workspace:
        yield workspace


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_checks_what_another_process_adds_and_ends_in_the_middle_of_a_check(
    certfleet: Command, workspace: Workspace, tmp_path: Path, number: int
) -> None:
    with s_server(tmp_path, issue("gw.example.com")) as port, answering(_wait) as silent:
        with watching(certfleet) as process:
            workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}"))
            wait_until(lambda: caught_up(workspace).endpoints.reading(1))
            assert process.stdout is not None
            line = process.stdout.readline().decode()
            assert f"  {HERE}:{port}  unknown" in line
            workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{silent}"))  # accepts, and says nothing
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    assert workspace.check().clean


def test_a_killed_one_loses_nothing_and_another_goes_on(
    certfleet: Command, workspace: Workspace, tmp_path: Path
) -> None:
    with s_server(tmp_path, issue("gw.example.com")) as port:
        workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}"))
        with watching(certfleet) as process:
            wait_until(lambda: caught_up(workspace).endpoints.reading(1))
            process.kill()
            process.wait()
        workspace.endpoints.add(NewEndpoint(where=f"localhost:{port}"))
        with watching(certfleet) as process:
            wait_until(lambda: caught_up(workspace).endpoints.reading(2))
    assert [one.fingerprint_sha256 for one in workspace.endpoints.history(1)]
    assert workspace.check().clean


def test_a_second_one_waits_and_says_so(certfleet: Command, workspace: Workspace) -> None:
    with watching(certfleet), watching(certfleet) as second:
        assert second.stderr is not None
        assert second.stderr.readline() == b"another process is watching; waiting for it to end\n"


def test_on_a_virtual_clock_there_is_nothing_to_watch(certfleet: Command) -> None:
    certfleet.done("simulate", "company", "--start", "2026-01-05")
    assert certfleet.refused("watch")["code"] == "clock-is-virtual"


def test_the_history_of_an_endpoint_and_what_a_check_has_done(certfleet: Command, tmp_path: Path) -> None:
    old, new = issue("gw.example.com", days=60), issue("gw.example.com", days=300)
    files = {name: tmp_path / f"{name}.pem" for name in ("old", "new")}
    for name, issued in (("old", old), ("new", new)):
        files[name].write_bytes(issued.chain_pem + issued.key_pem)
    certfleet.done("certificate", "import", files["old"])
    certfleet.done("component", "bind", "gateway-ssl", 1, "--yes")
    certfleet.done("site", "set", "--ssl-offload", "--yes")
    port = free_port()
    with s_server(tmp_path, old, port=port):
        certfleet.done("endpoint", "add", f"{HERE}:{port}", "--need", "gateway-ssl")
        assert certfleet.run("endpoint", "check").exit_code == 0
        certfleet.done("certificate", "replace", 1, files["new"], "--yes")
        behind = certfleet.run("endpoint", "check")
        assert (behind.exit_code, "older" in behind.stdout) == (1, True)
        assert "serves certificate 1, since" in certfleet.done("checklist")
    with s_server(tmp_path, new, port=port):
        told = certfleet.done("endpoint", "check")
    assert "task 1 is done: Update the load balancer's cacert.pem" in told
    assert certfleet.json("task", "list")["tasks"] == []
    first, second = certfleet.json("endpoint", "history", 1)["history"]
    assert (first["certificate_id"], second["certificate_id"]) == (1, 2)
    assert first["until"] == second["since"]
    assert second["until"] is None
    lines = certfleet.done("endpoint", "history", 1).splitlines()
    assert "#1 gw.example.com" in lines[1]
    assert "since " in lines[2]
    with s_server(tmp_path, old, port=port):
        certfleet.run("endpoint", "check")
    (notice,) = [one for one in certfleet.json("notice", "list")["notices"] if one["kind"] == "endpoint-older"]
    assert notice["title"] == f"{HERE}:{port} serves the older certificate 1 again"
