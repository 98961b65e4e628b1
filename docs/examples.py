"""The examples in the documentation: found in the pages, run in order, and compared with what the pages say.

In a page, a fenced block marked ``console`` holds command lines after ``$ `` (continued after ``> ``), each followed by
its output. ``python`` holds a program that prints nothing, and ``pycon`` a session with output. ``...`` in the output
stands for anything: alone on a line for any lines, inside a line for any characters. A block that isn't run says why in
the words after its language: ``console not run: opens the full-screen console``.

``python -m docs.examples PAGE…`` updates the output in a page wherever it differs.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import sample
from types import TracebackType
from typing import Any

from click.testing import CliRunner

from certfleet.cli.main import main
from certfleet.store.model import audit as model_audit

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
WAIT = 60  # seconds for a command of the shell
PORT = "4443"  # in the pages; a free port when they are run

_BLOCK = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", re.M)
_SHELL = re.compile(r"[|&;<>$`*?~#\\]|^\w+=")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text, and the line of the page that it begins on."""

    language: str
    note: str
    text: str
    line: int

    @property
    def is_run(self) -> bool:
        return not self.note.startswith("not run: ")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a Markdown page."""
    found = []
    for match in _BLOCK.finditer(page):
        language, _, note = match[2].partition(" ")
        text = re.sub(f"^{match[1]}", "", match[3], flags=re.M)
        found.append(Block(language, note, text, page.count("\n", 0, match.start()) + 1))
    return found


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The command lines of a console block, each with the output expected of it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        lines = part.splitlines()
        size = 1
        while size < len(lines) and lines[size].startswith("> "):
            size += 1
        yield "\n".join([lines[0], *(line[2:] for line in lines[1:size])]), "\n".join(lines[size:])


def fits(expected: str, output: str) -> bool:
    """Whether output is what was expected, apart from ``...`` and spaces at the ends of lines."""
    pattern = ""
    for line in expected.rstrip().splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.rstrip().split("...")) + "\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in output.rstrip().splitlines())) is not None


@dataclass
class Examples:
    """Runs examples in a folder: ``certfleet`` in this process, anything else in one shell, which starts when it is
    needed; a context manager.

    The home folder is inside, so ``certfleet`` starts with a workspace that doesn't exist yet.
    """

    folder: Path
    port: str = field(default_factory=lambda: _free_port())
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "example"})
    environment: dict[str, str] = field(init=False)
    status: int = 0  # of the last command of ``certfleet``

    def __post_init__(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CERTFLEET_", "XDG_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = clean | {"HOME": str(self.folder), "PATH": path, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        for name in ("COLUMNS", "SUDO_USER", "SSH_CONNECTION"):
            self.environment.pop(name, None)

    def __enter__(self) -> Examples:
        return self

    @cached_property
    def _shell(self) -> subprocess.Popen[bytes]:
        shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert shell.stdout
        os.set_blocking(shell.stdout.fileno(), False)
        return shell

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if "_shell" not in vars(self):
            return
        os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.communicate(timeout=WAIT)

    def check(self, block: Block) -> int:
        """Run a block; returns the number of examples in it. Raises ``AssertionError`` if the output differs."""
        if block.language == "console":
            return self._check_console(block)
        with chdir(self.folder):
            if block.language == "python":
                exec(compile("\n" * block.line + block.text, "page", "exec"), self.names)
                return 1
            test = doctest.DocTestParser().get_doctest(block.text, self.names, "page", "page", block.line)
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            report: list[str] = []
            result = doctest.DocTestRunner(optionflags=flags).run(test, out=report.append, clear_globs=False)
            self.names.update(test.globs)
        assert not result.failed, "".join(report)
        return result.attempted

    def _check_console(self, block: Block) -> int:
        number = 0
        for command, expected in commands(block.text):
            output = self.run(command, expected)
            assert fits(expected, output), f"line {block.line}: $ {command}\nexpected:\n{expected}\ngot:\n{output}"
            number += 1
        return number

    def done(self, command: str) -> str:
        """The output of a command that must succeed."""
        output = self.run(command)
        assert self.status == 0, f"$ {command}\n{output}"
        return output

    def run(self, command: str, expected: str = "") -> str:
        """The output of a command line, both streams; a background command is waited for until its output fits."""
        if export := re.fullmatch(r"export (\w+)=(\S+)", command):
            self.environment[export[1]] = export[2].replace("~", str(self.folder))
        if command.startswith("certfleet ") and not _SHELL.search(command):
            with chdir(self.folder), _as_ann():
                result = CliRunner(env={**dict.fromkeys(os.environ), **self.environment}).invoke(
                    main,
                    shlex.split(command.replace(f":{PORT}", f":{self.port}"))[1:],
                    prog_name="certfleet",
                    catch_exceptions=False,
                )
            self.status = result.exit_code
            return result.output.replace(f":{self.port}", f":{PORT}")
        assert self._shell.stdin and self._shell.stdout
        line = command.replace("certfleet serve", f"certfleet serve --port {PORT}").replace(PORT, self.port)
        self._shell.stdin.write(f"{line}\necho -e '\\x01'\n".encode())
        self._shell.stdin.flush()
        output, until = "", time.monotonic() + WAIT
        while time.monotonic() < until:
            output += (self._shell.stdout.read() or b"").decode().replace(self.port, PORT)
            if "\x01\n" in output:
                said = output.replace("\x01\n", "")
                if not command.endswith("&") or fits(expected, said):
                    return said
            time.sleep(0.02)
        raise AssertionError(f"no end of: $ {command}\n{output}")


def update(page: Path) -> None:
    """Put the present output into the console blocks of a page, if it differs from the expected one."""
    text = page.read_text()
    with tempfile.TemporaryDirectory() as folder, Examples(Path(folder)) as examples:
        for block in blocks(text):
            if not block.is_run:
                continue
            if block.language == "pycon":
                with chdir(examples.folder):
                    text = text.replace(block.text, _session(block.text, examples.names), 1)
                continue
            if block.language == "python":
                examples.check(block)
                continue
            new = ""
            for command, expected in commands(block.text):
                output = examples.run(command, expected)
                said = expected if fits(expected, output) else output.rstrip()
                new += "$ " + command.replace("\n", "\n> ") + f"\n{said}".rstrip() + "\n"
            text = text.replace(f"```console\n{block.text}```", f"```console\n{new}```", 1)
    page.write_text(text)


def _session(text: str, names: dict[str, Any]) -> str:
    """A pycon block with its present output."""
    new = ""
    for example in doctest.DocTestParser().get_examples(text):
        said = io.StringIO()
        with redirect_stdout(said):
            exec(compile(example.source, "page", "single"), names)
        lines = example.source.splitlines()
        new += "".join(f"{'...' if number else '>>>'} {line}\n" for number, line in enumerate(lines)) + said.getvalue()
    return new


@contextmanager
def _as_ann() -> Iterator[None]:
    """Inside, the audit trail names Ann, whoever runs the examples."""
    before, model_audit.login_name = model_audit.login_name, lambda id: "ann"
    try:
        yield
    finally:
        model_audit.login_name = before


def _free_port() -> str:
    """A free port as long as the one in the pages, so that tables are as wide."""
    for port in sample(range(4001, 9999), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return str(port)
    raise OSError("no port is free")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name))
