"""A record of the product's device list, with certfleet's own fields behind the documented ones."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from ...devices.fleet_list.filter_ids import is_in_enrollment_program
from ...model.device import Device, DeviceState
from ..platforms import PLATFORMS
from .device_properties import DeviceProperty, device_type, encoded_properties, product_name
from .times import clock_text, days_since


class TimeFields(Struct, frozen=True, kw_only=True, rename="camel"):
    """What changes in a device's record without its document; one stands behind the other."""

    last_access: str | None
    inactivity_days: str | None


class DocumentedFields(Struct, frozen=True, kw_only=True, rename="camel"):
    """The product's fields. ``userSurnamee`` and ``blueToothMacAccress`` are spelled as the product spells them.

    ``deploySuccess``, ``deployPending`` and ``deployFailed`` count the device's policies. ``lastAccess`` is in UTC.
    """

    id: int
    jail_broken: bool
    managed: bool
    gateway_blocked: bool
    deploy_failed: int
    deploy_pending: int
    deploy_success: int
    mdm_known: bool
    mam_registered: bool
    mam_known: bool
    user_given_name: str
    user_surnamee: str
    user_email: str
    user_name: str
    serial_number: str | None
    imei_or_meid: str | None
    active_sync_id: str | None
    wifi_mac_address: str | None
    blue_tooth_mac_accress: str | None
    device_platform: str
    os_version: str
    device_model: str
    last_access: str | None
    inactivity_days: str | None
    shareable: bool
    shared_status: str | None
    dep_registered: bool
    device_name: str
    device_type: str
    product_name: str
    platform: str


class ExtendedFields(DocumentedFields, frozen=True, kw_only=True, rename="camel"):
    """The product's fields, and a few that certfleet adds to them."""

    state: DeviceState
    certificate_issuer_group: str | None
    certificate_not_after: datetime | None
    renewal_pending: bool


class DeviceRecord(ExtendedFields, frozen=True, kw_only=True, rename="camel"):
    """A device in the list. ``properties`` are of type ``DeviceProperty``."""

    properties: msgspec.Raw


class DocumentedDevice(ExtendedFields, frozen=True, kw_only=True, rename="camel"):
    """The same for descriptions of the answer."""

    properties: tuple[DeviceProperty, ...]


def time_fields(seen: datetime | None, now: datetime) -> dict[str, str | None]:
    """The values of ``TimeFields`` of a device that was last seen at ``seen``."""
    if seen is None:
        return {"last_access": None, "inactivity_days": None}
    return {"last_access": clock_text(seen), "inactivity_days": str(days_since(seen, now))}


def device_record(device: Device, seen: datetime | None, now: datetime) -> DeviceRecord:
    """The record of a device that was last seen at ``seen``."""
    given, _, surname = device.owner.rpartition(" ")
    platform = PLATFORMS[device.platform]
    installed = failed = 0
    for placed in device.policies:
        if placed.is_installed:
            installed += 1
        else:
            failed += 1
    return DeviceRecord(
        id=device.id,
        jail_broken=False,
        managed=device.state.is_admitted,
        gateway_blocked=False,
        deploy_failed=failed,
        deploy_pending=len(device.pending),
        deploy_success=installed,
        mdm_known=device.enrolled_at is not None,
        mam_registered=False,
        mam_known=False,
        user_given_name=given,
        user_surnamee=surname,
        user_email=device.upn if "@" in device.upn else "",
        user_name=device.upn or device.owner,
        serial_number=device.serial_number or None,
        imei_or_meid=device.imei or device.meid,
        active_sync_id=None,
        wifi_mac_address=device.wifi_mac,
        blue_tooth_mac_accress=None,
        device_platform=platform,
        os_version=device.os_version,
        device_model=device.model_name or device.model,
        **time_fields(seen, now),
        shareable=False,
        shared_status=None,
        dep_registered=is_in_enrollment_program(device),
        device_name=device.device_name,
        device_type=device_type(device),
        product_name=product_name(device),
        platform=platform,
        properties=encoded_properties(device),
        state=device.state,
        certificate_issuer_group=device.issuer_group,
        certificate_not_after=device.not_after,
        renewal_pending=device.renewal is not None,
    )
