"""What is killed in the middle of its work: an importer, a server, a simulator, a console and backups.

Each victim is a function of the workspace's folder, a scratch folder, the time when it is killed, and somebody who
watches from outside. It returns whether it was still running then, and what it had said to be done.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import AuditLine
from certfleet.store.persistence.sqlite.onlooker import onlooker
from certfleet.store.workspace import Workspace

from .material import Issued, issue, pem_chain
from .pseudo_terminal import on_pseudo_terminal

ROOT = issue("Crash Root", ca=True)
_NUMBERS = count(1)
CERTFLEET = (sys.executable, "-m", "certfleet")
_TICK = 0.02
_LONG = 60.0


class Done(NamedTuple):
    """What a victim had reported as done: names of certificates, names in the site's settings, and backups."""

    was_killed: bool
    certificates: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    backups: frozenset[Path] = frozenset()


class Moment:
    """When a victim is killed: so many seconds from its start, or ``after_the_first`` thing that it has done. Counted
    from the start alone, a slow machine would never see it at work."""

    def __init__(self, seconds: float, *, after_the_first: bool) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + (_LONG if after_the_first else seconds)
        self._waits = after_the_first

    def left(self) -> float:
        """The seconds until then."""
        return self._until - time.monotonic()

    def something_is_done(self) -> None:
        """The victim has done something."""
        if self._waits:
            self._waits, self._until = False, time.monotonic() + self._seconds


class Watcher:
    """Somebody else, who has seen audit lines: they were committed, whoever wrote them."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / "store.db"
        self.seen: dict[int, str] = {}

    def look(self) -> None:
        """See what is new."""
        with contextlib.suppress(Refusal), onlooker(self._store) as outside:
            lines = outside.after("audit", max(self.seen, default=0), AuditLine)
            self.seen.update({line.id: line.hash for line in lines})


Victim = Callable[[Path, Path, Moment, Watcher], Done]


@contextmanager
def _forked(work: Callable[[int], object]) -> Iterator[tuple[int, int]]:
    """A child that does ``work`` with the writing end of a pipe, and the reading end; it is killed at the end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            quiet = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(quiet, stream)
            work(writing)
        finally:
            os._exit(1)
    os.close(writing)
    try:
        yield child, reading
    finally:
        os.close(reading)


def _program(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the program."""
    line = [*CERTFLEET, "--workspace", str(folder), *arguments]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(line, stdin=nowhere, stdout=nowhere, stderr=nowhere)


def _kill(child: int) -> bool:
    """Kill it; whether it was still running."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _told_until(reading: int, moment: Moment, watcher: Watcher) -> bytes:
    """What comes out of a pipe up to a moment."""
    told = b""
    while (left := moment.left()) > 0:
        watcher.look()
        if select.select([reading], [], [], min(left, _TICK))[0]:
            part = os.read(reading, 1 << 16)
            if not part:
                time.sleep(min(left, _TICK))
            else:
                moment.something_is_done()
            told += part
    return told


def _rest(reading: int) -> bytes:
    told = b""
    while part := os.read(reading, 1 << 16):
        told += part
    return told


def _source(name: str, root: Issued = ROOT) -> bytes:
    return pem_chain(issue(name, root), root)


def importer(folder: Path, scratch: Path, moment: Moment, watcher: Watcher) -> Done:
    """Imports one certificate after the other, each in a transaction."""

    def work(acknowledge: int) -> None:
        with Workspace.open(folder) as workspace:
            for number in count():
                name = f"{os.getpid()}-{number}.example.com"
                workspace.inventory.import_from(CertificateSource(data=_source(name), name="stream.pem"))
                os.write(acknowledge, f"{name}\n".encode())

    with _forked(work) as (child, reading):
        told = _told_until(reading, moment, watcher)
        was_killed = _kill(child)
        told += _rest(reading)
    return Done(was_killed, certificates=frozenset(told.decode().split()))


def backups(folder: Path, scratch: Path, moment: Moment, watcher: Watcher) -> Done:
    """Makes one backup after the other, each over a change."""

    def work(acknowledge: int) -> None:
        with Workspace.open(folder) as workspace:
            for number in count():
                workspace.site.set(mdm_fqdn=f"b{os.getpid()}-{number}.example.com")
                made = workspace.backups.make(scratch / f"{os.getpid()}-{number}.backup")
                os.write(acknowledge, f"{made}\n".encode())

    with _forked(work) as (child, reading):
        told = _told_until(reading, moment, watcher)
        was_killed = _kill(child)
        told += _rest(reading)
    return Done(was_killed, backups=frozenset(map(Path, told.decode().split())))


def simulator(folder: Path, scratch: Path, moment: Moment, watcher: Watcher) -> Done:
    """Simulates at full speed."""
    moment.something_is_done()  # it reports nothing

    child = _program(folder, "simulate", "run", "--for", "3000d", "--speed", "max")
    while (left := moment.left()) > 0:
        watcher.look()
        time.sleep(min(left, _TICK))
    child.kill()
    return Done(child.wait() == -signal.SIGKILL)


def server(folder: Path, scratch: Path, moment: Moment, watcher: Watcher) -> Done:
    """Answers requests that change a setting."""
    port, token, done = _free_port(), (scratch / "token").read_text(), set[str]()

    child = _program(folder, "serve", "--http", "--port", str(port))
    while (left := moment.left()) > 0:
        watcher.look()
        name = f"s{next(_NUMBERS)}-{os.getpid()}.example.com"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=max(min(left, 5.0), _TICK))
            headers = {"auth_token": token, "Content-Type": "application/json"}
            connection.request("PUT", "/api/certfleet/v1/site", json.dumps({"mdm_fqdn": name}), headers)
            if connection.getresponse().status == 200:
                done.add(name)
                moment.something_is_done()
            connection.close()
        except (OSError, http.client.HTTPException):
            time.sleep(_TICK)
    child.kill()
    return Done(child.wait() == -signal.SIGKILL, settings=frozenset(done))


def console(folder: Path, scratch: Path, moment: Moment, watcher: Watcher) -> Done:
    """A person at the console imports a folder of files."""
    files = scratch / f"files-{next(_NUMBERS)}"
    files.mkdir()
    for number in range(15):
        (files / f"{number}.pem").write_bytes(_source(f"c{next(_NUMBERS)}-{number}.example.com"))
    typing = iter((("Overview", "2"), ("Import", "i"), ("Description", f"{files}\r")))
    waited = next(typing, None)

    with on_pseudo_terminal([*CERTFLEET, "--workspace", str(folder)]) as terminal:
        while (left := moment.left()) > 0:
            watcher.look()
            terminal.read_for(min(left, 0.1))
            if waited is not None and waited[0] in terminal.shown:
                terminal.shown = ""
                moment.something_is_done()
                terminal.type(waited[1])
                waited = next(typing, None)
        with contextlib.suppress(ProcessLookupError):
            os.kill(terminal.child, signal.SIGKILL)
        was_killed = terminal.status() == -signal.SIGKILL
    return Done(was_killed)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


VICTIMS: dict[str, tuple[Victim, float]] = {
    "importer": (importer, 0.6),
    "server": (server, 4.0),
    "simulator": (simulator, 3.0),
    "console": (console, 6.0),
    "backup": (backups, 0.8),
}
"""Each with the seconds in which it has gone through all its phases; it is killed at any moment of them."""
