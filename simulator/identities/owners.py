"""User principal names, as a directory derives them from names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .owner import Owner

DEFAULT_DOMAIN = "company.example"
# Letters that Unicode doesn't take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """A name in lower-case ASCII letters, digits and hyphens: ``"Zoë O’Brien"`` becomes ``"zoeobrien"``.

    Empty for a name that isn't in Latin script.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "", plain)).strip("-")


def upn(first_name: str, last_name: str, domain: str = DEFAULT_DOMAIN, *, number: int = 1) -> str:
    """``first.last@domain``; from the second person of that name on, with the number after the name.

    If folding leaves nothing, the name is ``user``. A directory allows 64 characters before the @, so longer names are
    cut.
    """
    local = ".".join(part for part in (fold(first_name), fold(last_name)) if part) or "user"
    suffix = str(number) if number > 1 else ""
    return f"{local[: 64 - len(suffix)].rstrip('-.')}{suffix}@{domain}"


def numbered(names: Iterable[tuple[str, str]], domain: str = DEFAULT_DOMAIN) -> Iterator[Owner]:
    """An owner for each first and last name, in order. Repeated names are numbered, so every UPN is unique."""
    taken: set[str] = set()
    count: dict[str, int] = {}
    for first_name, last_name in names:
        plain = upn(first_name, last_name, domain)
        number = count.get(plain, 0) + 1
        while (found := upn(first_name, last_name, domain, number=number)) in taken:
            number += 1
        count[plain] = number
        taken.add(found)
        yield Owner(f"{first_name} {last_name}", found)
