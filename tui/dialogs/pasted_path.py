"""A path as terminals and file managers paste it: in quotation marks, with backslashes, or as an address."""

from __future__ import annotations

import os
import shlex
from urllib.parse import unquote, urlsplit


def pasted_path(text: str) -> str | None:
    """The plain path in a pasted text of one line; None for a text that is to be taken as it is."""
    line = text.strip()
    if not line or "\n" in line:
        return None
    if line.startswith("file://"):
        return unquote(urlsplit(line).path)
    if line[0] not in "'\"" and ("\\ " not in line or os.path.lexists(line)):
        return None
    try:
        words = shlex.split(line)
    except ValueError:  # a quotation mark that is never closed
        return None
    return words[0] if len(words) == 1 else None
