"""Every refusal that can be made to happen is true, and its hint, followed literally, doesn't lead to the same one."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

from certfleet.cli.main import main
from tests.cli.conftest import Command, Material
from tests.engines import backups_are_files
from tests.prepared import Prepared

from . import table
from .made_files import make_files
from .not_provoked import NOT_PROVOKED

ERRORS = Path(__file__).parents[3] / "docs" / "cli" / "errors.md"
LONG = "x" * 12_000
ABOUT_FILES = ("workspace share", "workspace backup", "workspace restore")


@dataclass(frozen=True)
class Way:
    """One way to a refusal."""

    code: str
    workspace: str
    steps: list[str]
    following: list[str] = field(default_factory=list)


def ways() -> list[Way]:
    found = []
    for text in (table.CERTIFICATES, table.COMPONENTS, table.DEVICES, table.SIMULATION):
        for line in text.strip().splitlines():
            code, workspace, steps, *following = (part.strip() for part in line.split("|"))
            found.append(Way(code, workspace, steps.split(" ; "), following[0].split(" ; ") if following else []))
    return found


WAYS = ways()


class WayFolders:
    """The folders of one way: its workspace, the files, and where nothing is."""

    def __init__(self, folder: Path, files: Path, prepared: Prepared) -> None:
        self.folder, self.files, self.prepared = folder, files, prepared
        self.command = Command(folder / "workspace")
        self.named: dict[str, str] = {}

    def begin(self, workspace: str) -> None:
        if workspace == "none":
            return
        self.prepared.copy(f"refusals-{workspace}", lambda to: self._make(workspace, to), self.command.workspace)
        if "company" in (workspace, table.BEGIN_AS.get(workspace)):
            status = self.command.json("apns", "status")["apns"]
            listed = self.command.json("device", "list")["devices"]
            devices = {one["platform"]: str(one["id"]) for one in reversed(listed)}
            self.named = {
                "owner": status["apple_id"],
                "push": str(status["certificate"]["id"]),
                "phone": devices["ios"],
                "windows": devices["windows"],
            }

    def _make(self, workspace: str, to: Path) -> None:
        if (before := table.BEGIN_AS.get(workspace)) is not None:
            self.prepared.copy(f"refusals-{before}", lambda to: self._make(before, to), to)
        for line in table.WORKSPACES[workspace]:
            Command(to).done(*self.words(line))

    def words(self, line: str) -> list[str]:
        return [self._word(word) for word in shlex.split(line)]

    def _word(self, word: str) -> str:
        if word[:1] in "@%":
            return str((self.files if word[0] == "@" else self.folder) / word[1:])
        known = {"workspace": str(self.command.workspace), "long": LONG, **self.named}
        return re.sub(r"\{(\w+)\}", lambda match: known[match[1]], word)


@pytest.fixture(scope="module")
def files(material: Material, prepared: Prepared) -> Path:
    """Of all workers, as the workspaces are that are made of them: two workers' keys differ."""

    def make(folder: Path) -> None:
        shutil.copytree(material.files, folder)
        make_files(folder)

    return prepared.made("refusals-files", make)


@pytest.fixture
def place(tmp_path: Path, files: Path, prepared: Prepared) -> WayFolders:
    return WayFolders(tmp_path, files, prepared)


@pytest.mark.parametrize("way", WAYS, ids=[f"{n}-{way.code}" for n, way in enumerate(WAYS)])
def test_a_refusal_is_true_and_its_hint_leads_on(place: WayFolders, way: Way) -> None:
    if not backups_are_files() and any(step.startswith(ABOUT_FILES) for step in way.steps):
        pytest.skip("what is about files is refused with `database-elsewhere`, which a test of its own provokes")
    place.begin(way.workspace)
    for step in way.steps[:-1]:
        place.command.done(*place.words(step))
    words = place.words(way.steps[-1])
    outcome = place.command.run(*words)
    told = re.search(r"^error: ([a-z0-9-]+): (.+)(?:\nhint: (.+))?", outcome.stderr, re.M)
    assert told is not None, outcome.stderr
    assert told[1] == way.code
    check_words(told[2], told[3] or "", words)
    assert way.following or not re.search(r"`certfleet |--[a-z]", told[3] or ""), "the table follows this hint"
    for line in way.following:
        after = place.command.run(*place.words(line))
        assert after.exit_code in (0, 1), after.stderr
        assert f"error: {way.code}:" not in after.stderr
    if way.following and "error:" not in outcome.stderr:
        assert after.exit_code == 0


def check_words(message: str, hint: str, words: list[str]) -> None:
    """What can be checked of any refusal: it is one line that can be seen, what it names differs from what else it
    names, and its hint names commands and options that there are."""
    for text in (message, hint):
        assert text.isprintable()
        assert not re.search(r"\b(.{6,}),? and \1(?!\w)", text), "two things that can't be told apart"
        assert not re.search(r"\b(None|Traceback|object at 0x)\b", text)
    for named in re.findall(r"`certfleet ([^`]+)`", hint):
        resolved(shlex.split(named))
    options = options_of(main) | options_of(resolved(words))
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"`[^`]+`", "", hint)):
        assert option in options | ELSEWHERE, f"{option} is no option of it"


ELSEWHERE = {"--say-first"}
"""Options of other commands that hints speak of in a sentence of their own."""


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


def resolved(words: list[str]) -> click.Command:
    """The command that these words call. Its options must be there."""
    command: click.Command = main
    context = click.Context(main)
    while words and words[0] in ("--workspace", "--say"):
        words = words[2:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        following = command.get_command(context, words[0])
        assert following is not None, f"{words[0]} is no command"
        command, words = following, words[1:]
    options = options_of(command) | {"--help"}
    assert not [word for word in words if word.startswith("--") and word not in options]
    return command


def test_each_error_code_is_provoked_or_has_a_reason_why_not() -> None:
    documented = set(re.findall(r"^\| `([a-z0-9-]+)` \|", ERRORS.read_text(), re.M))
    provoked = {way.code for way in WAYS}
    assert not provoked & set(NOT_PROVOKED)
    assert provoked | set(NOT_PROVOKED) == documented
