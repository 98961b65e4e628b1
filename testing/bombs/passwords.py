"""The passwords of keystores in a repository: those that stand in the files beside them, and the usual ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

USUAL = ("changeit", "", "password", "secret", "test", "changeme", "123456", "1234")
MOST = 200
_LONGEST_FILE = 256 * 1024
_MOST_FILES = 200
_BESIDE = re.compile(
    r"""(?i)pass(?:word|phrase|wd|in|out)?\w*["'\]]?(?:\s*(?:[:=]|=>)\s*|\s+)["']?(?:pass:)?([^\s"'<>,;)]{1,64})"""
)
_NAMED_SO = re.compile(r"(?i)pass|pwd|pin|secret")


class Passwords:
    """Finds passwords, and looks into each folder once."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[str, ...]] = {}

    def beside(self, file: Path) -> tuple[str, ...]:
        """The passwords to try for a keystore, the likeliest first: from the texts in its folder, then the usual
        ones."""
        folder = file.parent
        if folder not in self._found:
            self._found[folder] = passwords_in(_texts(folder))
        return self._found[folder]


def passwords_in(texts: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """The passwords to try beside these files, each a name and its bytes; then the usual ones."""
    found: dict[str, None] = {}
    for name, data in islice(texts, _MOST_FILES):
        if len(data) <= _LONGEST_FILE and b"\0" not in data:
            found |= dict.fromkeys(_in_text(name, data.decode("utf-8", "replace")))
    return tuple(islice(dict.fromkeys((*found, *USUAL)), MOST))


def _texts(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in islice(sorted(folder.iterdir()), _MOST_FILES):
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LONGEST_FILE:
                continue
            yield path.name, path.read_bytes()
        except OSError:
            continue


def _in_text(name: str, text: str) -> Iterator[str]:
    lines = text.splitlines()
    if _NAMED_SO.search(name) and len(lines) <= 3:
        yield from (line.strip() for line in lines if line.strip())
    yield from (match[1] for match in _BESIDE.finditer(text))
    # As in credential.txt: FILE=PASSWORD.
    yield from (line.partition("=")[2].strip() for line in lines if re.match(r"[\w.-]+\.(p12|pfx|jks)=", line))
