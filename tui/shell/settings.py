"""The person's settings of the console, in a small file in their configuration folder."""

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
        """Load the settings from a file; missing or unreadable ones get their defaults."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError):
            return cls()

    def save(self, path: Path) -> None:
        """Save the settings. Errors are ignored, since an unwritable folder is no reason to disturb anybody."""
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(self)))


def settings_path() -> Path:
    """The path of the settings file."""
    return platformdirs.user_config_path("certfleet") / "console.json"
