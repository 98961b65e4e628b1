"""Key files, each with the key that wraps the data key of a vault which nobody unlocks."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from ..errors import NO_ROOM, Refusal, no_room
from ..persistence.database_file import address_in
from ..persistence.files.private_files import create_file
from .base64_text import decoded, encoded

_KEY_FILE_PREFIX = "certfleet-vault-key-1:"


def next_key_file(path: Path) -> Path:
    """The key file of the database that is about to be put in place of another one. Whoever opens the workspace after a
    kill finds it where the key file doesn't fit."""
    return path.with_name(f"{path.name}.next")


def read_key_file(path: Path) -> bytes:
    """The wrapping key in a key file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("key-file-unreadable", f"{path} is not a file")
        with path.open("rb") as file:
            text = file.read(1024).decode("ascii").strip()
    except FileNotFoundError as error:
        raise Refusal(
            "key-file-missing",
            f"the key file {path} is not there, so private keys and passwords can't be read",
            f"Copy {path.name} from the machine on which the workspace was made to that place, or name its place in "
            "CERTFLEET_KEY_FILE."
            if address_in(path.parent) is not None
            else "Restore it from where you keep it, or name its place in CERTFLEET_KEY_FILE.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("key-file-unreadable", f"the key file {path} can't be read") from error
    try:
        key = decoded(text.removeprefix(_KEY_FILE_PREFIX)) if text.startswith(_KEY_FILE_PREFIX) else b""
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Refusal("key-file-unreadable", f"{path} is not a certfleet key file")
    return key


def make_key_file(path: Path, key: bytes | None = None) -> bytes:
    """Write a wrapping key (by default a new one), readable only by its owner. If another process was faster, its key
    is used."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = create_file(draft)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(_KEY_FILE_PREFIX + encoded(key or new_key()) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(path) from error
        raise Refusal(
            "key-file-unwritable",
            f"the key file {path} can't be made: {error.strerror}",
            "Name a place in a folder that is there and yours in CERTFLEET_KEY_FILE.",
        ) from error
    return read_key_file(path)


def new_key() -> bytes:
    """A new 256-bit key."""
    return secrets.token_bytes(32)
