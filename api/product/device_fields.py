"""A device in the product's names, and beside them what certfleet knows of its certificate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...store.clock import rfc3339
from ...store.devices.presence import Outages, last_seen
from ...store.model.device import ActionKind, Device, DeviceState
from ...store.views.device import certificate_status, days_left
from ...store.views.platforms import PLATFORMS


def device_summary(device: Device, now: datetime, outages: Outages) -> dict[str, Any]:
    """A device as a list has it. Times are milliseconds since 1970, as the product gives them, and RFC 3339 beside."""
    seen, status = last_seen(device, now, outages), certificate_status(device, now)
    managed = device.state.is_admitted
    return {
        "id": device.id,
        "serialNumber": device.serial_number,
        "imeiOrMeid": device.imei or device.meid,
        "imei": device.imei,
        "meid": device.meid,
        "udid": device.udid,
        "androidId": device.android_id,
        "wifiMac": device.wifi_mac,
        "platform": PLATFORMS[device.platform],
        "osFamily": device.os_name or PLATFORMS[device.platform],
        "osVersion": device.os_version,
        "deviceModel": device.model_name or device.model,
        "devicePlatform": PLATFORMS[device.platform],
        "manufacturer": device.maker,
        "userName": device.upn or device.owner,
        "displayName": device.owner,
        "managed": managed,
        "mdmKnown": device.enrolled_at is not None,
        "revoked": device.state is DeviceState.REVOKED,
        "jailBroken": False,
        "state": device.state.value,
        "lastAccess": _milliseconds(seen),
        "lastAccessAt": _text(seen),
        "inactivityDays": None if seen is None else max(0, (now - seen).days),
        "enrolledAt": _text(device.enrolled_at),
        "certificateIssuerGroup": device.issuer_group,
        "certificateNotAfter": _text(device.not_after),
        "certificateDaysLeft": days_left(device, now),
        "certificateStatus": None if status is None else status.value,
        "pending": [action.kind.value for action in device.pending],
        "renewalPending": any(action.kind is ActionKind.CERTIFICATE_RENEWAL for action in device.pending),
        "refused": None if device.refused is None else device.refused.code,
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
