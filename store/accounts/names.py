"""Account names: which are valid, and when two are the same."""

from __future__ import annotations

import unicodedata

from ..errors import Refusal
from ..model.audit import SYSTEM

LONGEST = 64


def checked_name(name: str) -> str:
    """A name in its stored form (NFC); refuses with ``account-name-invalid``."""
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= LONGEST or not name.isprintable() or name != name.strip():
        raise Refusal(
            "account-name-invalid", f"a name has 1 to {LONGEST} printable characters, and no space at its ends"
        )
    if folded(name) == SYSTEM.user:
        raise Refusal(
            "account-name-invalid",
            f"{SYSTEM.user} stands in the audit trail for what is done by itself",
            "Choose another name.",
        )
    return name


def folded(name: str) -> str:
    """The comparison key of a name: equal for names that differ only in case, width and the like (Unicode's
    NFKC_Casefold)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
