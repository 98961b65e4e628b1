"""Refused files of a batch whose other files were accepted."""

from __future__ import annotations

from pathlib import Path

from ...store.errors import Refusal
from .answer import Aside, Text


class FileRefusals:
    """The refusals of one command. ``add`` returns the message about one for people."""

    def __init__(self) -> None:
        self._found: list[tuple[Path, Refusal]] = []

    def add(self, file: Path, refusal: Refusal) -> Text:
        self._found.append((file, refusal))
        said = [Aside(f"error: {refusal.code}: {file}: {refusal.message}")]
        return [*said, Aside(f"hint: {refusal.hint}")] if refusal.hint else said

    def as_json(self) -> list[dict[str, str | None]]:
        return [
            {"file": str(file), "code": refusal.code, "message": refusal.message, "hint": refusal.hint}
            for file, refusal in self._found
        ]

    @property
    def status(self) -> int:
        """The exit status."""
        return 1 if self._found else 0
