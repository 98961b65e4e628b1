"""The text of a TOML file that a person wrote, and the refusal that tells the first of its mistakes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from ...store.confinement import open_person_file
from ...store.errors import Refusal
from ...store.words import plural
from .table_reading import Mistake

Kind = Literal["plan", "scenario"]
"""The kinds of file that people write for rehearsals; the codes of their refusals begin with them."""


def read_text(path: Path, kind: Kind, longest: int, size: str) -> str:
    """The text of a ``kind`` of file (``plan``), of at most ``longest`` characters, said as ``size``. Refuses with
    ``KIND-unreadable``."""
    code = f"{kind}-unreadable"
    try:
        with os.fdopen(open_person_file(path, os.O_RDONLY), encoding="utf-8-sig") as file:
            text = file.read(longest + 1)
    except OSError as error:
        said = f"{path} can't be read: {error.strerror or error}"
        raise Refusal(code, said, f"Name a {kind} file (TOML).") from error
    except ValueError as error:
        raise Refusal(code, f"{path} can't be read: it is not a text in UTF-8", "Save it as UTF-8.") from error
    if len(text) > longest:
        raise Refusal(code, f"{path} is longer than {size}", f"A {kind} file is shorter.")
    return text


def first_of(mistakes: tuple[Mistake, ...], kind: Kind, name: str, manual: str) -> Refusal:
    """``KIND-invalid``: the first mistake with its line, and how many more there are."""
    first = mistakes[0]
    where = f" line {first.line}:" if first.line else ""
    more = f" (and {plural(len(mistakes) - 1, 'more mistake')})" if len(mistakes) > 1 else ""
    return Refusal(f"{kind}-invalid", f"{name}:{where} {first.message}{more}", first.hint or manual)
