"""Scrape tokens: what a monitoring system shows to read the metrics, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.account import ScrapeToken
from ..model.audit import Person
from ..persistence.database import Database
from ..persistence.records import RecordTable
from .accounts import wall_now
from .names import checked_name, folded

Tokens = tuple[ScrapeToken, ...]


class ScrapeTokens:
    """The scrape tokens of a workspace. They don't expire; names are case-insensitive."""

    def __init__(
        self, database: Database, *, audit: AuditTrail, actor: Person, now: Callable[[], datetime] = wall_now
    ) -> None:
        self._database = database
        self._table = RecordTable(database.table("scrape_tokens"), ScrapeToken)
        self._audit = audit
        self._actor = actor
        self._now = now

    def list(self) -> Tokens:
        """Every token, by id."""
        return tuple(self._table.all())

    def add(self, name: str) -> tuple[ScrapeToken, str]:
        """Make a token; returns it with its text, which is not stored and can't be shown again.

        Refuses with ``scrape-token-exists`` or ``account-name-invalid``.
        """
        name, token = checked_name(name), secrets.token_urlsafe(32)
        with self._database.transaction():
            if self._find(name) is not None:
                raise Refusal("scrape-token-exists", f"there is a scrape token {name} already", "Choose another name.")
            made = self._table.add(
                ScrapeToken(
                    id=0, name=name, token_sha256=_sha256(token), created_at=self._now(), created_by=self._actor.user
                )
            )
            self._audit.record("account.add-scrape-token", f"scrape-token:{made.id}", f"scrape token {name} made")
        return made, token

    def revoke(self, name: str) -> ScrapeToken:
        """Delete a token: it is refused from now on. Refuses with ``scrape-token-unknown``."""
        with self._database.transaction():
            found = self._find(name)
            if found is None:
                raise Refusal(
                    "scrape-token-unknown",
                    f"there is no scrape token {name!r}",
                    "`certfleet admin scrape-token list` shows them.",
                )
            self._table.remove(found.id)
            self._audit.record(
                "account.revoke-scrape-token", f"scrape-token:{found.id}", f"scrape token {found.name} revoked"
            )
        return found

    def check(self, token: str | None) -> ScrapeToken:
        """The record of a token, compared in constant time; refuses with ``scrape-token-wrong``."""
        sha256, found = _sha256(token or ""), None
        self._database.catch_up()
        for one in self._table.all():
            if hmac.compare_digest(one.token_sha256, sha256):
                found = one
        if found is None:
            raise Refusal(
                "scrape-token-wrong",
                "the metrics need a scrape token, which this is not",
                "`certfleet admin scrape-token add NAME` makes one; send it as `Authorization: Bearer TOKEN`.",
            )
        return found

    def _find(self, name: str) -> ScrapeToken | None:
        return next((one for one in self._table.all() if folded(one.name) == folded(name)), None)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
