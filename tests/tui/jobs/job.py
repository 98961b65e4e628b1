"""What a person comes for, and the keys that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from certfleet.store.workspace import Workspace


@dataclass(frozen=True)
class Typed:
    """A text that is typed into a field."""

    text: str


@dataclass(frozen=True)
class JobStep:
    """Once the screen shows ``sees``, these keys are pressed, named as in the console's footers."""

    sees: str
    keys: tuple[str | Typed, ...]


def step(sees: str, *keys: str | Typed) -> JobStep:
    """A step of a job."""
    return JobStep(sees, keys)


@dataclass(frozen=True)
class WhatIsLeft:
    """What a job leaves behind: the last screen, the workspace, and the folder that the console was started in."""

    screen: str
    workspace: Workspace
    folder: Path


@dataclass(frozen=True)
class ConsoleJob:
    """``start`` fills a new workspace, whose clock stands at ``tests.material.NOW``, and puts files into the folder
    that the console is started in. ``ends`` is what the screen shows when it is done; ``check`` asserts that it is."""

    name: str
    start: Callable[[Workspace, Path], None]
    steps: tuple[JobStep, ...]
    ends: str
    check: Callable[[WhatIsLeft], None]

    @property
    def keys(self) -> int:
        """How many keys are pressed, but for the letters of what is typed."""
        return sum(isinstance(key, str) for one in self.steps for key in one.keys)

    @property
    def letters(self) -> int:
        """How many letters are typed."""
        return sum(len(key.text) for one in self.steps for key in one.keys if isinstance(key, Typed))

    @property
    def way(self) -> str:
        """All of them in order, in Markdown."""
        return " ".join(_shown(key) for one in self.steps for key in one.keys)


def _shown(key: str | Typed) -> str:
    return f"“{key.text}”" if isinstance(key, Typed) else f"`{key}`"
