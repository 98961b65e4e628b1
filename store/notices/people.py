"""The people who can answer for something: mail addresses, accounts, and users of this machine."""

from __future__ import annotations

from ..errors import Refusal
from ..persistence.database import Database
from .addresses import mail_address


def known_person(database: Database, name: str) -> str | None:
    """The name as it is written: a mail address in its network form, the name of an account or of a user of this
    machine; None if nobody is called so."""
    if "@" in name:
        return mail_address(name)
    for document in database.table("accounts"):
        if str(document["name"]).casefold() == name.casefold():
            return str(document["name"])
    return name if _is_user(name) else None


def person(database: Database, text: str) -> str:
    """What somebody wrote, as a person; refuses with ``person-unknown``. Empty stays empty."""
    name = text.strip()
    if not name:
        return ""
    found = known_person(database, name)
    if found is None:
        raise Refusal(
            "person-unknown",
            f"{name[:60]!r} is no mail address, no account and no user of this machine",
            "Write a mail address, or the name of an account (`certfleet admin list`).",
        )
    return found


def is_same(one: str, other: str) -> bool:
    """Whether two names mean one person: neither accounts nor mail addresses are told apart by case."""
    return bool(one) and one.casefold() == other.casefold()


def _is_user(name: str) -> bool:
    import pwd  # imported here: few commands ask, and it is not on every system

    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):
        return False
    return True
