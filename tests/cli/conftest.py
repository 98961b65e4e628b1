"""The command, called in the process or as a program, on files created for each session."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from certfleet.cli.main import main
from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.simulator.company.purposes import TLS_CLIENT, TLS_SERVER
from certfleet.store.authorities.validity import Validity
from tests.engines import copied
from tests.material import push_subject
from tests.prepared import Prepared
from tests.waiting import LONG

CTRL_C = "\x03"
PASSWORD = "correct horse"
HOST = "mdm.company.example"


@dataclass
class Material:
    """Files of one company: ``files / name``."""

    files: Path
    issuing: IssuingAuthority

    def __truediv__(self, name: str) -> Path:
        return self.files / name


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    files = tmp_path_factory.mktemp("material")
    now = datetime.now(UTC).replace(microsecond=0)
    draw = Random(1)
    long, short = Validity(now - timedelta(9), now + timedelta(3000)), Validity(now - timedelta(9), now + timedelta(82))
    root = IssuingAuthority.root(x509_name("Example Root CA"), draw, long)
    issuing = root.subordinate(x509_name("Example Issuing CA"), long)
    leaf = issuing.issue(x509_name(HOST), TLS_SERVER, short, sans=[HOST])
    renewed = issuing.issue(x509_name(HOST), TLS_SERVER, long, sans=[HOST])
    push = issuing.issue(push_subject("APSP:1234"), TLS_CLIENT, Validity(now - timedelta(300), now + timedelta(8)))
    nasty = issuing.issue(x509_name("evil\x1b]0;owned\x07\x1b[31m[red]"), TLS_SERVER, short)
    for name, data in {
        "root.pem": root.pem(),
        "chain.pem": leaf.pem(),
        "leaf.pem": leaf.pem(chain=False),
        "leaf.key": leaf.key_pem(),
        "leaf.enc.key": leaf.key_pem(PASSWORD),
        "other.key": renewed.key_pem(),
        "leaf.p12": leaf.pkcs12(PASSWORD, "vpn"),
        "renewed.p12": renewed.pkcs12(PASSWORD, "vpn"),
        "renewed.pem": renewed.pem(),
        "renewed.key": renewed.key_pem(),
        "push.p12": push.pkcs12(PASSWORD, "push"),
        "nasty.pem": nasty.pem(),
        "two.pem": root.pem() + push.pem(chain=False),
        "notes.txt": b"Remember to renew the certificate.\n",
        "empty.pem": b"",
        "password": f"{PASSWORD}\n".encode(),
        "wrong": b"not it\n",
    }.items():
        (files / name).write_bytes(data)
    return Material(files, issuing)


@dataclass
class Command:
    """``certfleet`` on one workspace."""

    workspace: Path
    environment: dict[str, str] = field(default_factory=dict)

    def after(self, prepared: Prepared, *lines: str) -> Command:
        """This command on a copy of a workspace that was made by these lines, once for all tests."""

        def make(folder: Path) -> None:
            for line in lines:
                Command(folder).done(*line.split())

        name = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        prepared.copy(name, make, self.workspace)
        return self

    def run(self, *arguments: object, json: bool = False, input: str | bytes | None = None) -> Result:
        other = arguments[:1] == ("--workspace",)  # a line about another one, in place of this
        options = [*([] if other else ["--workspace", str(self.workspace)]), *(["--json"] if json else [])]
        return CliRunner(env={"CERTFLEET_PASSPHRASE_FILE": None, **self.environment}).invoke(
            main, [*options, *map(str, arguments)], input=input
        )

    def done(self, *arguments: object, **options: Any) -> str:
        """Run; it must succeed. The answer is what it printed."""
        result = self.run(*arguments, **options)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def json(self, *arguments: object, **options: Any) -> Any:
        """Run with --json; it must succeed. The answer is the document."""
        return json.loads(self.done(*arguments, json=True, **options))

    def refused(self, *arguments: object, **options: Any) -> dict[str, str]:
        """Run twice, for people and for programs; both must refuse alike. The answer is the error."""
        spoken = self.run(*arguments, **options)
        result = self.run(*arguments, json=True, **options)
        assert result.exit_code == spoken.exit_code == 1, (spoken.output, result.output)
        assert result.stdout == ""
        error: dict[str, str] = json.loads(result.stderr)["error"]
        assert error.keys() == {"code", "message", "hint"}
        assert spoken.stderr.startswith(f"error: {error['code']}: {error['message']}\n")
        assert ("\nhint: " in spoken.stderr) == bool(error["hint"])
        return error

    def program(self, *arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """Run the real program."""
        return subprocess.run(self.line(*arguments), env=self.env(), capture_output=True, timeout=120, **options)

    def line(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "certfleet", "--workspace", str(self.workspace), *map(str, arguments)]

    def env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def on_a_terminal(self, *arguments: object, answers: Sequence[tuple[str, str]] = ()) -> tuple[str, int]:
        """Run with a terminal, and type each answer when its question shows. Output and exit status.

        Ctrl-C is typed again while nothing comes of it, as a person would: Python misses one that comes just before it
        begins to read."""
        child, terminal = pty.fork()
        if child == 0:
            line = self.line(*arguments)
            os.execve(line[0], line, {**self.env(), "TERM": "xterm-256color", "COLUMNS": "80"})
        shown, typed, waiting, until = "", "", list(answers), time.monotonic() + LONG
        while time.monotonic() < until:
            ready, _, _ = select.select([terminal], [], [], 2)
            try:
                shown += os.read(terminal, 65536).decode() if ready else ""
            except OSError:  # the other end is closed
                break
            if waiting and waiting[0][0] in shown.split("\x00")[-1]:
                typed = waiting.pop(0)[1]
                os.write(terminal, typed.encode())
                shown += "\x00"  # the next question is looked for below this mark
            elif typed == CTRL_C and not ready:
                os.write(terminal, typed.encode())
        os.close(terminal)
        assert not waiting, shown
        return shown.replace("\x00", ""), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def certfleet(tmp_path: Path) -> Command:
    return Command(tmp_path / "workspace")


@pytest.fixture(scope="session")
def filled_before(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "workspace"
    Command(folder).done(
        "certificate", "import", material / "chain.pem", "--key", material / "leaf.key", "--description", "MDM FQDN"
    )
    return folder


@pytest.fixture
def filled(certfleet: Command, filled_before: Path) -> Command:
    """A workspace with the server's chain: 1 the leaf with its key, 2 the issuing CA, 3 the root."""
    copied(filled_before, certfleet.workspace)
    return certfleet
