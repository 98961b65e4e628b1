"""The settings file: where it is, and what stands in it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Refusal
from ..toml_reading import read_toml
from .table import find

VARIABLE = "CERTFLEET_CONFIG"
"""Names another settings file; /dev/null for none."""


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """The settings file of this person: the one that ``CERTFLEET_CONFIG`` names, otherwise
    ``$XDG_CONFIG_HOME/certfleet/config.toml``."""
    if named := environment.get(VARIABLE):
        return Path(named).expanduser().absolute()
    from platformdirs import user_config_path

    return user_config_path("certfleet") / "config.toml"


@dataclass(frozen=True)
class SettingsFile:
    """What stands in a settings file: values by dotted names, as their kinds read them."""

    path: Path
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys that lead to each value."""

    @classmethod
    def read(cls, path: Path) -> SettingsFile:
        """Read a file; nothing stands in one that isn't there. Refuses with ``settings-invalid`` what isn't TOML, an
        unknown name and a wrong value, with the line."""
        text = _read_text(path)
        if not text.strip():
            return cls(path, text)
        try:
            document = read_toml(text)
        except ValueError as error:
            raise _invalid(path, str(error)) from error
        values: dict[str, Any] = {}
        places: dict[str, tuple[str, ...]] = {}
        for keys, value in _flat(document, ()):
            name = ".".join(keys)
            try:
                if name in values:
                    raise ValueError(f"{name} is set twice")
                values[name], places[name] = find(name).kind.read(value), keys
            except ValueError as error:
                line, said = _line(text, keys), str(error) if name in str(error) else f"{name}: {error}"
                raise _invalid(path, f"line {line}: {said}" if line else said) from error
        return cls(path, text, values, places)

    def line(self, name: str) -> int:
        """The line of a value that stands there; 0 if it can't be told."""
        return _line(self.text, self.keys[name])


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise _invalid(path, "it is not text in UTF-8") from error
    except OSError as error:
        raise _invalid(path, f"it can't be read: {error.strerror or error}") from error


def _flat(table: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*above, key))
        else:
            yield (*above, key), value


def _line(text: str, keys: tuple[str, ...]) -> int:
    from ..toml_lines import line_of, lines_of  # another library, which only this needs

    return line_of(lines_of(text), keys)


def _invalid(path: Path, why: str) -> Refusal:
    return Refusal(
        "settings-invalid",
        f"the settings file {path} is wrong: {why}",
        "Correct it, or run without it: `CERTFLEET_CONFIG=/dev/null certfleet …`.",
    )
