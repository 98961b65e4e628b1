"""The options that say which device it is, checked for their form."""

from __future__ import annotations

import re
from typing import Any

import click

from ..store.model.device import Device, DeviceIdentity, Platform
from .parameters import TEXT
from .phrases import PLATFORMS


class Form(click.ParamType[str]):
    """A text of a certain form."""

    def __init__(self, name: str, pattern: str, words: str) -> None:
        self.name = name
        self._pattern = re.compile(pattern, re.ASCII)
        self._words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if self._pattern.fullmatch(value) is None:
            self.fail(f"{value!r} is none; it has {self._words}", param, ctx)
        return str(value)


class ImeiType(Form):
    """An IMEI, with its check digit."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ..simulator.identities.mobile import luhn_digit

        imei = super().convert(value, param, ctx)
        if luhn_digit(imei[:-1]) != imei[-1]:
            self.fail(f"{value!r} is none; the check digit does not fit", param, ctx)
        return imei


_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
UDID = Form(
    "udid", f"{_HEX}{{40}}|{_HEX}{{8}}-{_HEX}{{16}}|{_UUID}", "40 hexadecimal digits, or 8-16, or those of a UUID"
)
OPTIONS = {
    "imei": click.option("--imei", type=ImeiType("imei", r"\d{15}", "15 digits"), help="15 digits."),
    "meid": click.option("--meid", type=Form("meid", f"{_HEX}{{14}}", "14 hexadecimal digits")),
    "udid": click.option("--udid", type=UDID, help="40 hexadecimal digits, 8-16, or a UUID."),
    "android_id": click.option("--android-id", type=Form("android id", f"{_HEX}{{16}}", "16 hexadecimal digits")),
    "windows_device_id": click.option(
        "--windows-device-id", type=Form("windows device id", f"{_HEX}{{64}}", "64 hexadecimal digits")
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
