"""Who answers for a record: an owner, a deputy, and a runbook."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Person = Annotated[str, Meta(max_length=254)]
LONGEST_RUNBOOK = 10_000


class OwnershipRecord(Struct, frozen=True, kw_only=True):
    """What was set for a certificate, a component or a CA group (``record``: ``certificate:4``). Empty fields are
    inherited.

    ``owner`` and ``deputy`` are mail addresses, names of accounts, or names of users of this machine. ``runbook`` says
    what to do.
    """

    id: int
    record: str
    owner: Person = ""
    deputy: Person = ""
    runbook: Annotated[str, Meta(max_length=LONGEST_RUNBOOK)] = ""


class Answerable(Struct, frozen=True, kw_only=True):
    """Who answers for a record in the end, and by which record: its own, one that uses it, or the site (``site``)."""

    owner: str = ""
    deputy: str = ""
    runbook: str = ""
    owner_by: str = ""
