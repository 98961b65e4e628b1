"""The command lines that list what the console's lists show, by the lists' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .arrangement import Order


class ListCommand(NamedTuple):
    """``words`` begin the command; ``columns`` are its names of the list's columns (several with a comma), ``sorts``
    the names by which it sorts as the list does by a column. ``searches``: its ``--search`` takes the list's filter.
    ``limited``: it lists only some unless told how many."""

    words: tuple[str, ...]
    columns: Mapping[str, str]
    sorts: Mapping[str, str] = {}
    searches: bool = False
    limited: bool = False

    def line(
        self, form: str, columns: Sequence[str], order: Order, filter: str, records: int
    ) -> tuple[object, ...] | None:
        """The words that write these columns in this order and form; None if it can't filter so."""
        if filter and not self.searches:
            return None
        words: list[object] = [*self.words]
        if filter:
            words += ["--search", filter]
        if self.limited:
            words += ["--limit", max(1, records)]
        sorts = [f"-{self.sorts[name]}" if down else self.sorts[name] for name, down in order if name in self.sorts]
        if sorts:
            words.append(f"--sort={','.join(sorts)}")
        names = [self.columns[name] for name in columns if name in self.columns]
        if names:
            words += ["--columns", ",".join(names)]
        return *words, "--format", form

    def sorts_by(self, order: Order) -> bool:
        """Whether it lists in this order."""
        return all(name in self.sorts for name, _ in order[:1])

    def lacks(self, columns: Sequence[str]) -> list[str]:
        """Which of these columns it doesn't have."""
        return [name for name in columns if name not in self.columns]


LIST_COMMANDS: Mapping[str, ListCommand] = {
    "certificates": ListCommand(
        ("certificate", "list"),
        {
            "status": "status",
            "days": "days-left",
            "name": "name",
            "expires": "expires",
            "use": "use-as",
            "key": "key",
            "id": "id",
            "issuer": "issuer",
            "description": "description",
            "since": "not-before",
            "imported": "imported-at",
            "names": "sans",
            "algorithm": "key-algorithm,key-size",
            "serial": "serial-number",
            "fingerprint": "fingerprint-sha256",
        },
        {"days": "days-left", "name": "name", "expires": "not-after", "id": "id", "serial": "serial-number"},
        searches=True,
    ),
    "devices": ListCommand(
        ("device", "list"),
        {
            "state": "state",
            "days": "days",
            "device": "model,serial-number",
            "platform": "platform",
            "owner": "owner",
            "issuer": "issuer",
            "seen": "last-check-in",
            "pending": "pending",
            "os": "os-name,os-version",
            "serial": "serial-number",
            "imei": "imei",
            "upn": "upn",
            "expires": "not-after",
            "id": "id",
        },
        {"days": "days-left", "owner": "owner", "platform": "platform", "id": "id"},
        searches=True,
    ),
    "device-certificates": ListCommand(
        ("bulk", "list"),
        {"identity": "identity", "type": "type", "subject": "subject", "expires": "expires", "days": "days"},
        {"identity": "identity", "expires": "not-after", "days": "not-after"},
    ),
    "policies": ListCommand(
        ("policy", "list"),
        {"name": "name", "platforms": "platforms", "connection": "connection", "whom": "for", "version": "version"},
        {"name": "name"},
    ),
    "endpoints": ListCommand(
        ("endpoint", "list"),
        {
            "endpoint": "endpoint",
            "need": "need",
            "verdict": "verdict",
            "certificate": "serves",
            "days": "days",
            "checked": "checked",
        },
        {"endpoint": "endpoint", "days": "days"},
    ),
    "notices": ListCommand(
        ("notice", "list"),
        {"at": "at", "title": "title", "sent": "delivery", "unread": "read", "urgency": "urgency"},
        {"at": "id"},
        limited=True,
    ),
    "audit": ListCommand(
        ("audit", "list"),
        {name: name for name in ("at", "user", "origin", "action", "record", "summary")},
        {"at": "id", "user": "user", "action": "action"},
        searches=True,
        limited=True,
    ),
}
