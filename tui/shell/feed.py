"""The feed: changes in the workspace by anybody, and their authors other than this console."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.persistence.database import Changes
from ...store.persistence.done_before import one_action
from ...store.printable import printable
from ...store.words import plural
from ...store.workspace import Workspace
from ..certificates.certificate_rows import CertificateRows
from ..devices.device_rows import DeviceRows


class Feed:
    """Polled by the app. This console's own work goes through ``own``, so that all other changes count as others'."""

    def __init__(self, workspace: Workspace, certificates: CertificateRows, fleet: DeviceRows) -> None:
        self._workspace = workspace
        self._certificates = certificates
        self._fleet = fleet
        self._lock = threading.Lock()
        self._own: set[int] = set()
        self._has_news = False  # others' or own changes that ``note`` hasn't looked at
        self._untaken: dict[str, set[int]] = {}  # changes that are known, and not all in the rows
        self._running = 0
        self._seen = self._last_line()
        self.poll()

    def poll(self) -> Changes | None:
        """The changes since the last call, already in the rows, or as many devices of them as time allowed. If it
        fails, which it does while a server is away, the next call has them."""
        changes = self._workspace.poll()
        for table, ids in () if changes is None else changes.tables.items():
            self._untaken[table] = self._untaken.get(table, set()) | ids
        tables = dict(self._untaken)
        if "certificates" in tables:
            self._certificates.take(tables["certificates"])
        self._fleet.take(tables.pop("devices", ()))
        self._fleet.retime()
        if read := self._fleet.read():
            tables["devices"] = read
        self._untaken.clear()
        self._has_news = self._has_news or "audit" in tables
        return Changes(tables) if tables else None

    @contextmanager
    def own(self) -> Iterator[None]:
        """Wraps everything that this console does to the workspace: one action of a person."""
        with self._lock:
            self._running += 1
        own = range(0)
        try:
            with one_action():
                before = self._last_line()
                try:
                    yield
                finally:
                    with suppress(Refusal):  # the database may be away by now: what was done is done
                        own = range(before + 1, self._last_line() + 1)
        finally:
            with self._lock:
                self._own.update(own)
                self._running -= 1

    def note(self) -> str | None:
        """A line about others' changes since the last note; None if there is nothing to report (yet)."""
        if self._running or not (self._has_news or self._workspace.database.engine.is_remote):
            return None  # a server is asked all the same: else nobody would notice that it is away
        self._has_news = False
        lines = [line for line in self._workspace.audit.tail(50) if line.id > self._seen]
        if not lines:
            return None
        self._seen = lines[0].id
        others = [line for line in lines if line.id not in self._own]
        self._own.clear()
        if not others:
            return None
        first = others[-1]  # the leaf of an imported chain
        more = f" (and {plural(len(others) - 1, 'more change')})" if len(others) > 1 else ""
        return f"{self._who(first)}: {printable(first.summary)}{more}"

    def _who(self, line: AuditLine) -> str:
        return "another session" if line.user == self._workspace.actor.user else printable(line.user)

    def _last_line(self) -> int:
        lines = self._workspace.audit.tail(1)
        return lines[0].id if lines else 0
