"""The fields of a device that lists are sorted by, and that words are searched in."""

from __future__ import annotations

from datetime import datetime

from ..model.device import DeviceIdentity, DeviceState


class ListedFields(DeviceIdentity, frozen=True, kw_only=True, gc=False):
    """A part of a device's record, which is read faster than the whole."""

    id: int
    owner: str = ""
    upn: str = ""
    state: DeviceState = DeviceState.NOT_ENROLLED
    issuer_group: str | None = None
    not_after: datetime | None = None
    device_name: str = ""
