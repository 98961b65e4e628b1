"""The event log of the devices, in order, with a digest for comparing two runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from msgspec import Struct

from ..model.device_event import DeviceEvent, EventKind
from ..model.documents import from_document, to_text
from ..persistence.engine import Row
from ..persistence.table import DocumentTable

START = "0" * 64


class Occurrence(NamedTuple):
    """An event before it is in the log."""

    at: datetime
    device_id: int
    kind: EventKind
    detail: str = ""


class LogDigest(Struct, frozen=True, kw_only=True):
    """``sha256`` covers every event in order: time, device, kind and detail, and no key material."""

    count: int = 0
    sha256: str = START


class EventLog:
    """The table ``device_events``, with a digest of all events ever added."""

    def __init__(self, events: DocumentTable, state: DocumentTable) -> None:
        self._events = events
        self._state = state
        self._keeps_events = True

    def keep_digest_only(self) -> None:
        """Count events from now on without keeping them, in a copy where nobody looks at them."""
        self._keeps_events = False

    def add(self, occurrences: Sequence[Occurrence]) -> None:
        """Add events in this order, inside a transaction."""
        if not occurrences:
            return
        first, before = self._events.highest_id() + 1, self.digest()
        texts, digest = {}, bytes.fromhex(before.sha256)
        for id, occurrence in enumerate(occurrences, first):
            if self._keeps_events:
                at, device_id, kind, detail = occurrence
                texts[id] = to_text(DeviceEvent(id=id, at=at, device_id=device_id, kind=kind, detail=detail))
            digest = chained(digest, occurrence)
        self._events.write_texts(texts)
        state = {"count": before.count + len(occurrences), "sha256": digest.hex()}
        self._state.write([Row(1, state)])

    def digest(self) -> LogDigest:
        """The current digest of the log."""
        document = self._state.get(doc_id=1)
        return LogDigest() if document is None else LogDigest(count=document["count"], sha256=document["sha256"])

    def tail(self, limit: int = 100, before: int | None = None) -> list[DeviceEvent]:
        """The newest events first; ``before`` an id, for the page after."""
        return [from_document(document, DeviceEvent) for document in self._events.tail(limit, before)]

    def about(self, device_id: int) -> list[DeviceEvent]:
        """The events of a device, oldest first."""
        return [from_document(document, DeviceEvent) for document in self._events.find("device_id", device_id)]

    def computed(self) -> LogDigest:
        """The digest, computed anew from the events."""
        return digest_of(self._events.records(DeviceEvent))


def digest_of(events: Iterable[DeviceEvent]) -> LogDigest:
    """The digest of a log that holds these events, in this order."""
    digest, count = bytes.fromhex(START), 0
    for event in events:
        count += 1
        digest = chained(digest, Occurrence(event.at, event.device_id, event.kind, event.detail))
    return LogDigest(count=count, sha256=digest.hex())


def chained(digest: bytes, occurrence: Occurrence) -> bytes:
    """The digest after one more event."""
    at, device_id, kind, detail = occurrence
    return sha256(digest + f"{at.timestamp():.6f}|{device_id}|{kind.value}|{detail}".encode()).digest()


def in_order(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Sorted by time, then device; simultaneous events of one device keep their order."""
    return sorted(occurrences, key=lambda occurrence: (occurrence.at, occurrence.device_id))
