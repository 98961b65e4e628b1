"""The set-up for guests of docs/ssh.md with a real sshd: it runs certfleet for them, whatever they ask for."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.pseudo_terminal import PseudoTerminal, on_pseudo_terminal
from certfleet.store.persistence.database_file import address_in
from tests.waiting import LONG, wait_until

from .conftest import Command, Material

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
ROOT = Path(__file__).resolve().parent.parent.parent
CHAINS = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SSHD is None or shutil.which("ssh") is None, reason="OpenSSH is not installed"),
]


@dataclass
class SshHost:
    """A machine that a guest reaches by SSH: certfleet on a workspace, and their folder."""

    command: Command
    folder: Path
    port: int
    home: Path

    def options(self, port: str = "-p") -> list[str]:
        own = {"StrictHostKeyChecking": "no", "UserKnownHostsFile": os.devnull, "BatchMode": "yes", "LogLevel": "ERROR"}
        said = [word for name, value in own.items() for word in ("-o", f"{name}={value}")]
        return ["-F", "none", port, str(self.port), "-i", str(self.home / "key"), *said]

    def line(self, *words: str, terminal: bool = False) -> list[str]:
        return ["ssh", *self.options(), *(["-tt"] if terminal else []), "--", f"{_me()}@127.0.0.1", *words]

    def run(self, *words: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """What a guest's command says, who sends ``input`` with it."""
        return subprocess.run(self.line(*words), input=input, capture_output=True, timeout=LONG, check=False)

    def code(self, *words: str) -> str:
        """The code of the refusal."""
        result = self.run(*words)
        assert result.returncode == 1, result
        return result.stderr.decode().split()[1].rstrip(":")

    def processes(self) -> list[int]:
        """The processes that work on the workspace for guests."""
        return [one for one in _processes() if str(self.command.workspace).encode() in _arguments(one)]


def _me() -> str:
    return getpass.getuser()


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _arguments(process: int) -> bytes:
    with contextlib.suppress(OSError):
        words = (Path("/proc") / str(process) / "cmdline").read_bytes()
        return words if b"certfleet" in words and b"sshd" not in words else b""
    return b""


@pytest.fixture
def host(filled: Command, material: Material, tmp_path: Path) -> Iterator[SshHost]:
    home, folder = tmp_path / "ssh", tmp_path / "exchange"
    home.mkdir()
    shutil.copytree(material.files, folder)
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)], check=True)
    filled.done("admin", "add", "otto", "--role", "operator", "--password-file", material / "password")
    forced = (
        f"exec env PYTHONPATH={ROOT} {sys.executable} -m certfleet --workspace {filled.workspace} --as otto"
        f" --confined {folder}"
    )
    public = (home / "key.pub").read_text()
    (home / "keys").write_text(f'restrict,pty,command="{forced}" {public}')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ListenAddress": "127.0.0.1",
        "Port": port,
        "HostKey": home / "host_key",
        "AuthorizedKeysFile": home / "keys",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
        "Subsystem": "sftp internal-sftp",
    }
    (home / "config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    if os.geteuid() == 0:  # where sshd puts its own unprivileged process
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    assert SSHD is not None
    log = (home / "log").open("wb")
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(home / "config")], stderr=log)
    host = SshHost(filled, folder, port, home)
    try:
        wait_until(lambda: _listens(port))
        if (first := host.run("--version")).returncode != 0:
            pytest.skip(f"sshd lets nobody in here: {(home / 'log').read_text()[-500:]} {first.stderr.decode()}")
        yield host
    finally:
        server.terminate()
        server.wait(LONG)
        log.close()
        for process in host.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_guest_imports_and_exports(host: SshHost, material: Material) -> None:
    sent = (material / "renewed.pem").read_bytes()
    result = host.run("certificate", "import", "-", input=sent)
    assert result.returncode == 0, result.stderr
    assert host.run("certificate", "import", "push.p12").returncode == 1
    taken = host.run("certificate", "export", "1", "--output", "-")
    assert taken.stdout.startswith(b"-----BEGIN CERTIFICATE-----")
    assert host.run("certificate", "export", "1", "--output", "server.pem").returncode == 0
    assert (host.folder / "server.pem").read_bytes() == taken.stdout
    newest = host.command.json("audit", "list")["audit"][0]
    assert newest["user"].endswith("(otto)")
    assert newest["origin"] == "127.0.0.1"


def test_nothing_is_written_into_the_home_folder(host: SshHost) -> None:
    before = sorted(host.folder.iterdir())
    for target in ("~/.bashrc", "~/.brashrc", ".bashrc", f"{Path.home()}/.bashrc", "$HOME/.brashrc", "../x.pem"):
        assert host.code(f"certificate export 1 --force --output '{target}'") == "path-outside", target
    assert sorted(host.folder.iterdir()) == before
    assert not (Path.home() / ".brashrc").exists()


