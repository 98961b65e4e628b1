"""A device as people and programs see it at a time: with what follows from the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ..clock import rfc3339
from ..inventory.status import days_until, status_within
from ..model.certificate import Status
from ..model.device import Device, DeviceCertificate, InstalledPolicy
from .presence import Outages, last_seen


def certificate_status(device: Device, now: datetime) -> Status | None:
    """Where the certificate that a device works with stands; None for a device without one."""
    return None if device.not_after is None else status_within(now, device.not_after, now)


def days_left(device: Device, now: datetime) -> int | None:
    """Days until that certificate expires, begun days counted whole; None for a device without one."""
    return None if device.not_after is None else days_until(device.not_after, now)


def device_as_json(device: Device, now: datetime, outages: Outages) -> dict[str, Any]:
    """A device as programs get it: its fields, the state of its certificate, and when it was last heard of, which takes
    ``Gate.outages``."""
    record: dict[str, Any] = msgspec.to_builtins(device)
    record.pop("habits")
    seen = last_seen(device, now, outages)
    status = certificate_status(device, now)
    record["certificates"] = [
        {"id": held.id, "group": held.group, "not_after": rfc3339(held.not_after), "state": held.state.value}
        for held in device.certificates
    ]
    record["policies"] = [policy_as_json(placed) for placed in device.policies]
    if device.refused is not None:
        code, at, at_check_in = device.refused.code, device.refused.at, device.refused.at_check_in
        record["refused"] = {"code": code, "at": rfc3339(at), "at_check_in": at_check_in}
    return {
        "id": record.pop("id"),
        **record,
        "last_check_in": None if seen is None else rfc3339(seen),
        "certificate_status": None if status is None else status.value,
        "days_left": days_left(device, now),
        "simulated": device.habits is not None,
    }


def policy_as_json(placed: InstalledPolicy) -> dict[str, Any]:
    """A policy on a device, or one that it should have got, as programs get it."""
    return {
        "policy_id": placed.policy_id,
        "name": placed.name,
        "version": placed.version,
        "at": rfc3339(placed.at),
        "installed": placed.is_installed,
        "certificate_id": placed.certificate_id,
        "entry_id": placed.entry_id,
        "fingerprint_sha256": placed.fingerprint_sha256,
        "note": placed.note,
    }


def certificate_as_json(certificate: DeviceCertificate, now: datetime) -> dict[str, Any]:
    """A device certificate as programs get it, without its DER."""
    record: dict[str, Any] = msgspec.to_builtins(certificate)
    record.pop("der")
    record.pop("key_number")
    return {
        **record,
        "status": status_within(certificate.not_before, certificate.not_after, now).value,
        "days_left": days_until(certificate.not_after, now),
    }
