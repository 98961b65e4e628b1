"""Audit lines in a file that is only appended to: one JSON document a line, as in the database, with its id."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

Line = dict[str, Any]
_TAIL = 65_536  # bytes in which the last line is
_WAYS_BACK = frozenset({"workspace.restore", "workspace.repair", "audit.seal"})


class Contradicted(Exception):  # it becomes a finding
    """The file has lines that the trail lacks, and no line says why."""

    def __init__(self, last: Line) -> None:
        super().__init__(f"it goes to line {last['id']:,}, which the trail doesn't have")


def append(path: Path, head: Line | None, older: Callable[[int], Line | None]) -> None:
    """Bring the file up to the trail's last line ``head``; ``older`` gives the line with an id.

    Lines that it lacks are appended. Raises ``OSError``, and ``Contradicted`` where the trail has gone back without a
    restore."""
    if head is None:
        return
    with _appending(path) as file:
        try:
            last = last_line(path)
            if last is not None and last["hash"] == head["hash"]:
                return
            known = {last["hash"]} if last is not None and last["hash"] == head["previous_hash"] else _hashes(path)
        except PermissionError:
            last, known = None, None
        missing = [head]
        while known is not None and (line := older(missing[-1]["id"] - 1)) is not None and line["hash"] not in known:
            missing.append(line)
        if known is not None and head["hash"] in known:
            missing = []
        if last is not None and not _goes_on(last, missing, older):
            raise Contradicted(last)
        if known is not None and missing and not _ends_whole(path):
            os.write(file, b"\n")
        for line in reversed(missing):
            os.write(file, msgspec.json.encode(line) + b"\n")


def _goes_on(last: Line, missing: list[Line], older: Callable[[int], Line | None]) -> bool:
    """Whether the trail still has the file's last line, or a line says why it doesn't."""
    there = older(last["id"])
    return (there is not None and there["hash"] == last["hash"]) or any(
        line["action"] in _WAYS_BACK for line in missing
    )


def last_line(path: Path) -> Line | None:
    """The last whole line of the file; None if there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            lines = file.read().splitlines(keepends=True)
    except FileNotFoundError:
        return None
    for text in reversed(lines):
        if (line := _read(text)) is not None:
            return line
    return None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        return file.seek(0, os.SEEK_END) == 0 or (file.seek(-1, os.SEEK_END) >= 0 and file.read(1) == b"\n")


def _read(text: bytes) -> Line | None:
    if not text.endswith(b"\n"):  # cut off by a crash
        return None
    try:
        line = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return None
    return line if isinstance(line, dict) and {"id", "hash"} <= line.keys() else None


def _hashes(path: Path) -> set[str]:
    with path.open("rb") as file:
        return {line["hash"] for text in file if (line := _read(text)) is not None}


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
