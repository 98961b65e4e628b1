"""The exports that are recognised by their header, from the column names in the products' documentation.

Names are compared without regard to case, spaces and punctuation. Where a product has called a column differently over
time, or in two of its lists, all of its names are here; the first one that a file has counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo

from msgspec import Struct

from ..model.device import Platform

FIELDS = (
    "platform",
    "maker",
    "model",
    "model_name",
    "os_name",
    "os_version",
    "os_build",
    "os_edition",
    "security_patch",
    "serial_number",
    "imei",
    "second_imei",
    "meid",
    "udid",
    "android_id",
    "windows_device_id",
    "enrollment_id",
    "wifi_mac",
    "device_name",
    "owner",
    "upn",
    "mail",
    "last_check_in",
    "enrolled_at",
    "issuer",
    "certificate_serial_number",
    "not_after",
    "enrollment_kind",
    "supervised",
    "ownership",
    "managed",
)
"""What is read of a device, by the names of `device list`, and a few more."""

DATES = ("last_check_in", "enrolled_at", "not_after")
Columns = Mapping[str, tuple[str, ...]]
_BEYOND = re.compile(r"[\W_]+")


class ProductFormat(Struct, frozen=True):
    """An export of a product: its columns by field, and those that together tell it from others (``signs``).

    ``zone`` is that of its times, if it is documented. ``platform`` is that of all its devices.
    """

    name: str
    title: str
    columns: Columns
    signs: tuple[str, ...] = ()
    zone: tzinfo | None = None
    platform: Platform | None = None


def key_of(name: str) -> str:
    """What column names are compared by."""
    return _BEYOND.sub("", name.casefold())


OURS = ProductFormat(
    "certfleet",
    "columns by certfleet's names",
    {
        **{field: (field,) for field in FIELDS},
        "issuer": ("issuer", "issuer_group"),
        "mail": ("mail", "email"),
        "enrollment_kind": ("enrollment_kind", "enrollment"),
    },
)

CITRIX = ProductFormat(
    "citrix",
    "Citrix Endpoint Management: Manage > Devices > Export",
    {
        "platform": ("Device platform", "Platform"),
        "maker": ("Manufacturer", "System OEM"),
        "model": ("Device model",),
        "model_name": ("Product name",),
        "os_version": ("Operating system version", "OS version"),
        "os_build": ("OS build", "Operating system build"),
        "serial_number": ("Serial number",),
        "imei": ("IMEI/MEID", "IMEI"),
        "meid": ("MEID",),
        "udid": ("UDID", "Unique device ID"),
        "wifi_mac": ("WiFi MAC address",),
        "device_name": ("Device name",),
        "upn": ("User name",),
        "mail": ("User email",),
        "last_check_in": ("Last access",),
        "enrolled_at": ("First connection date", "Enrollment date"),
        "issuer": ("Device certificate issuer CA",),
        "not_after": ("Device certificate expiration date", "Certificate expiration date"),
        "supervised": ("Supervised",),
        "ownership": ("Device ownership", "Ownership", "Owned by"),
    },
    signs=("Device platform", "Last access", "Inactivity days"),
)

INTUNE = ProductFormat(
    "intune",
    "Microsoft Intune: Devices > All devices > Export",
    {
        "platform": ("OS",),
        "maker": ("Manufacturer",),
        "model": ("Model",),
        "os_version": ("OS version",),
        "os_edition": ("SkuFamily",),
        "security_patch": ("Security patch level",),
        "serial_number": ("Serial number",),
        "imei": ("IMEI",),
        "meid": ("MEID",),
        "udid": ("UDID",),
        "enrollment_id": ("Device ID",),
        "wifi_mac": ("Wi-Fi MAC",),
        "device_name": ("Device name",),
        "owner": ("Primary user display name",),
        "upn": ("Primary user UPN",),
        "mail": ("Primary user email address",),
        "last_check_in": ("Last check-in",),
        "enrolled_at": ("Enrollment date",),
        "not_after": ("Management certificate expiration date",),
        "supervised": ("Supervised",),
        "ownership": ("Ownership",),
    },
    signs=("Device ID", "Last check-in", "OS", "Managed by"),
    zone=UTC,
)

_JAMF = {
    "model": ("Model Identifier", "Model"),
    "model_name": ("Model",),
    "serial_number": ("Serial Number",),
    "udid": ("UDID", "Identifier"),
    "owner": ("Full Name",),
    "upn": ("Username",),
    "mail": ("Email Address",),
    "enrolled_at": ("Last Enrollment",),
    "not_after": ("MDM Profile Expiration Date",),
    "supervised": ("Supervised",),
    "managed": ("Managed",),
}

JAMF_COMPUTERS = ProductFormat(
    "jamf-computers",
    "Jamf Pro: Computers > Search Inventory > Export",
    {
        **_JAMF,
        "maker": ("Make",),
        "os_version": ("Operating System Version", "Operating System"),
        "os_build": ("Operating System Build",),
        "wifi_mac": ("MAC Address",),
        "device_name": ("Computer Name",),
        "last_check_in": ("Last Check-in",),
    },
    signs=("Computer Name", "Serial Number"),
    platform=Platform.MACOS,
)

JAMF_MOBILE = ProductFormat(
    "jamf-mobile-devices",
    "Jamf Pro: Devices > Search Inventory > Export",
    {
        **_JAMF,
        "os_version": ("OS Version", "iOS Version"),
        "os_build": ("OS Build", "iOS Build"),
        "imei": ("IMEI",),
        "meid": ("MEID",),
        "wifi_mac": ("Wi-Fi MAC Address",),
        "device_name": ("Display Name",),
        "last_check_in": ("Last Inventory Update",),
        "ownership": ("Device Ownership Level", "Device Ownership Type"),
    },
    signs=("Display Name", "Last Inventory Update", "Serial Number"),
    platform=Platform.IOS,
)

WORKSPACE_ONE = ProductFormat(
    "workspace-one",
    "Workspace ONE UEM: Devices > List View > Export",
    {
        "platform": ("Platform",),
        "maker": ("Manufacturer", "OEM Info"),
        "model": ("Model",),
        "os_version": ("OS Version", "OS"),
        "serial_number": ("Serial Number",),
        "imei": ("IMEI", "IMEI/MEID"),
        "udid": ("UDID",),
        "wifi_mac": ("Wi-Fi MAC Address", "MAC Address"),
        "device_name": ("Friendly Name", "Device Friendly Name"),
        "owner": ("Display Name", "User Display Name"),
        "upn": ("UPN", "User Principal Name", "Username", "User"),
        "mail": ("Email Address", "User Email Address"),
        "last_check_in": ("Last Seen",),
        "enrolled_at": ("Enrollment Date",),
        "supervised": ("Is Supervised", "Supervised"),
        "ownership": ("Ownership",),
        "managed": ("Enrollment Status",),
    },
    signs=("Friendly Name", "Last Seen", "Enrollment Status"),
)

PRODUCTS = (CITRIX, INTUNE, JAMF_COMPUTERS, JAMF_MOBILE, WORKSPACE_ONE)
