"""The settings that hold: from the environment, otherwise from the file, otherwise the defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from ..errors import Refusal
from .file import SettingsFile, settings_path
from .table import SETTINGS, Family, Setting

T = TypeVar("T")


class Source(StrEnum):
    """Where a value comes from; what comes first overrides what comes later."""

    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class HeldSetting:
    """A value that holds. ``where`` is the variable, or the line of the file, that it comes from."""

    value: Any
    source: Source
    where: str = ""


@dataclass(frozen=True)
class PersonSettings:
    """The settings of a person. Without any argument: the defaults."""

    file: SettingsFile = field(default_factory=lambda: SettingsFile(Path(os.devnull)))
    environment: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    """The variable and the value of each setting that the environment overrides, by the setting's name."""

    @classmethod
    def load(cls, path: Path | None = None, environment: Mapping[str, str] = os.environ) -> PersonSettings:
        """Load them from a file, by default from the person's. Refuses with ``settings-invalid`` a wrong file or
        variable."""
        overriding = {setting.name: found for setting in SETTINGS if (found := _overriding(setting, environment))}
        return cls(SettingsFile.read(settings_path(environment) if path is None else path), overriding)

    def __getitem__(self, setting: Setting[T]) -> T:
        found = self.environment.get(setting.name)
        value: T = found[1] if found else self.file.values.get(setting.name, setting.default)
        return value

    def family(self, family: Family[T]) -> dict[str, T]:
        """What the file says of a family, by the part of the name that the person filled in."""
        parts = {family.part_of(name): value for name, value in self.file.values.items()}
        return {part: value for part, value in parts.items() if part is not None}

    def held(self, setting: Setting[Any]) -> HeldSetting:
        """The value of a setting, and where it comes from."""
        if found := self.environment.get(setting.name):
            return HeldSetting(found[1], Source.ENVIRONMENT, found[0])
        if setting.name in self.file.values:
            return self.held_by_file(setting.name)
        return HeldSetting(setting.default, Source.DEFAULT)

    def held_by_file(self, name: str) -> HeldSetting:
        """The value that stands in the file under this name."""
        return HeldSetting(
            self.file.values[name], Source.FILE, f"line {line}" if (line := self.file.line(name)) else ""
        )


def _overriding(setting: Setting[Any], environment: Mapping[str, str]) -> tuple[str, Any] | None:
    if text := environment.get(setting.variable):
        try:
            return setting.variable, (setting.read_variable or setting.kind.read_text)(text)
        except ValueError as error:
            said = f"the variable {setting.variable} of the environment is wrong: {error}"
            raise Refusal("settings-invalid", said, "Correct or unset it.") from error
    for variable, value in setting.also.items():
        if environment.get(variable):
            return variable, value
    return None
