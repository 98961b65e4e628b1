"""Keys of people's own, from the table [keys] of their settings file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.widgets import Input

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.shell.keys.chosen_keys import read_keys
from certfleet.tui.shell.keys.keys import choose_keys
from certfleet.tui.shell.settings import ConsoleSettings
from tests.material import issue

from ...conftest import Open
from ...driving import shows, text_of


@pytest.fixture(autouse=True)
def usual_keys_afterwards() -> Iterator[None]:
    yield
    choose_keys({})


def test_keys_are_written_as_people_write_them() -> None:
    chosen = read_keys({"help": ["?", "f2"], "commands": ["^k"], "sort": ["ctrl+o"], "faster": ["+"], "back": ["esc"]})

    assert chosen == {
        "help": ("question_mark", "f2"),
        "commands": ("ctrl+k",),
        "sort": ("ctrl+o",),
        "faster": ("plus",),
        "back": ("escape",),
    }


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"srot": ["o"]}, "keys.srot: there is no such action; did you mean sort?"),
        ({"sort": ["crtl+o"]}, "keys.sort: 'crtl+o' is no key"),
        ({"sort": []}, "keys.sort: it needs a key"),
        ({"sort": ["s"]}, "keys.sort: s means secure already"),
        ({"sort": ["f3"], "filter": ["f3"]}, "means"),
    ],
    ids=["unknown", "no-key", "none", "taken", "twice"],
)
def test_what_can_not_be_is_refused(chosen: dict[str, list[str]], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_keys(chosen)

    assert refused.value.code == "settings-invalid"
    assert said in refused.value.message
    assert refused.value.hint


def test_two_actions_can_change_places() -> None:
    assert read_keys({"sort": ["s"], "secure": ["o"]}) == {"sort": ("s",), "secure": ("o",)}


async def test_a_chosen_key_works_and_stands_in_footer_help_and_sentences(console: Open, workspace: Workspace) -> None:
    settings = ConsoleSettings(keys={"import": ("f5",), "sort": ("ctrl+o",)})

    async with console(settings=settings, size=(140, 45)) as pilot:
        await pilot.press("2")
        await shows(pilot, "No certificate yet. f5 imports one")
        assert "f5 Import" in text_of(pilot)
        await pilot.press("i")
        assert "Certificates" in text_of(pilot).split("\n")[1], "the usual key does nothing now"
        await pilot.press("question_mark")
        await shows(pilot, "f5")
        await pilot.press("escape", "f5")
        await shows(pilot, "Import a certificate")


async def test_without_a_choice_the_usual_keys_hold(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))
    async with console() as pilot:
        await pilot.press("2", "i")
        await shows(pilot, "Import a certificate")


async def test_the_keys_between_fields_can_be_chosen_and_their_sentences_follow(console: Open) -> None:
    keys = {"complete": ("f4",), "complete-back": ("f6",), "browse": ("f7",), "open": ("f8",)}
    async with console(settings=ConsoleSettings(keys=keys), size=(100, 40)) as pilot:
        await pilot.press("2", "i")
        await shows(pilot, "(path of the file; f4 completes it, f7 browses)")
        await pilot.press("escape", "n")
        await shows(pilot, "New certificate signing request")
        fields = [field.id for field in pilot.app.screen.query(Input)]
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == fields[0]
        await pilot.press("f4")
        assert pilot.app.focused.id == fields[1]
        await pilot.press("f6")
        assert pilot.app.focused.id == fields[0]
        await pilot.press("f1")
        await shows(pilot, "Type it. F8 does what the dialog is for.")
