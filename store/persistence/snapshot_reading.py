"""Reading an export document by document: what is in memory doesn't grow with the file, however it is laid out."""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO, NoReturn

from ..errors import Refusal
from .engine import Row

_PART = 1024 * 1024  # bytes


def read_snapshot(file: BinaryIO, tables: Collection[str]) -> Iterator[tuple[str, Row]]:
    """The documents of an export, each with its table, in the file's order.

    Refuses with ``snapshot-unreadable`` an invalid file (perhaps after some documents), and a table that is not among
    ``tables``.
    """
    try:
        yield from _Reader(file).documents(tables)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            "snapshot-unreadable",
            "the file is not a workspace export",
            "Use a file that `certfleet workspace export` wrote.",
        ) from error


class _Reader:
    """JSON of the form ``{TABLE: {ID: {…}, …}, …}``; raises ``ValueError`` for anything else."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._to_text = codecs.getincrementaldecoder("utf-8")()
        self._value = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._text, self._at, self._ended = "", 0, False

    def documents(self, tables: Collection[str]) -> Iterator[tuple[str, Row]]:
        for table in self._members():
            if table not in tables:
                raise Refusal("snapshot-unreadable", f"the file holds a table that no workspace has: {table[:80]!r}")
            for id in self._members():
                body = self._next_value()
                if not isinstance(body, dict) or int(id) < 1:
                    raise ValueError(id)
                yield table, Row(int(id), body)
        if self._next_sign():
            raise ValueError("something follows")

    def _members(self) -> Iterator[str]:
        """The names in the object that begins here; whoever takes one reads its value before the next."""
        self._expect("{")
        if self._next_sign() == "}":
            self._at += 1
            return
        while True:
            name = self._next_value()
            if not isinstance(name, str):
                raise ValueError(name)
            self._expect(":")
            yield name
            sign = self._next_sign()
            self._at += 1
            if sign == "}":
                return
            if sign != ",":
                raise ValueError(sign)

    def _expect(self, sign: str) -> None:
        if self._next_sign() != sign:
            raise ValueError(sign)
        self._at += 1

    def _next_sign(self) -> str:
        """The next character that is no white space, which stays; nothing at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read(_PART):
                return ""

    def _next_value(self) -> Any:
        """The text or the object that begins here. One that isn't complete yet is read again with twice as much."""
        if self._next_sign() not in ('"', "{"):
            raise ValueError("neither a text nor an object")
        more = _PART
        while True:
            try:
                value, self._at = self._value(self._text, self._at)
            except ValueError:
                if not self._read(more):
                    raise
                more *= 2
            else:
                return value

    def _read(self, size: int) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        part = self._file.read(size)
        self._ended = not part
        self._text = self._text[self._at :] + self._to_text.decode(part, final=self._ended)
        self._at = 0
        return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
