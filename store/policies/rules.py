"""The rules of policies: names, platforms, and valid combinations of settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from ..devices.device_filter import parse_filter
from ..errors import Refusal
from ..inventory.expiry import ExpiryRules
from ..model.bulk import IdentityType
from ..model.certificate import Certificate
from ..model.device import Platform
from ..model.policy import Assignment, ConnectionType, DeviceAuthentication, VpnSettings
from ..notices.addresses import host_name

LONGEST = 100  # characters of a name
IDENTITY_TITLES: Mapping[IdentityType, str] = {
    IdentityType.SERIAL_NUMBER: "serial number",
    IdentityType.IMEI: "IMEI",
    IdentityType.MEID: "MEID",
}
CERTIFICATE_TYPES: Mapping[str, str] = {
    "RSA": "RSA",
    "RSA-PSS": "RSA-PSS",
    "EC P-256": "ECDSA256",
    "EC P-384": "ECDSA384",
    "EC P-521": "ECDSA521",
}
"""The key types that Apple devices accept for IKEv2, and their names in a profile (``CertificateType``)."""

_APPLE = (Platform.IOS, Platform.MACOS)
_TEXTS = (
    "connection_name",
    "remote_identifier",
    "local_identifier",
    "server_certificate_name",
    "server_certificate_issuer",
)
_ALWAYS_ON = VpnSettings()  # the defaults of the settings that only Always On has


def usable_key(key_algorithm: str) -> bool:
    """Whether Apple devices can authenticate to a VPN server with this kind of key."""
    return key_algorithm in CERTIFICATE_TYPES


def checked_name(name: str) -> str:
    """The name of a policy; refuses with ``policy-name-invalid``."""
    name = name.strip()
    if not name or len(name) > LONGEST or not name.isprintable() or name.removeprefix("#").isdecimal():
        raise Refusal(
            "policy-name-invalid",
            f"{name[:40]!r} is not a valid policy name",
            f"A name has 1 to {LONGEST} printable characters, and is not a number.",
        )
    return name


def checked_platforms(platforms: Iterable[Platform], vpn: VpnSettings) -> tuple[Platform, ...]:
    """The platforms of a policy without duplicates; refuses with ``platform-unsupported`` if one can't have it."""
    wanted = tuple(platform for platform in Platform if platform in set(platforms))
    if not wanted:
        raise Refusal("platform-unsupported", "the policy is for no platform", "Name at least one, such as ios.")
    for platform in wanted:
        if platform not in _APPLE:
            raise Refusal(
                "platform-unsupported",
                f"{platform} devices have no {vpn.connection_type} connection that is set up by a profile",
                "VPN policies are for ios and macos.",
            )
        if platform is Platform.IOS:
            continue
        if vpn.connection_type is ConnectionType.IKEV2_ALWAYS_ON:
            raise Refusal("platform-unsupported", f"{vpn.connection_type} is for iOS alone", "Choose IKEv2 for others.")
        if vpn.device_authentication is DeviceAuthentication.DEVICE_IDENTITY:
            raise Refusal(
                "platform-unsupported",
                "certificates based on the device identity are for iOS devices alone",
                "Let devices of other platforms use a certificate of the inventory.",
            )
    return wanted


def checked_settings(vpn: VpnSettings) -> VpnSettings:
    """Checked settings, with the server normalised.

    Refuses with ``server-invalid``, ``identity-type-missing``, ``vpn-certificate-missing`` or ``vpn-setting-invalid``.
    """
    if not vpn.server.strip():
        raise Refusal("server-invalid", "the policy names no VPN server", "Name its host, or its address.")
    server = host_name(vpn.server)
    if server is None:
        raise Refusal(
            "server-invalid",
            f"{vpn.server[:80]!r} is not a valid host",
            "Write it like vpn.example.com, or as an address.",
        )
    texts = {field: getattr(vpn, field).strip() for field in _TEXTS}
    for field, text in texts.items():
        if len(text) > LONGEST or not text.isprintable():
            raise _wrong(f"the {_words(field)} has more than {LONGEST} characters, or some that can't be seen")
    if vpn.device_authentication is DeviceAuthentication.DEVICE_IDENTITY:
        if vpn.certificate_id is not None:
            raise _wrong("a certificate of the inventory goes with the device authentication 'certificate' alone")
        if vpn.identity_type is None:
            raise Refusal(
                "identity-type-missing",
                "which identity the device certificates are named after isn't said",
                "Choose the identity type that they were imported with: SERIAL_NUMBER, IMEI or MEID.",
            )
    elif vpn.certificate_id is None:
        raise Refusal(
            "vpn-certificate-missing",
            "which certificate devices prove themselves with isn't said",
            "Name an entry of the inventory that has a private key.",
        )
    elif vpn.identity_type is not None:
        raise _wrong(f"an identity type goes with the {DeviceAuthentication.DEVICE_IDENTITY} alone")
    if vpn.connection_type is not ConnectionType.IKEV2_ALWAYS_ON:
        for field in ("user_may_disconnect", "captive_websheet", "captive_apps", "voicemail", "airprint"):
            if getattr(vpn, field) != getattr(_ALWAYS_ON, field):
                raise _wrong(f"{_words(field)!r} is a setting of {ConnectionType.IKEV2_ALWAYS_ON} alone")
    return replace(vpn, server=server, **texts)


def check_entry(entry: Certificate) -> None:
    """Refuse an inventory entry that devices can't authenticate with: ``no-private-key``, ``certificate-replaced``,
    ``key-unsupported``."""
    title = f"certificate {entry.id} ({entry.name})"
    if entry.replaced_by is not None:
        raise Refusal(
            "certificate-replaced", f"{title} has been replaced by {entry.replaced_by}", f"Name {entry.replaced_by}."
        )
    if not entry.has_private_key:
        raise Refusal("no-private-key", f"{title} has no private key here", "Name an entry that has one.")
    if not usable_key(entry.key_algorithm):
        raise Refusal("key-unsupported", f"devices can't use the key of {title} ({entry.key_algorithm})")


def checked_assignment(assignment: Assignment, now: datetime) -> Assignment:
    """A checked assignment; refuses with ``assignment-invalid`` or ``filter-unclear``.

    The caller checks that its devices exist.
    """
    group, text = assignment.group.strip(), assignment.filter.strip()
    if text and assignment.devices:
        raise Refusal("assignment-invalid", "a policy is for named devices or for those that fit a filter, not both")
    if group and not text:
        raise Refusal(
            "assignment-invalid", f"the delivery group {group[:40]!r} has no filter", "Say which devices belong to it."
        )
    if len(group) > LONGEST or not group.isprintable() or len(text) > 10 * LONGEST:
        raise Refusal("assignment-invalid", f"a group's name has at most {LONGEST} characters, a filter 1,000")
    if problem := parse_filter(text, now, ExpiryRules()).problem:
        raise Refusal("filter-unclear", problem, "`?` on Devices, and `certfleet device list --help`, tell more.")
    return Assignment(group=group, filter=text, devices=tuple(sorted(set(assignment.devices))))


def _wrong(message: str) -> Refusal:
    return Refusal("vpn-setting-invalid", message)


def _words(field: str) -> str:
    return field.replace("_", " ")
