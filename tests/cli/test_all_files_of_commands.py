"""Every option and argument that names a file takes ``-`` and a pipe: none of them means a file of that name."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from certfleet.cli.frame.parameters import FILE, TARGET
from certfleet.cli.main import main

from .conftest import Command, Material

FOLDERS = {
    ("scenario start", "--files"),
    ("scenario files", "folder"),
    ("fixture export", "folder"),
    ("fixture check", "folder"),
    ("class create", "folder"),
    ("class report", "folder"),
    ("class watch", "folder"),
    ("moment branch", "folder"),
    ("device export", "--to"),
}
"""Of the same type, because nothing may be read into it."""
NEEDS_A_FILE = {("device check-in", "--renew-with"), ("forecast", "--plan")}
"""The new key of a device stays there (a usage error says so); several plans are told apart by their files' names."""
BESIDE = {
    "certificate export": ["--format", "pkcs12", "--password-file", "PASSWORD"],
    "certificate request": ["--subject", "CN=a.example"],
    "admin add": ["--role", "viewer"],
    "notice smtp set": ["--user", "mail"],
    "device enroll": ["--serial-number", "F2LX0001", "--platform", "ios"],
    "class create": ["--scenario", "first-deployment"],
    "device check-in": ["--certificate", "LEAF", "--key", "KEY"],
    "fixture serve": ["--host", "192.0.2.1"],  # an address of nobody's (RFC 5737): else it would serve until Ctrl-C
}
"""What goes with the file where the command wouldn't look at it else."""


def commands(
    command: click.Command, path: tuple[str, ...], context: click.Context
) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    for name in command.list_commands(context):
        inside = command.get_command(context, name)
        assert inside is not None
        yield from commands(inside, (*path, name), context)


def files_of(kind: object) -> list[tuple[str, str]]:
    return [
        (name, parameter.opts[0])
        for name, command in commands(main, (), click.Context(main))
        for parameter in command.params
        if parameter.type is kind and not {(name, parameter.opts[0])} & (FOLDERS | NEEDS_A_FILE)
    ]


def line(name: str, opts: str, value: str, material: Material) -> list[str]:
    """The command with this value for the file, and something for all that it needs beside."""
    command = dict(commands(main, (), click.Context(main)))[name]
    beside = BESIDE.get(name, [])
    if opts in beside:
        at = beside.index(opts)
        beside = beside[:at] + beside[at + 2 :]
    words = name.split()
    for parameter in command.params:
        given = value if parameter.opts[0] == opts else _anything(parameter, material) if parameter.required else None
        if given is None or (parameter.opts[0] in beside and given != value):
            continue
        words += [given] if isinstance(parameter, click.Argument) else [parameter.opts[0], given]
    known = {"PASSWORD": material / "password", "LEAF": material / "leaf.pem", "KEY": material / "leaf.key"}
    return [*words, *(str(known.get(word, word)) for word in beside)]


def _anything(parameter: click.Parameter, material: Material) -> str:
    match parameter.type:
        case click.Choice(choices=[first, *_]):
            return str(first)
        case one if one is FILE:
            return str(material / "leaf.p12")
        case one if one is TARGET:
            return os.devnull
        case click.types.IntParamType():
            return "1"
        case _:
            return {
                "--from": "it@company.example",
                "--to": "it@company.example",
                "--apple-id": "it@company.example",
            }.get(parameter.opts[0], "serial-number" if parameter.opts[0] == "--identity-type" else "a.example")


@pytest.mark.parametrize(("name", "opts"), files_of(FILE))
def test_a_file_comes_on_standard_input_and_from_a_pipe(
    filled: Command, material: Material, tmp_path: Path, name: str, opts: str
) -> None:
    outcome = filled.run(*line(name, opts, "-", material), input=b"\x01nothing that is known\n")
    check(outcome.stderr)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sending = threading.Thread(target=send, args=(pipe, b"\x01nothing that is known\n"))
    sending.start()
    outcome = filled.run(*line(name, opts, str(pipe), material))
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # in place of a command that didn't
    sending.join()
    os.close(reading)
    check(outcome.stderr)


def send(pipe: Path, data: bytes) -> None:
    """Wait for a reader, and send; it may go before it has read all."""
    with contextlib.suppress(BrokenPipeError), pipe.open("wb", buffering=0) as file:
        file.write(data)


def check(said: str) -> None:
    for wrong in ("file-not-found", "not-a-file", "internal", "No such option", "Missing ", "is a pipe"):
        assert wrong not in said, said


@pytest.mark.parametrize(("name", "opts"), files_of(TARGET))
def test_no_file_is_called_a_dash(
    filled: Command, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, opts: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = filled.run(*line(name, opts, "-", material))
    assert "No such option" not in outcome.stderr
    assert "error: internal" not in outcome.stderr
    assert not (tmp_path / "-").exists()
