"""The pages of the command line equal the output of ``python -m docs.make_cli``, which runs their examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from certfleet.cli.frame.command import CliCommand
from certfleet.cli.main import main
from certfleet.cli.manual_page import manual_page
from certfleet.store.workspace import Workspace
from docs import make_cli
from tests.documents import export_of
from tests.engines import copied
from tests.material import needs_openssl
from tests.prepared import Prepared

pytestmark = needs_openssl  # the sample workspace has a key of its making
MAKE = "run `python -m docs.make_cli`"


@pytest.fixture(scope="session")
def sample(prepared: Prepared) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        make_cli.prepare(folder)

    return prepared.made("sample", make)


@pytest.mark.parametrize("noun", make_cli.nouns())
def test_a_page_is_up_to_date(noun: str, sample: Path) -> None:
    assert (make_cli.FOLDER / f"{noun}.md").read_text() == make_cli.page(noun, sample), MAKE


def test_the_index_is_up_to_date() -> None:
    assert make_cli.INDEX.read_text() == make_cli.index(), MAKE


def test_the_manual_page_is_up_to_date() -> None:
    assert make_cli.MANUAL.read_text() == manual_page(main), MAKE


def test_there_are_no_other_pages() -> None:
    pages = {path.stem for path in make_cli.FOLDER.glob("*.md")}
    assert pages == {*make_cli.nouns(), "README", "errors", "json"}


def test_every_command_has_an_example() -> None:
    for noun in make_cli.nouns():
        command = main.get_command(click.Context(main), noun)
        assert command is not None
        for path, found in make_cli.commands(command, (noun,)):
            assert getattr(found, "examples", ()), path


def changing() -> Iterator[str]:
    """The commands that change something."""
    for noun in make_cli.nouns():
        command = main.get_command(click.Context(main), noun)
        assert command is not None
        for path, found in make_cli.commands(command, (noun,)):
            if isinstance(found, CliCommand) and found.changes:
                yield " ".join(path)


def lines_of(name: str) -> list[str]:
    """The examples of a command that run, to be tried."""
    context = click.Context(main)
    command: click.Command | None = main
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(context, word)
    assert isinstance(command, CliCommand)
    known = {"certfleet workspace passphrase", "certfleet simulate company --seed 7 --start 2026-01-05"}
    skipped = [line for line in make_cli.NOT_RUN if line not in known]
    return [
        f"{line.replace(' --yes', '').replace(' --dry-run', '')} --dry-run"
        for line in command.examples
        if not any(line.startswith(start) for start in skipped)
    ]


@pytest.mark.parametrize("name", changing())
def test_a_dry_run_of_an_example_leaves_everything_as_it_was(name: str, sample: Path, tmp_path: Path) -> None:
    home = copied(sample, tmp_path / "home")
    with make_cli.started(home) as examples:
        for line in make_cli.BEFORE.get(name, ()):
            examples.done(line)
        before = everything_in(home)
        for line in lines_of(name):
            output = examples.run(line)
            assert examples.status == 0 or name in REFUSED, output
        assert everything_in(home) == before


REFUSED = {
    "simulate company": "the sample workspace has one",
    "workspace passphrase": "there is nobody to type one",
}


def everything_in(home: Path) -> tuple[object, ...]:
    """The workspace, and the other files."""
    with Workspace.open(home / "inventory") as workspace:
        content = export_of(workspace)
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("store.db")
    }
    return content, files
