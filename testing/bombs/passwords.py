"""The passwords of keystores in a repository: those that stand in the files beside them, and the usual ones."""

from __future__ import annotations

import re
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
            self._found[folder] = tuple(islice(dict.fromkeys((*_in_folder(folder), *USUAL)), MOST))
        return self._found[folder]


def _in_folder(folder: Path) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for path in islice(sorted(folder.iterdir()), _MOST_FILES):
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LONGEST_FILE:
                continue
            data = path.read_bytes()
        except OSError:
            continue
        if b"\0" in data:
            continue
        text = data.decode("utf-8", "replace")
        if _NAMED_SO.search(path.name) and len(lines := text.splitlines()) <= 3:
            found |= dict.fromkeys(line.strip() for line in lines if line.strip())
        found |= dict.fromkeys(match[1] for match in _BESIDE.finditer(text))
        # As in credential.txt: FILE=PASSWORD.
        found |= dict.fromkeys(
            line.partition("=")[2].strip() for line in text.splitlines() if re.match(r"[\w.-]+\.(p12|pfx|jks)=", line)
        )
    return tuple(found)
