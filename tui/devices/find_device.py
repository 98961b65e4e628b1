"""Finding a device by what somebody typed."""

from __future__ import annotations

from ...store.model.device import Device
from ...store.workspace import Workspace

_MAX_ID = 2**63 - 1


def find_device(workspace: Workspace, text: str) -> Device:
    """A device by its id (``12``, ``#12``), or by any of its identities. Refuses with ``device-unknown``."""
    text = text.strip()
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and 0 < int(digits[:20]) <= _MAX_ID:
        records, id = workspace.devices.records, int(digits)
        found = records.find_id(id) if id <= _MAX_ID else None
        found = found or records.find(text)
        if found is not None:
            return found
        if text.startswith("#"):
            return workspace.devices.get(id)
    return workspace.devices.find(text)
