"""Copying audit lines to their second destination after each commit, and remembering that it failed.

A failure blocks no change. A file is caught up with later; what syslog didn't get is not sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from ..errors import CANNOT_WRITE, Refusal
from ..model.site import SITE
from ..persistence.database import Database
from ..persistence.engine import Row
from ..words import moment
from .destination import SyslogAddress, read_destination
from .file_copy import Contradicted, append

TABLE = "audit_copy"


class CopyFailure(msgspec.Struct, frozen=True, kw_only=True):
    """The copy of audit lines has failed since a time of the machine (UTC), at a line. ``is_contradicted``: it holds
    lines that the trail lacks."""

    at: datetime
    line: int
    destination: str
    reason: str
    is_contradicted: bool = False

    @property
    def said(self) -> str:
        """A sentence."""
        if self.is_contradicted:
            return f"the copy of the audit trail in {self.destination} contradicts it: {self.reason}"
        return f"audit lines don't reach {self.destination} since {moment(self.at)}, line {self.line:,}: {self.reason}"


class AuditCopies:
    """The second destination of a database's audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(TABLE)

    @property
    def destination(self) -> str:
        """Where lines go, as the setting says; empty for nowhere."""
        settings = self._database.table("settings").get(doc_id=SITE)
        return "" if settings is None else str(settings.get("audit_copy", ""))

    def add(self, lines: list[dict[str, Any]]) -> None:
        """Copy lines, with their ids, once the transaction that adds them is committed."""
        if self.destination:
            self._database.when_committed(lambda: self._send(lines))

    def failure(self) -> CopyFailure | None:
        """What is wrong with the copy in the present destination."""
        found = self._table.get(doc_id=1)
        failure = None if found is None else msgspec.convert(dict(found), CopyFailure)
        return failure if failure is not None and failure.destination == self.destination else None

    def catch_up(self) -> None:
        """Bring the file up to the trail, as when a workspace is opened. Does nothing for syslog."""
        if self.destination and not self.destination.startswith("syslog"):
            self._send([])

    def _send(self, lines: list[dict[str, Any]]) -> None:
        destination, reason, contradicted = self.destination, "", False
        try:
            where = read_destination(destination)
            if isinstance(where, SyslogAddress):
                from .syslog_copy import send  # logging takes long to import

                send(where, lines)
            elif where is not None:
                append(where, self._head(), self._line)
        except Contradicted as found:
            reason, contradicted = str(found), True
        except Refusal as refusal:
            reason = refusal.message
        except OSError as error:
            reason = error.strerror or str(error)
        self._remember(destination, reason, contradicted)

    def _remember(self, destination: str, reason: str, contradicted: bool) -> None:
        known = self.failure()
        if (known is None) == (not reason) and (known is None or known.is_contradicted == contradicted):
            return
        line = self._database.engine.highest_id("audit")
        now = datetime.now(UTC).replace(microsecond=0)
        failure = CopyFailure(at=now, line=line, destination=destination, reason=reason, is_contradicted=contradicted)
        try:
            with self._database.transaction():
                self._table.write([Row(1, msgspec.to_builtins(failure) if reason else None)])
        except Refusal as refusal:
            if refusal.code not in CANNOT_WRITE:
                raise

    def _head(self) -> dict[str, Any] | None:
        last = self._database.table("audit").tail(1)
        return {**last[0], "id": last[0].doc_id} if last else None

    def _line(self, id: int) -> dict[str, Any] | None:
        found = self._database.table("audit").get(doc_id=id)
        return None if found is None else {**found, "id": id}
