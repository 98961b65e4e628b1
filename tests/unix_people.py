"""Other users of this machine, as whom tests that run as root call the program."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.waiting import LONG

ROOT = Path(__file__).resolve().parent.parent
BECOME = """
import builtins, codecs, importlib, os, pkgutil, sys
import certfleet.cli, certfleet.simulator, certfleet.store
from certfleet.cli.main import main
for package in (certfleet.cli, certfleet.simulator, certfleet.store):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)
for encoding in ("ascii", "latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "idna", "punycode"):
    codecs.lookup(encoding)
user, group, *groups = map(int, sys.argv[1].split())
os.setgroups(groups)
os.setgid(group)
os.setuid(user)
{"main": lambda *arguments: main(list(arguments))}.get(sys.argv[2], getattr(builtins, sys.argv[2], None))(*sys.argv[3:])
"""
"""Everything is imported before, because an interpreter in root's home folder can't be read afterwards."""


@dataclass(frozen=True)
class UnixPerson:
    """A user that every machine has, with more groups than the system gives them."""

    login: str
    groups: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict, hash=False)

    def run(self, *arguments: object, umask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
        """``certfleet`` as this user."""
        return self.program("main", *arguments, umask=umask, **environment)

    def program(self, *arguments: object, umask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
        """``main`` of certfleet, or a function of ``builtins``, called with these arguments as this user."""
        found = pwd.getpwnam(self.login)
        ids = [found.pw_uid, found.pw_gid, *(grp.getgrnam(name).gr_gid for name in self.groups)]
        return subprocess.run(
            [sys.executable, "-c", BECOME, " ".join(map(str, ids)), *map(str, arguments)],
            umask=umask,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", **environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )

    def done(self, *arguments: object, umask: int = 0o022, **environment: str) -> str:
        """The same; it must succeed. What it printed."""
        result = self.run(*arguments, umask=umask, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout


def need_other_users() -> None:
    """Skip a test where the tests can't work as other users."""
    if os.geteuid() != 0:
        pytest.skip("only root can work as other users")


@contextmanager
def common_folder() -> Iterator[Path]:
    """A folder that everybody can pass through, gone afterwards; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="certfleet-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
