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
from tests.store.endpoints.servers import HERE, answering, s_server
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
