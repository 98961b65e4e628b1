"""A device under the product's field names, with certfleet's own fields beside them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ...store.devices.presence import Outages, last_seen
from ...store.inventory.expiry import ExpiryRules
from ...store.model.certificate import Status
from ...store.model.device import ActionKind, Device, DeviceState, EnrollmentKind
from ...store.views.device import certificate_status, days_left
from ...store.views.platforms import PLATFORMS


class DeviceSummary(Struct, frozen=True, kw_only=True, rename="camel"):
    """A device in a list. Times are given in milliseconds since 1970, as in the product, and in RFC 3339."""

    id: int
    serial_number: str | None
    imei_or_meid: str | None
    imei: str | None
    second_imei: str | None
    meid: str | None
    udid: str | None
    android_id: str | None
    enrollment_id: str | None
    wifi_mac: str | None
    platform: str
    os_family: str
    os_version: str
    os_build: str
    os_edition: str
    security_patch: str
    device_model: str
    device_name: str
    language: str
    carrier: str | None
    device_platform: str
    manufacturer: str
    user_name: str
    display_name: str
    managed: bool
    mdm_known: bool
    revoked: bool
    jail_broken: bool
    state: DeviceState
    last_access: int | None
    last_access_at: datetime | None
    inactivity_days: int | None
    enrolled_at: datetime | None
    enrollment_kind: EnrollmentKind | None
    certificate_issuer_group: str | None
    certificate_not_after: datetime | None
    certificate_days_left: int | None
    certificate_status: Status | None
    pending: tuple[ActionKind, ...]
    renewal_pending: bool
    refused: str | None


def device_summary(device: Device, now: datetime, rules: ExpiryRules, outages: Outages) -> DeviceSummary:
    """The list entry of a device."""
    seen, status = last_seen(device, now, outages), certificate_status(device, now, rules)
    managed = device.state.is_admitted
    return DeviceSummary(
        id=device.id,
        serial_number=device.serial_number or None,
        imei_or_meid=device.imei or device.meid,
        imei=device.imei,
        second_imei=device.second_imei,
        meid=device.meid,
        udid=device.udid,
        android_id=device.android_id,
        enrollment_id=device.enrollment_id,
        wifi_mac=device.wifi_mac,
        platform=PLATFORMS[device.platform],
        os_family=device.os_name or PLATFORMS[device.platform],
        os_version=device.os_version,
        os_build=device.os_build,
        os_edition=device.os_edition,
        security_patch=device.security_patch,
        device_model=device.model_name or device.model,
        device_name=device.device_name,
        language=device.language,
        carrier=device.carrier,
        device_platform=PLATFORMS[device.platform],
        manufacturer=device.maker,
        user_name=device.upn or device.owner,
        display_name=device.owner,
        managed=managed,
        mdm_known=device.enrolled_at is not None,
        revoked=device.state is DeviceState.REVOKED,
        jail_broken=False,
        state=device.state,
        last_access=_milliseconds(seen),
        last_access_at=seen,
        inactivity_days=None if seen is None else max(0, (now - seen).days),
        enrolled_at=device.enrolled_at,
        enrollment_kind=device.enrollment_kind,
        certificate_issuer_group=device.issuer_group,
        certificate_not_after=device.not_after,
        certificate_days_left=days_left(device, now),
        certificate_status=status,
        pending=tuple(action.kind for action in device.pending),
        renewal_pending=any(action.kind is ActionKind.CERTIFICATE_RENEWAL for action in device.pending),
        refused=None if device.refused is None else device.refused.code,
    )


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
