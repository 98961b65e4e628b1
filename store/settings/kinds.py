"""The kinds of values that settings have: how each is read from TOML and from text, and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from ..filters import nearest
from ..postgresql_uri import has_password, is_address

T = TypeVar("T")
SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
TomlValue = str | bool | list[str]


class SettingKind(Protocol[T]):
    """A kind of value. What is wrong raises ``ValueError`` with the reason."""

    @property
    def says(self) -> str:
        """What may be written, for people."""
        ...

    def read(self, value: object) -> T:
        """The value that stands in a TOML file."""
        ...

    def read_text(self, text: str) -> T:
        """The value that is typed, or in the environment."""
        ...

    def write(self, value: T) -> TomlValue:
        """The value for a TOML file."""
        ...


class TextKind:
    """Any text on one line."""

    says = "a text"

    def read(self, value: object) -> str:
        return self.read_text(_text(value, self.says))

    def read_text(self, text: str) -> str:
        return _line(text)

    def write(self, value: str) -> str:
        return value


class ChoiceKind(TextKind):
    """One of some names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.says = ", ".join(self.names[:-1]) + f" or {self.names[-1]}"

    def read_text(self, text: str) -> str:
        name = text.strip().lower()
        if name not in self.names:
            raise ValueError(f"there is no {text.strip()!r}; {nearest(name, self.names)}")
        return name


class SwitchKind:
    """Yes or no."""

    says = "true or false"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"it must be {self.says}, without quotes")
        return value

    def read_text(self, text: str) -> bool:
        try:
            return SWITCH[text.strip().lower()]
        except KeyError:
            raise ValueError(f"{text!r} is not {self.says}") from None

    def write(self, value: bool) -> bool:
        return value


class PathKind:
    """An absolute path; ``~`` is the person's home folder."""

    says = "an absolute path, or one from ~"

    def read(self, value: object) -> Path:
        return self.read_text(_text(value, self.says))

    def read_text(self, text: str) -> Path:
        try:
            path = Path(_line(text)).expanduser()
        except RuntimeError as error:  # nobody's home
            raise ValueError(str(error)) from None
        if not path.is_absolute():
            raise ValueError(f"{text!r} depends on the current folder; write {self.says}")
        return path

    def write(self, value: Path) -> str:
        return str(value)


class PlaceKind:
    """An absolute path, or the address of a workspace in PostgreSQL."""

    says = "an absolute path, one from ~, or postgresql://…"

    def read(self, value: object) -> Path | str:
        return self.read_text(_text(value, self.says))

    def read_text(self, text: str) -> Path | str:
        if not is_address(text):
            return PathKind().read_text(text)
        if has_password(text):
            raise ValueError("an address is kept without its password: put that into ~/.pgpass")
        return _line(text)

    def write(self, value: Path | str) -> str:
        return str(value)


class WordsKind:
    """One or several words: in TOML a text with commas or an array of texts."""

    says = "words with commas between them"

    def read(self, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return self._checked([str(one) for one in value])
        if isinstance(value, str):
            return self.read_text(value)
        raise ValueError(f"it must be a text in quotes, {self.says}, or an array of such texts")

    def read_text(self, text: str) -> tuple[str, ...]:
        return self._checked(text.split(","))

    def write(self, value: tuple[str, ...]) -> TomlValue:
        return value[0] if len(value) == 1 else list(value)

    def _checked(self, words: Sequence[str]) -> tuple[str, ...]:
        found = tuple(word.strip() for word in words)
        if not all(word and word.isprintable() for word in found):
            raise ValueError("a word is empty, or has characters that can't be shown")
        return found


def _text(value: object, says: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"it must be in quotes: {says}")
    return value


def _line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("it is empty, or has characters that can't be shown")
    return text.strip()
