"""The progress of a device when a fleet is renewed: the one rule behind all counts."""

from __future__ import annotations

from enum import StrEnum

from ..model.device import ActionKind, DeviceState, PendingAction


class DeviceProgress(StrEnum):
    """The progress of a device in a renewal of the fleet.

    ``SETTLED``: nothing to do; its issuer group says whether it has moved. ``OUT``: revoked or never enrolled.
    """

    PENDING = "renewal pending"
    USER = "its user has to re-enroll it"
    SETTLED = "settled"
    OUT = "out"


def progress_of(state: DeviceState, pending: tuple[PendingAction, ...]) -> tuple[DeviceProgress, PendingAction | None]:
    """The progress of a device by its state and queue, and its pending renewal, if any."""
    for action in pending:
        if action.kind is ActionKind.CERTIFICATE_RENEWAL:
            return DeviceProgress.PENDING, action
    if state.needs_person:
        return DeviceProgress.USER, None
    return (DeviceProgress.SETTLED if state.is_admitted else DeviceProgress.OUT), None
