"""The Tab key in zsh and fish: what each makes of the values, after ``=`` too. Bash is in ``test_completed_values``."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.prepared import Prepared
from tests.waiting import LONG

from ..conftest import Command, Material

TAB, TO_THE_START = "\t", "\x01"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


@pytest.fixture
def environment(certfleet: Command, prepared: Prepared, material: Material, tmp_path: Path) -> dict[str, str]:
    """A home in which ``certfleet`` is a command, with a company."""
    certfleet.after(
        prepared,
        "simulate company --seed 3 --start 2026-01-05",
        "policy create Field,VPN --server vpn.company.example --identity-type imei --everybody",
    )
    certfleet.done(
        "policy", "create", "Field VPN 'at $HOME", "--server", "v.example", "--identity-type", "imei", "--everybody"
    )
    for name in ("leaf.p12", "password"):
        shutil.copy(material / name, tmp_path)
    command = tmp_path / "bin" / "certfleet"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m certfleet "$@"\n')
    command.chmod(0o700)
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "CERTFLEET_WORKSPACE": str(certfleet.workspace),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
    }


LINES = [
    ("device list --issuer d", ["device", "list", "--issuer", "default"]),
    ("device list --issuer=d", ["device", "list", "--issuer=default"]),
    ("authority show d", ["authority", "show", "default"]),
    ("policy show Field,", ["policy", "show", "Field,VPN"]),
    ("policy show 'Field V", ["policy", "show", "Field VPN 'at $HOME"]),
    ("policy show Field\\ V", ["policy", "show", "Field VPN 'at $HOME"]),
    ("certificate show 1 --out", ["certificate", "show", "1", "--out"]),
    ("certificate export 1 --outp", ["certificate", "export", "1", "--output"]),
    (
        "certificate import-keystore leaf.p12 --password-file=password --alias=v",
        ["certificate", "import-keystore", "leaf.p12", "--password-file=password", "--alias=vpn"],
    ),
    ("config set theme pl", ["config", "set", "theme", "plain"]),
    ("--workspace=worksp", ["--workspace=workspace/"]),
]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish isn't installed")
@pytest.mark.parametrize(("line", "words"), LINES)
def test_fish(environment: dict[str, str], tmp_path: Path, line: str, words: list[str]) -> None:
    program = "certfleet completion fish | source; complete --do-complete $argv[1]"
    ran = subprocess.run(
        ["fish", "--no-config", "-c", program, f"certfleet {line}"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=LONG, check=True,
    )  # fmt: skip
    found = [one.partition("\t")[0] for one in ran.stdout.splitlines()]
    assert found == ([words[-1]] if words[-1] not in line else [])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh isn't installed")
def test_zsh(environment: dict[str, str], tmp_path: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-f"], {**environment, "PS1": "> ", "COLUMNS": "250"})
    try:
        _type(terminal, "bindkey -e; unsetopt prompt_cr; autoload -U compinit; compinit -u -D\n")
        _type(terminal, 'eval "$(certfleet completion zsh)"; print re""ady\n')
        _shown(terminal, "ready")
        for number, (line, words) in enumerate(LINES):
            # What the line has become is printed, word by word.
            _type(terminal, f"certfleet {line}{TAB}{TO_THE_START}printf '<%s>' end{number} \n")
            shown = _shown(terminal, f"<end{number}>", "<certfleet>")
            assert re.findall(r"<([^<>]*)>", shown.partition(f"<end{number}>")[2])[1:] == [
                word.removesuffix("/")  # which zsh takes back when something else is typed
                for word in words
            ], shown
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _type(terminal: int, keys: str) -> None:
    os.write(terminal, keys.encode())


def _shown(terminal: int, *texts: str) -> str:
    """All that is shown until these texts are, and a prompt after them."""
    shown, end = "", time.monotonic() + LONG
    while not all(text in shown for text in texts) or not shown.endswith("> "):
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 1)[0]:
            shown = _ESCAPES.sub("", shown + os.read(terminal, 65536).decode(errors="replace"))
    return shown
