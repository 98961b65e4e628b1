"""The scenarios that come with certfleet: the files in ``fixtures/scenarios``, which are packaged."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from ...store.errors import Refusal
from ..plans.values import did_you_mean
from .reading import read_file, read_scenario
from .scenario import Scenario

_FOLDER = "files"
_ENDING = ".toml"


@cache
def names() -> tuple[str, ...]:
    """Their names, sorted."""
    folder = files(__package__).joinpath(_FOLDER)
    return tuple(sorted(one.name.removesuffix(_ENDING) for one in folder.iterdir() if one.name.endswith(_ENDING)))


def packaged() -> list[Scenario]:
    """All of them, by name."""
    return [read_scenario(text_of(name), name) for name in names()]


def text_of(name: str) -> str:
    """The text of one of them."""
    return files(__package__).joinpath(_FOLDER, f"{name}{_ENDING}").read_text("utf-8")


def find_text(name_or_file: str) -> tuple[str, str]:
    """A scenario's name and text: one that comes with certfleet, or a file. Refuses with ``scenario-unknown`` or
    ``scenario-unreadable``."""
    if name_or_file in names():
        return name_or_file, text_of(name_or_file)
    path = Path(name_or_file)
    if "/" in name_or_file or path.suffix == _ENDING:
        return path.stem, read_file(path)
    raise Refusal("scenario-unknown", f"there is no scenario {name_or_file!r}", did_you_mean(name_or_file, names()))
