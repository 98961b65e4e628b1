"""What a rule about devices gives: the device as it is now, and what goes with it."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import Refusal
from ..model.device import CertificateState, Device, EventKind

Happening = tuple[EventKind, str]  # and its detail


class Change(NamedTuple):
    """``device`` after the rule; the certificates (by the id of their record) that are in another state; what
    happened, in order; and why the device or the person was refused, where they were."""

    device: Device
    certificates: tuple[tuple[int, CertificateState], ...] = ()
    events: tuple[Happening, ...] = ()
    refusal: Refusal | None = None
