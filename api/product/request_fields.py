"""Request fields under the product's names, tolerant of real clients: numbers as strings, null for none."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta

from ...store.devices.fleet_list.fleet_list import MOST
from ...store.durations import number_of
from ..server.reading import read_by

LARGEST_ID = 2**63 - 1


def _whole(value: Any, which: int = 0) -> Any:
    """``"10"`` and ``10`` are the same, ``"0-999"`` is one of its two numbers; an empty text is nothing."""
    if isinstance(value, bool):
        raise ValueError("a number is expected")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        number = text.split("-", 1)[which].strip() if "-" in text[1:] else text
        if not (number.isascii() and number.isdigit() and len(number) < 20):
            raise ValueError("a number is expected")
        return int(number)
    return value


def _most(value: Any) -> Any:
    """The same, where ``"0-999"`` is a limit."""
    return _whole(value, 1)


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip().lower()
        if text in ("", "false", "no", "0"):
            return False
        if text in ("true", "yes", "1"):
            return True
        raise ValueError("true or false is expected")
    return False if value is None else value


def _words(value: Any) -> Any:
    return "" if value is None else value


def _ids(value: Any) -> Any:
    """One filter id, a list of them, or the product's text with a list in it."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "[" + ",".join(f"'{part}'" for part in value) + "]"
    return value


def _letters(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", text.lower().replace("ikev2", "ikev")))


def words_of(kind: type[StrEnum], **also: str) -> Callable[[Any], Any]:
    """Reads a value of ``kind`` however its words are written and ordered: ``Always on IKEv2``, ``IKEV2_ALWAYS_ON``.

    ``also`` are other names of its members.
    """
    known = {_letters(member.value): member for member in kind}
    known |= {_letters(member.name): member for member in kind}
    known |= {_letters(name): kind(value) for name, value in also.items()}

    def read(value: Any) -> Any:
        return known.get(_letters(value), value) if isinstance(value, str) else value

    return read


FilterIds = Annotated[Annotated[str, Meta(max_length=10_000)] | None, read_by(_ids)]

# A limit is for the value: null has none.
_FromZero = Annotated[int, Meta(ge=0, le=LARGEST_ID, examples=[0])]
_Page = Annotated[int, Meta(ge=0, le=MOST, examples=[100])]
Start = Annotated[_FromZero | None, read_by(_whole)]
Limit = Annotated[_Page | None, read_by(_most)]
YesNo = Annotated[bool, read_by(_yes_no)]
Words = Annotated[Annotated[str, Meta(max_length=1000)], read_by(_words)]
Text = Annotated[str, Meta(max_length=1000)] | None
IN_DAYS, IN_HOURS, IN_MINUTES = (read_by(number_of(unit)) for unit in ("d", "h", "min"))
"""A number of days, hours or minutes, which may also be written as a duration: ``2w``, ``36h``, ``30min``."""

Id = Annotated[Annotated[int, Meta(ge=1, le=LARGEST_ID)], read_by(_whole)]
AnyId = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