def test_there_is_no_shell(host: SshHost) -> None:
    for words in (["bash"], ["sh", "-c", "id"], ["certfleet; id"], ["certificate list | sh"], ["--workspace / check"]):
        result = host.run(*words)
        assert result.returncode in (1, 2), words
        assert b"uid=" not in result.stdout + result.stderr
    assert host.code("bash") == "confined"
    forward = subprocess.run(
        ["ssh", *host.options(), "-N", "-o", "ExitOnForwardFailure=yes", "-W", f"127.0.0.1:{host.port}", "127.0.0.1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONG,
        check=False,
    )
    assert forward.returncode != 0


@pytest.mark.parametrize("old", [True, False], ids=["scp", "sftp"])
def test_files_are_not_copied_by_scp(host: SshHost, material: Material, old: bool) -> None:
    where = f"{_me()}@127.0.0.1:x.pem"
    line = ["scp", *(["-O"] if old else []), *host.options("-P"), str(material / "root.pem"), where]
    result = subprocess.run(line, capture_output=True, timeout=LONG, check=False)
    assert result.returncode != 0
    if old:  # sshd drops what is said to an SFTP client
        assert b"no-file-transfer" in result.stderr
        assert b"certificate import -" in result.stderr
    assert not (host.folder / "x.pem").exists()


def _cut(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # as a line that drops: nobody says goodbye
    process.wait(LONG)


def test_what_is_cut_off_while_it_is_sent_is_not_imported(host: SshHost, material: Material) -> None:
    before = host.command.json("certificate", "list")
    first = (material / "root.pem").read_bytes() + (material / "renewed.pem").read_bytes()
    sending = subprocess.Popen(host.line("certificate", "import", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sending.stdin is not None
    sending.stdin.write((material / "renewed.pem").read_bytes()[:-2000] if len(first) < 2000 else first)
    sending.stdin.flush()
    wait_until(host.processes)
    time.sleep(1)  # so that what was sent has arrived: in this test nothing hangs on it
    _cut(sending)
    wait_until(lambda: not host.processes())
    assert host.command.json("certificate", "list") == before
    assert "clean; read" in host.command.done("workspace", "check")


def _files(host: SshHost, material: Material) -> Sequence[str]:
    from datetime import UTC, datetime, timedelta
    from random import Random

    from certfleet.simulator.company.credentials import x509_name
    from certfleet.simulator.company.issuing import IssuingAuthority
    from certfleet.simulator.company.purposes import TLS_SERVER
    from certfleet.store.authorities.validity import Validity

    now = datetime.now(UTC).replace(microsecond=0)
    validity = Validity(now - timedelta(9), now + timedelta(300))
    root = IssuingAuthority.root(x509_name("Many"), Random(2), validity)
    names = [f"{number:03}.pem" for number in range(CHAINS)]
    for name in names:
        issued = root.issue(x509_name(f"{name}.example"), TLS_SERVER, validity, sans=[f"{name}.example"])
        (host.folder / name).write_bytes(issued.pem())
    return names


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "no-terminal"])
def test_an_import_that_is_cut_off_is_whole_or_not_there(host: SshHost, material: Material, terminal: bool) -> None:
    names = _files(host, material)
    entries = len(host.command.json("certificate", "list")["certificates"])
    running = subprocess.Popen(
        host.line("certificate", "import", *names, terminal=terminal),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    wait_until(host.processes)
    wait_until(lambda: _is_used(host.command.workspace) or not host.processes())  # it is at work
    _cut(running)
    wait_until(lambda: not host.processes())
    assert "clean; read" in host.command.done("workspace", "check")
    more = len(host.command.json("certificate", "list")["certificates"]) - entries
    assert more in (0, CHAINS + 1), "all of it, with the root, or nothing"


def _is_used(workspace: Path) -> bool:
    """Whether a process works in the workspace, in whichever database it is."""
    if (address := address_in(workspace)) is None:
        return (workspace / "store.db-wal").exists()
    import psycopg

    with psycopg.connect(address.uri) as connection:
        return connection.execute(_LOCKED, (address.schema,)).fetchone() == (True,)


_LOCKED = """SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE relnamespace = to_regnamespace(%s)
)"""


def test_the_console_opens_and_leads_nowhere_else(host: SshHost) -> None:
    with on_pseudo_terminal(host.line(terminal=True), columns=120, rows=36) as terminal:
        terminal.wait_for("Overview")
        terminal.type("\x1a")  # Ctrl+Z
        terminal.wait_for("confined")
        terminal.type("2")
        terminal.wait_for("mdm.company.example")
        terminal.type("q")
        wait_until(lambda: _has_ended(terminal))
        assert terminal.status() == 0
    wait_until(lambda: not host.processes())


def _has_ended(terminal: PseudoTerminal) -> bool:
    terminal.read_for(0.2)  # it waits for whoever reads what it draws
    return terminal.ended()


def test_a_console_whose_line_drops_ends(host: SshHost) -> None:
    with on_pseudo_terminal(host.line(terminal=True), columns=120, rows=36) as terminal:
        terminal.wait_for("Overview")
        assert host.processes()
        os.kill(terminal.child, signal.SIGKILL)
        wait_until(lambda: not host.processes())
