"""Shorter output for the same picture: the terminal is told only what changes in the style it draws with.

Rich ends each piece of text with a reset, and begins the next with all of its style. Over a slow line that is more than
the text itself.
"""

from __future__ import annotations

import re

from .drawing_style import PLAIN, alike_on_blanks, change_of_style, style_after

_SGR = re.compile("\x1b\\[([0-9;]*)m")
_NEEDLESS = re.compile("\r?\n(?=\x1b\\[[0-9]+;[0-9]+H)")  # it goes to another place at once
_GOING = re.compile("(?:\x1b\\[[0-9]+(?:;[0-9]+H|C))*")
_BLANK = re.compile("(?: |\x1b\\[[0-9]+(?:;[0-9]+H|C))*")


class Pen:
    """Rewrites what is written to one terminal. Each write ends in the terminal's own style, as it did before."""

    def shorter(self, written: str) -> str:
        """The same with fewer bytes. What isn't a style stays as it is."""
        if "\x1b[" not in written:
            return written
        parts = _SGR.split(_NEEDLESS.sub("", written))
        has = wanted = PLAIN
        said = [parts[0]]
        for at in range(1, len(parts), 2):
            after = style_after(wanted, parts[at])
            if after is None:
                return written
            wanted = after
            text = parts[at + 1]
            if not text:
                continue
            if wanted != has and not (
                _GOING.fullmatch(text) or (alike_on_blanks(has, wanted) and _BLANK.fullmatch(text))
            ):
                said.append(change_of_style(has, wanted))
                has = wanted
            said.append(text)
        if wanted != has:
            said.append(change_of_style(has, wanted))
        return "".join(said)
