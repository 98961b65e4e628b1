"""Lists of endpoints as files: a line each."""

from __future__ import annotations

from msgspec import Struct

from ..errors import Refusal

MOST_LINES = 100_000


class EndpointLine(Struct, frozen=True):
    """A line of a list: ``HOST[:PORT]``, and the need if the line names one."""

    where: str
    need: str | None = None


def read_lines(data: bytes) -> list[EndpointLine]:
    """Read a list of endpoints: ``HOST[:PORT] [NEED]`` on each line. Empty lines count for nothing, and what follows a
    ``#``. Refuses with ``endpoints-unreadable``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable("it is not a text in UTF-8") from None
    lines: list[EndpointLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if len(words) > 2:
            raise _unreadable(f"line {number} has more than a host and a need")
        if words:
            lines.append(EndpointLine(*words))
        if len(lines) > MOST_LINES:
            raise _unreadable(f"it has more than {MOST_LINES:,} lines")
    if not lines:
        raise _unreadable("it names no endpoint")
    return lines


def _unreadable(why: str) -> Refusal:
    return Refusal("endpoints-unreadable", f"that list can't be read: {why}", "Write HOST[:PORT] [NEED] on each line.")
