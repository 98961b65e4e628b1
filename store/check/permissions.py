"""Whether others than the owner can read the files of a workspace."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from .report import Problem


def check_permissions(paths: Iterable[Path | None]) -> Iterator[Problem]:
    """A problem for each of these paths that group or others may use."""
    for path in paths:
        if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Problem("permissions-open", "workspace:1", f"{path} can be read by others than its owner")
