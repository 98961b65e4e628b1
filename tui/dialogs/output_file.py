"""Writing an export to a file, and suggesting its name."""

from __future__ import annotations

import re
from pathlib import Path

from ...store.errors import Refusal
from ...store.file_writing import write_file as write_complete


def write_file(path: Path, data: bytes, *, private: bool = False, overwrite: bool = False) -> None:
    """Write ``data``; with ``private`` only the owner can read the file. Refuses as the store's ``write_file`` does,
    and with ``not-a-file``."""
    if path.is_dir():
        raise Refusal("not-a-file", f"{path} is a folder", "Name a file in it.")
    write_complete(path, data, force=overwrite, private=private)


def file_name(text: str, otherwise: object) -> str:
    """A file name made from ``text``; ``otherwise`` if nothing of it can be used."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or str(otherwise)
