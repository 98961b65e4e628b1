"""Which identities the devices of a model have, and a device record built from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from .hardware import ANDROID_ID, MAC_UUID, WINDOWS_HARDWARE_ID, udid_numbering, wifi_numbering
from .mobile import imei_numbering, meid_numbering, second_imei_numbering
from .model import Model
from .numbering import Numbering
from .owner import DeviceIdentity, Platform
from .serials import apple, dell, honeywell, hp, lenovo, motorola, other, pixel, samsung, surface, xiaomi, zebra
from .system import System

_SERIALS: Mapping[str, Callable[[Model], Numbering]] = {
    "Apple": apple.numbering,
    "Samsung": samsung.numbering,
    "Google": pixel.numbering,
    "Xiaomi": lambda _: xiaomi.NUMBERING,
    "Motorola": lambda _: motorola.NUMBERING,
    "Zebra": zebra.numbering,
    "Honeywell": honeywell.numbering,
    "Dell": dell.numbering,
    "Lenovo": lambda _: lenovo.NUMBERING,
    "HP": hp.numbering,
    "Microsoft": lambda _: surface.NUMBERING,
}


@cache
def numberings(model: Model) -> Mapping[str, Numbering]:
    """The identities that devices of a model have, under the names of the fields of a ``DeviceIdentity``."""
    found = {"serial_number": _SERIALS.get(model.maker, other.numbering)(model), **system_numberings(model)}
    if model.cellular:
        found["imei"] = imei_numbering(model)
    if model.second_imei:
        found["second_imei"] = second_imei_numbering(model)
    return found


def system_numberings(model: Model) -> dict[str, Numbering]:
    """All of them but serial number and IMEI."""
    found = {"wifi_mac": wifi_numbering(model.maker)}
    if model.has_meid:
        found["meid"] = meid_numbering(model.maker)
    match model.platform:
        case Platform.IOS:
            assert model.chip is not None
            found["udid"] = udid_numbering(model.chip)
        case Platform.MACOS:
            found["udid"] = MAC_UUID
        case Platform.ANDROID:
            found["android_id"] = ANDROID_ID
        case Platform.WINDOWS:
            found["windows_device_id"] = WINDOWS_HARDWARE_ID
    return found


def device(model: Model, system: System, identities: Mapping[str, str]) -> DeviceIdentity:
    """The record of one device."""
    return DeviceIdentity(
        platform=model.platform,
        maker=model.maker,
        model=model.identifier,
        model_name=model.name,
        os_name=model.os_name,
        os_version=system.version,
        os_build=system.build,
        security_patch=system.security_patch,
        os_edition=system.edition,
        **identities,
    )
