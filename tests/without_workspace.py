"""Tests that open no workspace: with ``--engine postgresql`` they would do the same again, so they are left out there.

The run on SQLite, where all tests are, finds out whether they still don't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from certfleet.store import copying, workspace

WITHOUT_WORKSPACE: tuple[str, ...] = ()
"""Folders and files. What their tests start as programs may open workspaces: those are in SQLite with either engine."""


def opens_none(test: pytest.Item, root: Path) -> bool:
    """Whether it is a test of these folders and files."""
    path = test.path.relative_to(root).as_posix()
    return any(path == place or path.startswith(f"{place}/") for place in WITHOUT_WORKSPACE)


class Opened:
    """Whether a workspace was opened or copied in this process, in one of the ways that ``in_postgresql`` changes."""

    def __init__(self) -> None:
        self._is_new = False

    def note(self) -> None:
        """One was."""
        self._is_new = True

    def since_the_last_question(self) -> bool:
        """Whether one was since the last call."""
        was, self._is_new = self._is_new, False
        return was

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Inside, all are noted."""
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in (workspace, "prepare_folder"), (workspace, "open_engine"), (copying, "prepare_folder"):
                patch.setattr(owner, name, self._noting(getattr(owner, name)))
            yield

    def _noting(self, opens: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(opens)
        def noting(*what: Any, **options: Any) -> Any:
            self.note()
            return opens(*what, **options)

        return noting


OPENED = Opened()
"""Those of this process."""
