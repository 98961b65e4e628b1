"""A class: a workspace for each person, all copied from one start of a scenario, which is prepared once."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from ...store.branching import duplicate
from ...store.confinement import open_person_file
from ...store.errors import NO_ROOM, Refusal, no_room
from ...store.folder import is_workspace
from ...store.printable import printable
from ...store.workspace import Workspace
from .scenario import Scenario
from .starting import clock_start, start_scenario

CLASS_FILE = "class.json"
DRAFT_FILE = f"{CLASS_FILE}.draft"
"""The same file while the class is being made: a class that was interrupted has this one."""
MOST_PEOPLE = 500
_LOCK_FILE = ".class.lock"
_PREPARING = ".preparing"
_PREPARED = ".prepared"
_LONGEST_NAME = 64
_IN_NAMES = " .@'\u2019-_\u200c\u200d"  # of joiners, those that may be printed
_WRITING = "LMN"
"""The Unicode categories of letters, of the marks that many scripts put around them, and of digits."""
_REPEAT = "Give the command that was interrupted again: it goes on where it was. Or delete the folder."


class ClassRecord(Struct, frozen=True, kw_only=True):
    """What a class is: its scenario, with the text of the file, and its people. Each name is a folder. ``say_first``:
    before each act they say what it will stop."""

    scenario: str
    text: str
    people: tuple[str, ...]
    say_first: bool = False


class ClassMade(Struct, frozen=True, kw_only=True):
    """A class that was made; ``were_there`` workspaces are from an attempt that was interrupted."""

    record: ClassRecord
    were_there: int


def numbered(people: int) -> tuple[str, ...]:
    """Names for people without one: ``person-01``."""
    width = max(2, len(str(people)))
    return tuple(f"person-{number:0{width}}" for number in range(1, people + 1))


def read_names(path: Path) -> tuple[str, ...]:
    """The names in a file, one a line. Refuses with ``names-unreadable`` or ``names-invalid``."""
    try:
        with os.fdopen(open_person_file(path, os.O_RDONLY), encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except OSError as error:
        said = f"{path} can't be read: {error.strerror or error}"
        raise Refusal("names-unreadable", said, "Name a file with a name a line.") from error
    except UnicodeDecodeError as error:
        said = f"{path} can't be read: it is not a text in UTF-8"
        raise Refusal("names-unreadable", said, "Save it as UTF-8.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if name := unicodedata.normalize("NFC", line.strip()):  # as people type it, however it was saved
            if mistake := _mistake(name, found):
                raise Refusal(
                    "names-invalid",
                    f"{path} line {number}: {mistake}",
                    "Each name is a folder: up to 64 letters, digits, spaces and . @ ' - _, a letter or digit first.",
                )
            found[name.casefold()] = name
    if not 1 <= len(found) <= MOST_PEOPLE:
        raise Refusal("names-invalid", f"{path} holds {len(found):,} names", f"A class has 1 to {MOST_PEOPLE} people.")
    return tuple(found.values())


def _mistake(name: str, known: dict[str, str]) -> str:
    if not _is_folder_name(name) or name.casefold() in (CLASS_FILE, DRAFT_FILE):
        return f"{name!r} can't be the name of a folder here"
    if name.casefold() in known:  # which some file systems take for the same folder
        return f"{name!r} is there twice"
    return ""


def _is_folder_name(name: str) -> bool:
    categories = [unicodedata.category(character)[0] for character in name]
    return (
        len(name) <= _LONGEST_NAME
        and all(kind in _WRITING or one in _IN_NAMES for one, kind in zip(name, categories, strict=True))
        and categories[0] in "LN"
        and name[-1] not in ". @"
        and printable(name) == name
    )


def create_class(
    folder: Path,
    scenario: Scenario,
    text: str,
    people: Sequence[str],
    *,
    say_first: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ClassMade:
    """Make a class in a new or empty folder, or finish one that was interrupted. ``text`` is that of the scenario's
    file; ``say_first`` is as for ``start_scenario``.

    Refuses with ``class-folder-used``, ``class-half-made`` (another class: its people, scenario or ``say_first``),
    ``class-in-making``, ``workspace-not-a-folder``, ``workspace-unwritable``, and as ``start_scenario`` does.
    """
    record = ClassRecord(scenario=scenario.name, text=text, people=tuple(people), say_first=say_first)
    with _refusing(folder), _alone(folder), _forgotten_if_it_fails(folder):
        _begin(folder, record)
        missing = [name for name in record.people if not is_workspace(folder / name)]
        if missing:
            with Workspace.open(_prepared(folder, record, scenario, progress), create=False) as start:
                for name in missing:
                    shutil.rmtree(folder / name, ignore_errors=True)  # an attempt that was interrupted
                    duplicate(start, folder / name)
        shutil.rmtree(folder / _PREPARED, ignore_errors=True)
        (folder / DRAFT_FILE).replace(folder / CLASS_FILE)
    return ClassMade(record=record, were_there=len(people) - len(missing))


def class_of(folder: Path) -> ClassRecord:
    """The class in a folder. Refuses with ``no-class`` or ``class-half-made``."""
    with _refusing(folder):
        found = _read(folder / CLASS_FILE)
        if found is None and _read(folder / DRAFT_FILE) is not None:
            raise Refusal("class-half-made", f"the class in {folder} was not made to its end", _REPEAT)
    if found is None:
        raise Refusal("no-class", f"there is no class in {folder}", "`certfleet class create` makes one.")
    return found


def _begin(folder: Path, record: ClassRecord) -> None:
    """Note what is being made, before anything is; a kill after that leaves a class that can be finished."""
    draft, known = folder / DRAFT_FILE, _read(folder / DRAFT_FILE)
    if known is not None:
        if known != record:
            said = f"{folder} holds a class of scenario {known.scenario} for {len(known.people)}, not made to its end"
            raise Refusal("class-half-made", said, _REPEAT)
        return
    _refuse_used(folder)
    writing = folder / f"{_LOCK_FILE}.writing"
    writing.write_bytes(msgspec.json.encode(record))
    writing.replace(draft)


def _prepared(
    folder: Path, record: ClassRecord, scenario: Scenario, progress: Callable[[int, int], None] | None
) -> Path:
    """The folder of the workspace at the start of the scenario; it is complete as soon as it has this name."""
    prepared, preparing = folder / _PREPARED, folder / _PREPARING
    if not prepared.exists():
        shutil.rmtree(preparing, ignore_errors=True)
        try:
            with Workspace.open(preparing, start=clock_start(scenario)) as workspace:
                start_scenario(workspace, scenario, record.text, say_first=record.say_first, progress=progress)
            preparing.rename(prepared)
        finally:
            shutil.rmtree(preparing, ignore_errors=True)
    return prepared


def _refuse_used(folder: Path) -> None:
    if any(not entry.name.startswith(_LOCK_FILE) for entry in folder.iterdir()):
        raise Refusal("class-folder-used", f"{folder} is not empty", "Name a new folder for the class.")


def _read(path: Path) -> ClassRecord | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=ClassRecord)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


@contextmanager
def _forgotten_if_it_fails(folder: Path) -> Iterator[None]:
    """Where the block fails before there is anything that a repetition could go on with, a new class isn't begun."""
    is_new = not (folder / DRAFT_FILE).exists()
    try:
        yield
    except BaseException:
        if is_new and not any(entry.is_dir() for entry in folder.iterdir()):
            for name in (DRAFT_FILE, f"{_LOCK_FILE}.writing"):
                (folder / name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made, so that two commands don't fill it at once."""
    if folder.exists():
        if not folder.is_dir():
            raise Refusal("workspace-not-a-folder", f"{folder} is a file; a class is a folder", "Name another path.")
        if not (folder / DRAFT_FILE).exists():
            _refuse_used(folder)  # before a lock file is put there
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK_FILE, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Refusal("class-in-making", f"another process is making the class in {folder}", "Wait for it.") from error
    try:
        yield
    finally:
        lock.release()
        if is_new and {entry.name for entry in folder.iterdir()} <= {_LOCK_FILE}:
            (folder / _LOCK_FILE).unlink(missing_ok=True)
            folder.rmdir()


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(folder) from error
        raise Refusal("workspace-unwritable", f"{folder} can't be used: {error.strerror}") from error
