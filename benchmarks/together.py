"""Everything on one workspace at once: consoles, a server, a simulator, somebody who imports, and backups.

``python -m benchmarks together [--minutes 10] [--consoles 8] [--devices 1000] [--json]``

Meanwhile the consoles walk through their screens, and the server is asked. At the end every console must show every
certificate, the workspace and the last backup must be clean, no process may have grown since half-time, and nothing
may stand in any log.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from certfleet.store.backups.restoring import unpacked
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace

from .material import issue, pem_chain
from .pseudo_terminal import LONG, PseudoTerminal, on_pseudo_terminal
from .report import Report

CERTFLEET = (sys.executable, "-P", "-m", "certfleet")
STEP = 2.0  # seconds between two rounds of keys, questions and imports
BACKUP_EVERY = 10.0
GROWTH = 1.1
SCREENS = "123456789"
SPEED = "3600"  # an hour a second
PAGE = "\x1b[?1049h"  # the console has taken the screen
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b.")


@contextmanager
def running(line: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program without a terminal, asked to end afterwards; what it says is in the file."""
    with log.open("wb") as file:
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file)
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=LONG)


def _served(server: subprocess.Popen[bytes]) -> str:
    """The address that the server says it serves."""
    assert server.stdout is not None
    line = server.stdout.readline().decode()
    found = re.search(r"https?://[^/\s]+", line)
    assert found is not None, f"the server doesn't start: {line}"
    return found[0]


def _memory(processes: Sequence[int]) -> dict[int, int]:
    """The resident memory of each, in KiB."""
    found = {}
    for number in processes:
        try:
            status = (Path("/proc") / str(number) / "status").read_text()
        except OSError:  # it has ended
            continue
        if (size := re.search(r"VmRSS:\s+(\d+)", status)) is not None:
            found[number] = int(size[1])
    return found


def shows(terminal: PseudoTerminal, count: int) -> bool:
    """Whether the console's list of certificates shows so many."""
    terminal.type("1")
    terminal.read_for(1)
    terminal.shown = ""
    terminal.type("2")
    wanted, until = re.compile(rf"(?<![\d,]){count:,}(?![\d,])"), time.monotonic() + LONG
    while time.monotonic() < until:
        terminal.read_for(0.2)
        if wanted.search(_ESCAPES.sub(" ", terminal.shown)):
            return True
    return False


def _said(folders: Sequence[Path], logs: Sequence[Path]) -> list[str]:
    """What stands in the logs of the consoles, the server and the simulator."""
    files = [*(file for folder in folders for file in folder.rglob("*.log")), *logs]
    return [line for file in files for line in file.read_text("utf-8", "replace").splitlines() if line.strip()]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks together")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--consoles", type=int, default=8)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("together", argv)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, ExitStack() as stack:
        folder = Path(place)
        path, logs = folder / "workspace", [folder / "server.log", folder / "simulator.log"]
        password = folder / "password"
        password.write_text("correct horse\n")
        own = [*CERTFLEET, "--workspace", str(path)]
        for line in (
            ["simulate", "company", "--start", "2026-01-05"],
            ["simulate", "fleet", "--devices", str(options.devices)],
            ["site", "set", "--automatic-backups", "on"],
            ["admin", "add", "ann", "--role", "viewer", "--password-file", str(password)],
        ):
            subprocess.run([*own, *line], check=True, stdout=subprocess.DEVNULL, timeout=600)
        workspace = stack.enter_context(Workspace.open(path))
        server = stack.enter_context(running([*own, "serve", "--http", "--port", "0", "--quiet"], logs[0]))
        address = _served(server)
        simulator = stack.enter_context(running([*own, "simulate", "run", "--speed", SPEED], logs[1]))
        consoles = [stack.enter_context(on_pseudo_terminal(own, columns=120, rows=36)) for _ in range(options.consoles)]
        for console in consoles:
            console.wait_for(PAGE)
        count, backups, asked, step = len(workspace.inventory.list()), 0, 0, 0
        begin = time.monotonic()
        end, next_backup, half = begin + options.minutes * 60, begin, dict[int, int]()
        while time.monotonic() < end:
            for number, console in enumerate(consoles):
                console.type(SCREENS[(step + number) % len(SCREENS)])
                console.read_for(STEP / max(1, len(consoles)) / 2)
            source = CertificateSource(data=pem_chain(issue(f"host-{step}.example.com")), name=f"{step}.pem")
            count += len(workspace.inventory.import_from(source).imported)
            with urllib.request.urlopen(f"{address}/docs", timeout=LONG) as answer:
                asked += answer.status == 200
            if time.monotonic() >= next_backup:
                newest = workspace.backups.make(folder / f"{backups}.backup")
                backups, next_backup = backups + 1, time.monotonic() + BACKUP_EVERY
            everybody = [server.pid, simulator.pid, *(console.child for console in consoles)]
            if not half and time.monotonic() - begin > (end - begin) / 2:
                half = _memory(everybody)
            step += 1
        full = _memory(everybody)
        right = sum(shows(console, count) for console in consoles)
        alive = sum(process.poll() is None for process in (server, simulator))
        for console in consoles:
            console.type("q")
        ended = sum(_has_ended(console) for console in consoles)
        said = _said([console.folder for console in consoles], logs)
        seconds = options.minutes * 60
        report.figure("imports a minute, beside everything else", step / seconds * 60, "a minute")
        report.figure("answers of the server", asked, "")
        report.figure("backups beside them", backups, "")
        report.ratio("consoles that show every certificate", right, f"{options.consoles}", right == options.consoles)
        report.ratio("consoles that quit", ended, f"{options.consoles}", ended == options.consoles)
        report.ratio("server and simulator at work at the end", alive, "2", alive == 2)
        sound = len(workspace.inventory.list()) == count and workspace.check().clean
        report.ratio("certificates right, workspace clean", sound, "1", sound)
        with unpacked(newest, folder / "restored", key_file=path / "vault.key") as draft:
            clean = draft.check().report.clean
            report.ratio("newest backup clean", clean, "1", clean)
        kinds = {server.pid: "server", simulator.pid: "simulator"}
        growth: dict[str, float] = {}
        for number in half.keys() & full.keys():
            kind = kinds.get(number, "consoles")
            growth[kind] = max(growth.get(kind, 0.0), full[number] / half[number])
        for kind, most in sorted(growth.items()):
            report.ratio(f"growth of memory since half-time: {kind}", most, f"{GROWTH:g}", most <= GROWTH)
        report.ratio("lines in logs", len(said), "0", not said)
        for told in said[:20]:
            print(told, file=sys.stderr)
    return report.show()


def _has_ended(console: PseudoTerminal) -> bool:
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        console.read_for(0.2)  # it waits for whoever reads what it draws
        if console.ended():
            return console.status() == 0
    return False
