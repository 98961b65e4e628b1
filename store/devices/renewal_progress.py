"""How far a device is when a fleet is renewed: the one rule behind every count of it."""

from __future__ import annotations

from enum import StrEnum

from ..model.device import ActionKind, DeviceState, PendingAction


class DeviceProgress(StrEnum):
    """Where a device stands in a renewal of the fleet.

    ``SETTLED`` has nothing to do: whether it has crossed over, its issuer group says. ``OUT`` has been revoked, or was
    never enrolled.
    """

    PENDING = "renewal pending"
    USER = "its user has to re-enroll it"
    SETTLED = "settled"
    OUT = "out"


def progress_of(state: DeviceState, pending: tuple[PendingAction, ...]) -> tuple[DeviceProgress, PendingAction | None]:
    """Where a device of this state and queue stands, and its renewal where one is pending."""
    for action in pending:
        if action.kind is ActionKind.CERTIFICATE_RENEWAL:
            return DeviceProgress.PENDING, action
    if state.needs_person:
        return DeviceProgress.USER, None
    return (DeviceProgress.SETTLED if state.is_admitted else DeviceProgress.OUT), None
