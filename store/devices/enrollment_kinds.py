"""What the kind of a device's enrollment decides: what the device tells of itself, which actions and policies it takes,
and what re-enrolling costs. Nothing is decided for a device whose kind is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from ..errors import Refusal
from ..model.device import ActionKind, DeviceIdentity, EnrollmentKind, Platform
from ..model.policy import ConnectionType
from .identity import IDENTITIES

KINDS: Mapping[Platform, tuple[EnrollmentKind, ...]] = {
    Platform.IOS: tuple(EnrollmentKind),
    Platform.MACOS: (EnrollmentKind.SUPERVISED, EnrollmentKind.DEVICE, EnrollmentKind.USER),
    Platform.ANDROID: tuple(EnrollmentKind),
    Platform.WINDOWS: (EnrollmentKind.DEVICE, EnrollmentKind.KIOSK),
}
"""The kinds of enrollment that a platform has."""

PRIVATE = (
    "serial_number",
    "wifi_mac",
    "imei",
    "second_imei",
    "meid",
    "udid",
    "android_id",
    "windows_device_id",
)
"""The identities that a device enrolled by its user doesn't tell."""

_OURS = (EnrollmentKind.SUPERVISED, EnrollmentKind.KIOSK)
_WIPED = (Platform.IOS, Platform.ANDROID)


class HasKind(Protocol):
    """The parts of a device that its kind of enrollment decides about."""

    @property
    def platform(self) -> Platform: ...
    @property
    def enrollment_kind(self) -> EnrollmentKind | None: ...


class NotTaken(Struct, frozen=True):
    """Why a device takes no action or policy of a kind: a stable code, and the reason in words."""

    code: str
    reason: str


_NEEDS_SUPERVISION = NotTaken("needs-supervised-device", "Always On needs a supervised device")
_NOT_FOR_USERS = NotTaken("not-with-user-enrollment", "a device enrolled by its user takes no VPN for the whole device")
_NO_RENEWAL = NotTaken("windows-must-re-enroll", "Windows gets a new certificate by re-enrolling alone")


def takes(kind: EnrollmentKind | None, platform: Platform, what: ActionKind | ConnectionType) -> bool:
    """Whether a device takes an action, or a policy that sets up such a connection."""
    return not_taken(kind, platform, what) is None


def not_taken(kind: EnrollmentKind | None, platform: Platform, what: ActionKind | ConnectionType) -> NotTaken | None:
    """Why a device doesn't take an action, or a policy that sets up such a connection; None if it does.

    From Apple's documentation: Always On is for supervised devices, and a kiosk is one; the VPN payload is forbidden
    with user enrollment.
    """
    if what is ActionKind.CERTIFICATE_RENEWAL:
        return _NO_RENEWAL if platform is Platform.WINDOWS else None
    if kind is None or isinstance(what, ActionKind):
        return None
    if kind is EnrollmentKind.USER:
        return _NOT_FOR_USERS
    return None if what is not ConnectionType.IKEV2_ALWAYS_ON or kind in _OURS else _NEEDS_SUPERVISION


def is_wiped(device: HasKind) -> bool:
    """Whether re-enrolling wipes the device: automated enrollment happens in the setup assistant of an erased phone.

    Macs and Windows enroll again as they are.
    """
    return device.enrollment_kind in _OURS and device.platform in _WIPED


def check_kind(identity: DeviceIdentity, kind: EnrollmentKind | None) -> None:
    """Refuse a kind that the platform doesn't have, and identities that a device of the kind doesn't tell, or lacks:
    ``enrollment-kind-invalid``, or ``identity-invalid`` if it is the serial number."""
    if kind is not None and kind not in KINDS[identity.platform]:
        raise Refusal(
            "enrollment-kind-invalid",
            f"{identity.platform} has no enrollment of the kind {kind}",
            f"Choose {' or '.join(KINDS[identity.platform])}.",
        )
    if kind is EnrollmentKind.USER:
        told = [field for field in PRIVATE if getattr(identity, field)]
        if told or not identity.enrollment_id:
            wrong = f"tells no {told[0].replace('_', ' ')}" if told else "has an enrollment id"
            raise Refusal(
                "enrollment-kind-invalid",
                f"a device enrolled by its user {wrong}",
                "Give its enrollment id, and no other identity.",
            )
    elif not any(getattr(identity, field) for field in IDENTITIES if field != "enrollment_id"):
        raise Refusal(
            "identity-invalid",
            "the device has no serial number, and nothing in its place",
            "Give the serial number, Android id, UDID, IMEI, MEID or Windows device id, or the kind 'user'.",
        )
    elif identity.enrollment_id:
        raise Refusal(
            "enrollment-kind-invalid",
            "only a device enrolled by its user has an enrollment id",
            "Leave it out, or give the kind 'user'.",
        )
