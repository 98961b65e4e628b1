"""Paths that no file can have, or that somebody may not use: refused, and never an error of the program."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.unix_people import UnixPerson, need_other_users

from .conftest import Command

LINES = (
    "certificate import {}",
    "certificate import {}/a",
    "certificate replace 1 {}",
    "certificate diff 1 --file {}",
    "certificate export 1 --output {}",
    "certificate import-keystore leaf.pem --password-file {}",
    "plan check {}",
    "scenario check {}",
    "device import {}",
    "bulk import {} --identity-type imei",
    "profile import {}",
    "fixture export {}",
    "fixture bombs {}",
    "class create --people 1 --scenario apns-last-ten-days {}",
    "moment save start",
    "moment branch start {}",
    "workspace backup {}",
    "workspace restore {} --yes",
    "--workspace {} certificate list",
    "--workspace {} certificate request --subject CN=a",
)


@pytest.mark.parametrize("path", ["a" * 300, "loop", "file/inside"])
def test_a_path_that_nothing_can_have(filled: Command, tmp_path: Path, path: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("no folder")
    for line in LINES:
        words = [word.replace("{}", str(tmp_path / path)) for word in shlex.split(line)]
        done = filled.run(*words)
        if "{}" in line:
            assert done.exit_code in (1, 2), (line, done.output)
        assert "internal" not in done.stderr, (line, done.stderr)


@pytest.mark.slow
def test_what_somebody_else_may_not_use(filled: Command, tmp_path: Path) -> None:
    """The workspace and the files are in a folder that the person may not even look into."""
    need_other_users()
    for line in LINES:
        if line.startswith(("fixture", "class")):  # whose modules aren't read before somebody becomes another
            continue
        words = [word.replace("{}", str(tmp_path / "file")) for word in shlex.split(line)]
        option = () if words[0] == "--workspace" else ("--workspace", filled.workspace)
        done = UnixPerson("nobody").run(*option, *words)
        assert done.returncode in (1, 2), (line, done.stdout)
        assert "error: " in done.stderr.lower(), (line, done.stderr)
        assert "internal" not in done.stderr, (line, done.stderr)
