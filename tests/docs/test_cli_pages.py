"""The pages of the command line are what ``python -m docs.make_cli`` makes; their examples run meanwhile."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from certfleet.cli.main import main
from docs import make_cli
from tests.material import needs_openssl

pytestmark = needs_openssl  # the sample workspace has a key of its making
MAKE = "run `python -m docs.make_cli`"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    make_cli.prepare(folder)
    return folder


@pytest.mark.parametrize("noun", make_cli.nouns())
def test_a_page_is_up_to_date(noun: str, sample: Path) -> None:
    assert (make_cli.FOLDER / f"{noun}.md").read_text() == make_cli.page(noun, sample), MAKE


def test_the_index_is_up_to_date() -> None:
    assert make_cli.INDEX.read_text() == make_cli.index(), MAKE


def test_there_are_no_other_pages() -> None:
    pages = {path.stem for path in make_cli.FOLDER.glob("*.md")}
    assert pages == {*make_cli.nouns(), "README", "errors", "json"}


def test_every_command_has_an_example() -> None:
    for noun in make_cli.nouns():
        command = main.get_command(click.Context(main), noun)
        assert command is not None
        for path, found in make_cli.commands(command, (noun,)):
            assert getattr(found, "examples", ()), path
