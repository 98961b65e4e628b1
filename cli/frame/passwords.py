"""Passwords: from a hidden prompt, a file, or standard input; never from the command line itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ...store.certificates.plain_text import decode_text
from ...store.confinement import open_person_file
from ...store.errors import Refusal
from .parameters import STANDARD

MAX_PASSWORD_FILE = 64 * 1024


def interactive() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(text: str, *, confirm: bool = False) -> str:
    """Ask without echoing the input; an empty answer is an answer. Within one command nobody is asked twice."""
    known: dict[str, str] = click.get_current_context().meta.setdefault(__name__, {})
    if text in known:
        return known[text]
    known[text] = answer = click.prompt(
        text,
        hide_input=True,
        default="",
        show_default=False,
        confirmation_prompt=f"{text}, once more" if confirm else False,
        err=True,
    )
    return answer


def read_password_file(path: Path) -> str:
    """The password in a file, or on standard input for ``-``, without the line end after it.

    Pipes work, as in ``--password-file <(pass show vpn)``. An empty file is the empty password.
    """
    try:
        if path == STANDARD:
            data = sys.stdin.buffer.read(MAX_PASSWORD_FILE + 1)
        else:
            with os.fdopen(open_person_file(path, os.O_RDONLY), "rb") as file:
                data = file.read(MAX_PASSWORD_FILE + 1)
    except FileNotFoundError as error:
        raise Refusal("file-not-found", f"there is no password file {path}") from error
    except IsADirectoryError as error:
        raise Refusal("not-a-file", f"{path} is a directory, not a password file") from error
    except OSError as error:
        raise Refusal("file-unreadable", f"the password file {path} can't be read: {error.strerror}") from error
    if len(data) > MAX_PASSWORD_FILE:
        raise Refusal("file-too-large", f"the password file {path} is larger than any password")
    text = decode_text(data) if data else ""
    if text is None:
        raise Refusal("password-not-text", f"the password file {path} is no text in UTF-8, UTF-16 or Windows-1252")
    return text.removesuffix("\n").removesuffix("\r")


def read_optional(path: Path | None) -> str | None:
    """The password in a file, if one is given."""
    return None if path is None else read_password_file(path)


def needed(refusal: Refusal, option: str) -> Refusal:
    """The refusal if there is nobody to type a password, naming the option that gives it."""
    hint = f"Name a file that holds it: {option} FILE, or {option} - to read standard input."
    return Refusal(refusal.code, refusal.message, hint)


def new_password(question: str, message: str, file: Path | None, option: str = "--password-file") -> str:
    """A new password: from a file, or typed twice. Refuses with ``password-needed`` and ``message`` if there is nobody
    to ask."""
    if file is not None:
        return read_password_file(file)
    if not interactive():
        raise needed(Refusal("password-needed", message), option)
    return ask(question, confirm=True)
