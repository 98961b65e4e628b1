"""Reading the tables of a TOML file: every mistake is collected, with its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from ...store.toml_lines import KeyPath, line_of
from .values import Reader, Unknown, did_you_mean


class Mistake(Struct, frozen=True):
    """A mistake in a file. ``line`` is 0 where it can't be told."""

    line: int
    message: str
    hint: str = ""


def syntax_mistake(said: str, hint: str) -> Mistake:
    """The mistake of a file that is not TOML. The library's message ends in ``(at line 3, column 5)`` or ``(at end of
    document)``."""
    message, _, where = said.partition(" (at ")
    digits = where.removeprefix("line ").partition(",")[0]
    message = message[:1].lower() + message[1:]
    return Mistake(int(digits) if digits.isdecimal() else 0, f"this is not TOML: {message}", hint)


class TableReading:
    """Reads the tables of one document, and collects its mistakes."""

    def __init__(self, document: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
        self.document = document
        self._lines = lines
        self.mistakes: list[Mistake] = []

    def tables(self, value: Any, place: KeyPath) -> list[Mapping[str, Any]]:
        """A list of tables; empty if it is anything else."""
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.wrong(place, f"{place[-1]!r} is not a list of tables", f"Each begins with [[{place[-1]}]].")
            return []
        return value

    def fields(
        self, table: Mapping[str, Any], place: KeyPath, fields: Mapping[str, Reader], what: str
    ) -> dict[str, Any]:
        """The values of a table's fields, as far as they can be read."""
        found = {}
        for key, value in table.items():
            if key not in fields:
                self.wrong((*place, key), f"{key!r} is not a field of {what}", did_you_mean(key, fields))
            elif (read := self.read((*place, key), fields[key], value)) is not UNSET:
                found[key] = read
        return found

    def read(self, place: KeyPath, reader: Reader, value: Any) -> Any:
        """A value; UNSET if it can't be read (None is one, too: never)."""
        try:
            return reader(value)
        except Unknown as error:
            self.wrong(place, f"{place[-1]}: {error}", error.hint)
        except ValueError as error:
            self.wrong(place, f"{place[-1]}: {error}")
        return UNSET

    def wrong(self, place: KeyPath, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.line(place), message, hint))

    def line(self, place: KeyPath) -> int:
        """The line of a place in the document."""
        return line_of(self._lines, place)
