"""A policy and a device's policies as JSON types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from ..devices.views import policy_as_json as placed_as_json
from ..inventory.status import days_until, status_within
from ..model.bulk import DeviceIdentityCertificate
from ..model.certificate import Certificate
from ..model.device import InstalledPolicy
from ..model.policy import Policy


class OnDevice(Struct, frozen=True):
    """An installed or failed policy of a device, and its certificate.

    ``certificate`` is None if there is none, or if its record was changed or deleted since: the device still has it,
    and its fingerprint is in ``placed``.
    """

    placed: InstalledPolicy
    certificate: DeviceIdentityCertificate | Certificate | None = None


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """The record's fields; ``is_for_all``: every device of its platforms gets it."""
    record: dict[str, Any] = msgspec.to_builtins(policy)
    record["assignment"]["is_for_all"] = policy.assignment.is_everybody
    return {"id": record.pop("id"), **record}


def on_device_as_json(one: OnDevice, now: datetime) -> dict[str, Any]:
    """A policy on a device, with the certificate's record and status at ``now``."""
    record = one.certificate
    if record is None:
        return {**placed_as_json(one.placed), "certificate": None}
    certificate = {
        **msgspec.to_builtins(record),
        "status": status_within(record.not_before, record.not_after, now).value,
        "days_left": days_until(record.not_after, now),
    }
    return {**placed_as_json(one.placed), "certificate": certificate}
