"""What the console takes from the person's settings, and remembers of how they use it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...store.settings.console_memory import ConsoleMemory, memory_path
from ...store.settings.settings import PersonSettings
from ...store.settings.table import COLOR, DIM, KEYS, MOUSE, THEME
from ..themes.themes import Look


@dataclass
class ConsoleSettings:
    """Without arguments: the defaults, which are kept nowhere. ``look`` None follows the terminal."""

    look: Look | None = None
    mouse: bool = True
    dims: bool = True
    """Whether what is behind a dialog is dimmed."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of actions, by the actions' names, instead of their own."""
    file: Path | None = None
    """The settings file, in which a choice that is made in the console is kept."""
    memory: ConsoleMemory = field(default_factory=lambda: ConsoleMemory(None))

    @classmethod
    def of_person(cls) -> ConsoleSettings:
        """Those of whoever runs the console. Refuses with ``settings-invalid``."""
        settings = PersonSettings.load()
        look = Look.PLAIN if settings[COLOR] == "never" else Look.of_setting(settings[THEME])
        dims = settings[DIM] == "always" or (settings[DIM] == "auto" and not os.environ.get("SSH_CONNECTION"))
        keys, memory = settings.family(KEYS), ConsoleMemory(memory_path())
        return cls(look, settings[MOUSE], dims, keys, settings.file.path, memory)

    def keep_look(self, look: Look) -> None:
        """Keep the look as the setting ``theme``. Refuses as ``set_setting`` does."""
        self.look = look
        if self.file is not None:
            from ...store.settings.editing import set_setting  # a library that only writing needs

            set_setting(self.file, THEME.name, look.setting)
