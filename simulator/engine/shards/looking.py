"""Looking at devices away from the workspace: as texts that are sent, or read from its database by any process."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ....store.errors import Refusal
from ....store.model.device import Device
from ....store.persistence.copies.layered import StoredState
from .outlook import look_at
from .parts import WindowFacts, device_of, fleet_of

_encode = msgspec.msgpack.encode


def look_at_texts(fleet: bytes, facts: WindowFacts, texts: Sequence[str], with_upgrades: bool) -> bytes:
    """The devices with these records at the beginning of a window, as an ``Outlook``."""
    upgrades = fleet_of(fleet).upgrade_after if with_upgrades else None
    return _encode(look_at(map(device_of, texts), facts.after, facts.gate, upgrades))


def look_at_stored(
    fleet: bytes, facts: WindowFacts, stored: StoredState, ids: range, with_upgrades: bool
) -> bytes | None:
    """The same of the devices with these ids in a database; None if it can't be read as it was."""
    upgrades = fleet_of(fleet).upgrade_after if with_upgrades else None
    try:
        engine = stored.opens()
        try:
            engine.begin_reading()
            if engine.last_transaction() != stored.number:
                return None
            return _encode(look_at(engine.records("devices", Device, ids), facts.after, facts.gate, upgrades))
        finally:
            engine.close()
    except Refusal:
        return None  # whoever reads it in its place is refused
