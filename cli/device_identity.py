"""The options that say which device it is, checked for their form."""

from __future__ import annotations

from typing import Any

import click

from ..store.devices.identity import canonical, problem
from ..store.model.device import Device, DeviceIdentity, Platform
from ..store.views.platforms import PLATFORMS
from .frame.parameters import TEXT


class IdentityType(click.ParamType[str]):
    """An identity of a kind, in its one way of writing."""

    def __init__(self, field: str) -> None:
        self.name = field.replace("_", " ")
        self._field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if wrong := problem(self._field, value):
            self.fail(wrong, param, ctx)
        return canonical(self._field, value)


OPTIONS = {
    "imei": click.option("--imei", type=IdentityType("imei"), help="15 digits."),
    "meid": click.option("--meid", type=IdentityType("meid"), help="14 hexadecimal digits."),
    "udid": click.option("--udid", type=IdentityType("udid"), help="40 hexadecimal digits, 8-16, or a UUID."),
    "android_id": click.option("--android-id", type=IdentityType("android_id"), help="16 hexadecimal digits."),
    "windows_device_id": click.option(
        "--windows-device-id", type=IdentityType("windows_device_id"), help="64 hexadecimal digits."
    ),
    "model": click.option("--model", type=TEXT, help="As the device reports it: iPhone15,2."),
    "os_version": click.option("--os-version", type=TEXT),
    "owner": click.option("--owner", type=TEXT, help="Its user's name."),
    "upn": click.option("--upn", type=TEXT, help="Its user's principal name."),
}
OWNER = ("owner", "upn")


def identity(platform: Platform, serial_number: str, said: dict[str, str | None]) -> DeviceIdentity:
    """The identity that the options say."""
    return DeviceIdentity(
        platform=platform,
        serial_number=serial_number,
        maker="Apple" if platform in (Platform.IOS, Platform.MACOS) else "",
        model=said["model"] or "",
        os_name=PLATFORMS[platform],
        os_version=said["os_version"] or "",
        imei=said["imei"],
        meid=said["meid"],
        udid=said["udid"],
        android_id=said["android_id"],
        windows_device_id=said["windows_device_id"],
    )


def difference(device: Device, platform: Platform | None, said: dict[str, str | None]) -> str | None:
    """What a known device is on record with, where the options say otherwise."""
    if platform is not None and platform is not device.platform:
        return f"the platform {device.platform}"
    for field, value in said.items():
        known = getattr(device, field)
        if value is not None and value.lower() != (known or "").lower():
            return f"{field.replace('_', ' ')} {known}" if known else f"no {field.replace('_', ' ')}"
    return None
