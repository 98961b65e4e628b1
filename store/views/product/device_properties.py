"""The properties of a device, under the names that the product gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from ...model.device import Device, EnrollmentKind, Ownership, Platform
from ..platforms import PLATFORMS

_encode = msgspec.json.Encoder().encode


class DeviceProperty(Struct, frozen=True, kw_only=True):
    """A property of a device. ``b64``: the value is base64."""

    id: int
    b64: bool
    name: str
    displayName: str
    value: str
    group: str


class KnownProperty(Struct, frozen=True, kw_only=True):
    """A property that devices can have."""

    group: str
    groupLabel: str
    name: str
    displayName: str
    type: str


class _Kind(NamedTuple):
    name: str
    title: str
    group: str
    value: Callable[[Device], str | None]
    type: str = "string"


def device_type(device: Device) -> str:
    """``Phone``, ``Tablet`` or ``Computer``."""
    if device.platform in (Platform.MACOS, Platform.WINDOWS):
        return "Computer"
    words = f"{device.model_name} {device.model}"
    return "Tablet" if device.os_name == "iPadOS" or "iPad" in words or "Tab" in words else "Phone"


def product_name(device: Device) -> str:
    """The model by its common name, or else by its identifier."""
    return device.model_name or device.model


_OWNERS = {Ownership.COMPANY: "1", Ownership.PERSONAL: "0", None: None}
_SUPERVISED = {EnrollmentKind.SUPERVISED: "true", None: None}


def _unknown(_: Device) -> None:
    """What the product keeps, and certfleet doesn't."""


_KINDS = (
    _Kind("SERIAL_NUMBER", "Serial number", "SYSTEM", lambda device: device.serial_number),
    _Kind("UDID", "UDID", "SYSTEM", lambda device: device.udid),
    _Kind("IMEI", "IMEI", "NETWORK", lambda device: device.imei),
    _Kind("SECOND_IMEI", "Second IMEI", "NETWORK", lambda device: device.second_imei),
    _Kind("MEID", "MEID", "NETWORK", lambda device: device.meid),
    _Kind("ANDROID_ID", "Android ID", "SYSTEM", lambda device: device.android_id),
    _Kind("HW_DEVICE_ID", "Hardware device ID", "SYSTEM", lambda device: device.windows_device_id),
    _Kind("ENROLLMENT_ID", "Enrollment ID", "SYSTEM", lambda device: device.enrollment_id),
    _Kind("SYSTEM_PLATFORM", "Platform", "SYSTEM", lambda device: device.os_name or PLATFORMS[device.platform]),
    _Kind("SYSTEM_OS_VERSION", "Operating system version", "SYSTEM", lambda device: device.os_version),
    _Kind("SYSTEM_OS_BUILD", "Operating system build", "SYSTEM", lambda device: device.os_build),
    _Kind("SYSTEM_OS_EDITION", "Operating system edition", "SYSTEM", lambda device: device.os_edition),
    _Kind("SECURITY_PATCH_LEVEL", "Security patch level", "SECURITY", lambda device: device.security_patch),
    _Kind("SYSTEM_OEM", "Manufacturer", "SYSTEM", lambda device: device.maker),
    _Kind("SYSTEM_LANGUAGE", "Language", "SYSTEM", lambda device: device.language),
    _Kind("DEVICE_NAME", "Device name", "SYSTEM", lambda device: device.device_name),
    _Kind("DEVICE_TYPE", "Device type", "SYSTEM", device_type),
    _Kind("PRODUCT_NAME", "Product name", "SYSTEM", product_name),
    _Kind("MODEL_ID", "Model ID", "SYSTEM", lambda device: device.model),
    _Kind("WIFI_MAC", "WiFi MAC address", "NETWORK", lambda device: device.wifi_mac),
    _Kind("BLUETOOTH_MAC", "Bluetooth MAC address", "NETWORK", _unknown),
    _Kind("CARRIER", "Current carrier", "NETWORK", lambda device: device.carrier),
    _Kind("CORPORATE_OWNED", "Corporate owned (1), or not (0)", "SYSTEM", lambda device: _OWNERS[device.ownership]),
    _Kind("SUPERVISED", "Supervised", "SECURITY", lambda device: _SUPERVISED.get(device.enrollment_kind, "false")),
    _Kind("TOTAL_DISK_SPACE", "Total storage space", "STORAGE", _unknown, "integer"),
    _Kind("ACTIVATION_LOCK_ENABLED", "Activation lock enabled", "SECURITY", _unknown, "boolean"),
)


def _around(number: int, kind: _Kind) -> tuple[bytes, bytes]:
    """The JSON of a property before and after its value, which alone differs from device to device."""
    sample = DeviceProperty(id=number, b64=False, name=kind.name, displayName=kind.title, value="", group=kind.group)
    before, _, after = _encode(sample).rpartition(b'"value":""')
    return before + b'"value":', after


_PARTS = tuple((*_around(number, kind), kind.value) for number, kind in enumerate(_KINDS, 1))


def device_properties(device: Device) -> tuple[DeviceProperty, ...]:
    """The properties that are known of a device."""
    return tuple(
        DeviceProperty(id=number, b64=False, name=kind.name, displayName=kind.title, value=value, group=kind.group)
        for number, kind in enumerate(_KINDS, 1)
        if (value := kind.value(device))
    )


def encoded_properties(device: Device) -> msgspec.Raw:
    """The same as JSON: in a list of a hundred devices they are most of the answer."""
    found = [before + _encode(value) + after for before, after, get in _PARTS if (value := get(device))]
    return msgspec.Raw(b"[" + b",".join(found) + b"]")


def known_properties() -> tuple[KnownProperty, ...]:
    """Every property that a device can have."""
    return tuple(
        KnownProperty(
            group=kind.group, groupLabel=kind.group.title(), name=kind.name, displayName=kind.title, type=kind.type
        )
        for kind in _KINDS
    )
