"""What a device has of policies, and with which certificate: for its details."""

from __future__ import annotations

from datetime import datetime

from ..store.inventory.status import status_within
from ..store.model.bulk import DeviceIdentityCertificate
from ..store.policies.views import OnDevice
from ..store.words import moment


def policy_sentence(one: OnDevice, now: datetime) -> str:
    """``Field VPN, version 2, installed 2026-01-05 …; certificate CN=…, by SERIAL_NUMBER, valid, until …``."""
    placed = one.placed
    title = f"#{placed.policy_id} {placed.name}, version {placed.version}"
    if not placed.is_installed:
        return f"{title}, not installed: {placed.note}"
    return f"{title}, installed {moment(placed.at)}\n  {_certificate(one, now)}"


def _certificate(one: OnDevice, now: datetime) -> str:
    fingerprint, record = f"SHA-256 {one.placed.fingerprint_sha256}", one.certificate
    if record is None:
        return f"with a certificate that is not here any more, {fingerprint}"
    kind = f"#{record.id} of the inventory"
    if isinstance(record, DeviceIdentityCertificate):
        kind = f"by {record.identity_type} {record.identity}"
    status = status_within(record.not_before, record.not_after, now)
    until = f"until {record.not_after:%Y-%m-%d}"
    return f"with the certificate {record.subject}, {kind}, {status}, {until}, {fingerprint}"
