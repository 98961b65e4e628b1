"""The result of a rule about devices."""

from __future__ import annotations

from msgspec import Struct

from ..errors import Refusal
from ..model.device import CertificateState, Device
from ..model.device_event import EventKind

Happening = tuple[EventKind, str]  # and its detail


class Change(Struct, frozen=True):
    """The changed ``device``; the new states of its certificates (by record id); the events, in order; and the refusal,
    if any."""

    device: Device
    certificates: tuple[tuple[int, CertificateState], ...] = ()
    events: tuple[Happening, ...] = ()
    refusal: Refusal | None = None
