"""Where a device stands: whether it is in service, and why it needs a person if it does."""

from __future__ import annotations

from msgspec import Struct

from ..model.device import Device, DeviceState, Platform
from ..model.forecast import OutReason
from .trust import SSL_ERROR_61


class Standing(Struct, frozen=True, array_like=True, gc=False):
    """Where a device stands: whether the server admits it, and why it is out if it needs a person."""

    platform: Platform
    in_service: bool
    out: OutReason | None
    group: str | None


def standing_of(device: Device) -> Standing:
    """The standing of a device by its record. One whose owner has got another in its place needs nobody."""
    out: OutReason | None = None
    if device.state is DeviceState.MUST_RE_ENROLL:
        ended = device.not_after is not None and device.not_after <= device.state_since
        out = OutReason.CERTIFICATE_EXPIRED if ended else OutReason.PUSH_LOST
    elif device.state.is_admitted and device.is_cut_off and device.refused and device.refused.code == SSL_ERROR_61:
        out = OutReason.SSL_ERROR_61
    in_service = device.state.is_admitted and out is None
    if device.habits is not None and device.habits.replaced_by is not None:
        out = None
    return Standing(device.platform, in_service, out, device.issuer_group)
