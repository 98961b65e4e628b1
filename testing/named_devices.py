"""Single devices by name: in every state, and without each field that one can lack."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from ..store.devices.renewal import request_renewal
from ..store.model.device import Device, DeviceState, EnrollmentKind, Platform
from .clocks import STANDARD_TIME, zoned
from .devices import FixtureDevice, certified, drawing_of

_LACKING: dict[str, Any] = {
    "serial_number": "",
    "imei": None,
    "second_imei": None,
    "meid": None,
    "udid": None,
    "android_id": None,
    "windows_device_id": None,
    "wifi_mac": None,
    "enrollment_id": None,
    "owner": "",
    "upn": "",
    "device_name": "",
    "maker": "",
    "model": "",
    "model_name": "",
    "os_version": "",
    "os_build": "",
    "security_patch": "",
    "os_edition": "",
    "enrollment_kind": None,
    "ownership": None,
    "last_check_in": None,
    "not_after": None,
}
_STATES = {state.replace(" ", "-"): state for state in DeviceState}
# Which platform has a field that a device is to lack, where an iPhone wouldn't.
_HAS_IT = {
    "android_id": Platform.ANDROID,
    "security_patch": Platform.ANDROID,
    "windows_device_id": Platform.WINDOWS,
    "os_edition": Platform.WINDOWS,
}
_KINDS = {
    "supervised": EnrollmentKind.SUPERVISED,
    "user-enrolled": EnrollmentKind.USER,
}
_TIMES = ("expires-tomorrow", "expired", "renewal-pending", "silent")

DEVICES: tuple[str, ...] = (
    *_STATES,
    *_TIMES,
    *_KINDS,
    *(f"without-{field.replace('_', '-')}" for field in _LACKING),
)
"""The names of ``device``."""

_TRIED = 4000


def device(
    name: str = "enrolled",
    *,
    platform: Platform | str | None = None,
    seed: int = 7,
    number: int = 0,
    at: datetime = STANDARD_TIME,
    certificate: bool = False,
    fixed_keys: bool = False,
    **fields: Any,
) -> FixtureDevice:
    """The device of one of the names in ``DEVICES``: in that state, or without that field. ``number`` gives others of
    the same name; ``fields`` replace what the record holds. ``certificate`` gives it a real one.

    Raises ``ValueError`` for an unknown name, a time without a zone, and where no device of the platform is such a one.
    """
    if name not in DEVICES:
        raise ValueError(f"{name!r} is no device; choose one of {', '.join(DEVICES)}")
    lacking = name.removeprefix("without-").replace("-", "_")
    wanted = Platform(platform) if platform is not None else _HAS_IT.get(lacking, Platform.IOS)
    drawing, state = drawing_of(seed, zoned(at)), _STATES.get(name, DeviceState.ENROLLED)
    found = (drawing.device(index, wanted, state) for index in range(_TRIED))
    fitting = (one for one in found if _fits(one, name, lacking))
    for _ in range(number):
        next(fitting, None)
    chosen = next(fitting, None)
    if chosen is None:
        raise ValueError(f"no {wanted} device is {name}")
    made = replace(_changed(chosen, name, lacking), **fields)
    return certified([made], seed, fixed_keys=fixed_keys)[0] if certificate or fixed_keys else made


def _fits(device: Device, name: str, lacking: str) -> bool:
    if name in _KINDS:
        return device.enrollment_kind is _KINDS[name]
    if lacking in _LACKING:
        # A device that has the field, of a kind that others look like too.
        return getattr(device, lacking) not in ("", None) if lacking != "enrollment_id" else True
    return device.enrollment_kind is not EnrollmentKind.USER


def _changed(device: FixtureDevice, name: str, lacking: str) -> FixtureDevice:
    at = device.at
    match name:
        case "expires-tomorrow":
            return _ending(device, at + timedelta(days=1))
        case "expired":
            return _ending(device, at - timedelta(days=3))
        case "silent":
            return replace(device, last_check_in=max(device.enrolled_at or at, at - timedelta(days=90)))
        case "renewal-pending":
            change = request_renewal(device, at, "fixture", "default")
            assert isinstance(change.device, FixtureDevice)
            return change.device
    if lacking in _LACKING:
        return replace(device, **{lacking: _LACKING[lacking]})
    return device


def _ending(device: FixtureDevice, not_after: datetime) -> FixtureDevice:
    held = tuple(replace(one, not_after=not_after) for one in device.certificates)
    return replace(device, not_after=not_after, certificates=held)
