"""The results of use cases of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import Refusal
from ..model.device import Device, DeviceCertificate, InstalledPolicy, PendingAction
from .acted_on import ActedOn
from .renewal_plan import RenewalPlan

if TYPE_CHECKING:
    from cryptography import x509


class Enrollment(Struct, frozen=True, kw_only=True):
    """The result of an enrollment: the device, its certificate's record, and the chain above it, root last."""

    device: Device
    certificate: DeviceCertificate
    chain: tuple[x509.Certificate, ...]


class Visit(Struct, frozen=True, kw_only=True):
    """A check-in: the device, the certificate it presented, and the requested renewal, if any.

    ``policies`` are those installed at this check-in, ``removed`` those removed. ``refusal`` says why it was turned
    away; None if it was let in.
    """

    device: Device
    presented: DeviceCertificate
    renewal: PendingAction | None = None
    policies: tuple[InstalledPolicy, ...] = ()
    removed: tuple[InstalledPolicy, ...] = ()
    refusal: Refusal | None = None


class SecurityActionResult(Struct, frozen=True, kw_only=True):
    """The result of a security action on many devices: where it is pending, and which were refused, with the reason.

    ``plan`` counts them as they were before a renewal.
    """

    pending: tuple[ActedOn, ...]
    refused: tuple[tuple[ActedOn, Refusal], ...]
    unknown: tuple[int, ...] = ()
    plan: RenewalPlan | None = None
