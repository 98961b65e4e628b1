"""The effect of new limits of *expiring* and *critical*: how many certificates change their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ..devices.certificate_status import device_certificate_status
from ..inventory.expiry import ExpiryRules
from ..inventory.status import status
from ..model.certificate import Certificate, Status
from ..words import plural


class DeviceCertificateEnd(Struct, frozen=True):
    """When the active certificate of a device expires."""

    not_after: datetime | None = None


def status_changes(
    entries: Iterable[Certificate],
    devices: Iterable[DeviceCertificateEnd],
    now: datetime,
    before: ExpiryRules,
    after: ExpiryRules,
) -> tuple[str, ...]:
    """The numbers of entries and devices that change their status, in sentences."""
    ends = [one.not_after for one in devices if one.not_after is not None]
    pairs = (
        ("certificate", Counter((status(one, now, before), status(one, now, after)) for one in entries)),
        (
            "device certificate",
            Counter(
                (device_certificate_status(at, now, before), device_certificate_status(at, now, after)) for at in ends
            ),
        ),
    )
    said = tuple(_sentence(what, counts) for what, counts in pairs if any(old is not new for old, new in counts))
    return said or ("no certificate has another status by it now",)


def _sentence(what: str, counts: Counter[tuple[Status, Status]]) -> str:
    changed = {pair: count for pair, count in counts.items() if pair[0] is not pair[1]}
    total = sum(changed.values())
    parts = ", ".join(f"{count:,} {old} → {new}" for (old, new), count in sorted(changed.items()))
    return f"{plural(total, what)} {'has' if total == 1 else 'have'} another status by it now: {parts}"
