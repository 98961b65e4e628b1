"""Writing an export to a file, and suggesting its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ...store.errors import Refusal


def write_file(path: Path, data: bytes, *, private: bool = False, overwrite: bool = False) -> None:
    """Write ``data``; with ``private`` only the owner can read the file.

    Refuses with ``file-exists`` (without ``overwrite``) and ``file-unwritable``.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        descriptor = os.open(path, flags, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            if private:
                os.fchmod(descriptor, 0o600)
            file.write(data)
    except FileExistsError:
        raise Refusal(
            "file-exists", f"there is a file {path} already", "Name another one, or tick “overwrite”."
        ) from None
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise Refusal("file-unwritable", f"{path} can't be written: {reason}", "Name another path.") from None


def file_name(text: str, otherwise: object) -> str:
    """A file name made from ``text``; ``otherwise`` if nothing of it can be used."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or str(otherwise)
