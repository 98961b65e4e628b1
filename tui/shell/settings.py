"""What the console remembers of a person's taste, in a small file in their configuration folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
import platformdirs
from msgspec import Struct

from .themes import Look


class ConsoleSettings(Struct, kw_only=True):
    """``look`` None follows the terminal."""

    look: Look | None = None

    @classmethod
    def load(cls, path: Path) -> ConsoleSettings:
        """The settings in a file; those that are missing or unreadable are the usual ones."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError):
            return cls()

    def save(self, path: Path) -> None:
        """Keep them. A folder that can't be written to is no reason to disturb anybody."""
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(self)))


def settings_path() -> Path:
    """Where the settings are kept."""
    return platformdirs.user_config_path("certfleet") / "console.json"
