"""The tree of commands: each has help and examples, and an option has the same name and explanation everywhere."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from certfleet.cli import main as program
from certfleet.cli.frame.command import CliCommand
from certfleet.cli.main import main

from .conftest import Command


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


ALL = dict(commands(main))
IDS = [" ".join(path) for path in ALL]


@pytest.mark.parametrize(("path", "command"), ALL.items(), ids=IDS)
def test_every_command_has_help_and_examples_of_its_own(
    path: tuple[str, ...], command: click.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "repository").mkdir()  # the one folder of the examples that has to be there
    assert isinstance(command, CliCommand)
    assert command.help
    assert command.examples
    for example in command.examples:
        words = [word for word in shlex.split(example.removeprefix('eval "$(').removesuffix(')"')) if word != "--json"]
        start = 3 if words[1] == "--workspace" else 1
        assert words[0] == "certfleet"
        assert tuple(words[start : start + len(path)]) == path
        with command.make_context(path[-1], words[start + len(path) :], resilient_parsing=False):
            pass  # it parses


@pytest.mark.parametrize(("path", "command"), ALL.items(), ids=IDS)
def test_every_option_is_explained(path: tuple[str, ...], command: click.Command) -> None:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_same_option_is_explained_alike() -> None:
    shared = ("--limit", "--offset", "--descending", "--force", "--output", "--workers", "--attached", "--yes", "--der")
    said = defaultdict(set)
    for command in ALL.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for name in shared:
                    if name in parameter.opts:
                        said[name].add(parameter.help)
    assert {name: len(texts) for name, texts in said.items()} == dict.fromkeys(shared, 1)


def test_whoever_writes_a_file_takes_both_spellings() -> None:
    for path, command in ALL.items():
        for parameter in command.params:
            if {"--output", "--out"} & set(parameter.opts):
                assert parameter.opts == ["--output", "--out"], path


def test_choices_are_written_with_hyphens() -> None:
    for path, command in ALL.items():
        context = click.Context(command)
        for parameter in command.params:
            if isinstance(parameter.type, click.Choice):
                for choice in parameter.type.choices:
                    shown = parameter.type.normalize_choice(choice, context)
                    assert shown == shown.lower().replace(" ", "-").replace("_", "-"), (path, shown)


@pytest.mark.parametrize("status", ["not-yet-valid", "not yet valid", "not_yet_valid", "Not-Yet-Valid"])
def test_old_spellings_of_a_choice_are_taken(filled: Command, status: str) -> None:
    assert filled.json("certificate", "list", "--status", status) == {"certificates": []}


def test_one_place_prints() -> None:
    """Commands return their answer; whether it is printed as JSON is no business of theirs."""
    folder = Path(program.__file__).parent
    for module in folder.rglob("*.py"):
        name, source = module.relative_to(folder).as_posix(), module.read_text()
        if name.startswith("frame/"):
            continue
        assert "click.echo" not in source or name in ("console.py", "watch.py")  # what goes on meanwhile
        # Serving answers before it ends, and what a rehearsed script prints must not stand in the document.
        assert "session.json" not in source or name in (
            *("main.py", "serve.py", "rehearse.py", "fixture/serve.py", "watch.py", "web.py"),
        )
