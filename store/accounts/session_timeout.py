"""Session timeout: some time after the last use, or after the login."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.account import SESSIONS, AccountSession, SessionSettings, Timeout
from ..persistence.database import Database
from ..persistence.engine import Row
from ..words import plural

CLOCK_SKEW = timedelta(minutes=1)


def ends_at(session: AccountSession, settings: SessionSettings) -> datetime:
    """When it ends if it isn't used."""
    since = session.opened_at if settings.kind is Timeout.STATIC else session.used_at
    return since + timedelta(minutes=settings.minutes)


def is_over(session: AccountSession, settings: SessionSettings, now: datetime) -> bool:
    """Whether it has ended. A session from the future comes from a wrong clock and counts as ended."""
    return now >= ends_at(session, settings) or session.used_at > now + CLOCK_SKEW


class SessionTimeout:
    """A workspace's timeout setting, by default 30 minutes after the last use. It also applies to open sessions."""

    def __init__(self, database: Database, *, audit: AuditTrail) -> None:
        self._database = database
        self._table = database.table("settings")
        self._audit = audit

    def get(self) -> SessionSettings:
        """The current setting."""
        document = self._table.get(doc_id=SESSIONS)
        return SessionSettings() if document is None else msgspec.convert(dict(document), SessionSettings)

    def set(self, *, kind: Timeout | None = None, minutes: int | None = None) -> SessionSettings:
        """Set it; None keeps a value. Refuses with ``timeout-invalid`` unless it is 1 minute to 30 days."""
        self._audit.permit("account.timeout")
        with self._database.transaction():
            before = self.get()
            wanted = {"kind": kind or before.kind, "minutes": before.minutes if minutes is None else minutes}
            try:
                after = msgspec.convert(wanted, SessionSettings)
            except msgspec.ValidationError as error:
                raise Refusal("timeout-invalid", "a session ends after 1 minute to 30 days (43,200 minutes)") from error
            if after != before:
                self._table.write([Row(SESSIONS, msgspec.to_builtins(after))])
                self._audit.record("account.timeout", f"settings:{SESSIONS}", timeout_text(after))
        return after


def timeout_text(settings: SessionSettings) -> str:
    """``sessions end 30 minutes after their last use``."""
    since = "the login" if settings.kind is Timeout.STATIC else "their last use"
    return f"sessions end {plural(settings.minutes, 'minute')} after {since}"
