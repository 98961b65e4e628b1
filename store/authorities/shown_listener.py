"""Which SSL listener certificate a server shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..model.certificate import Certificate, UseAs


def shown_listener(entries: Iterable[Certificate], now: datetime) -> Certificate | None:
    """The newest entry that is used as SSL listener, has its private key and is not replaced: of those that are valid
    now, if there are any. Where it came from makes no difference."""
    found = [
        entry
        for entry in entries
        if entry.use_as is UseAs.SSL_LISTENER and entry.has_private_key and entry.replaced_by is None
    ]
    valid = [entry for entry in found if entry.not_before <= now <= entry.not_after]
    return max(valid or found, key=lambda entry: entry.id, default=None)
