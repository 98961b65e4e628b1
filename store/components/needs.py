"""What a deployment needs certificates for, and what stops without them: the one table behind every consequence.

It follows the list in the product's documentation (server, MDX Toolkit, NetScaler Gateway). Checklist, outlook,
simulator, enrollment, notices and the table in the documentation are all made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ..errors import Refusal
from ..model.device import Platform
from .capabilities import Capability, Effect, Level


class Group(StrEnum):
    """The parts of a deployment."""

    SERVER = "endpoint-management"
    MDX = "mdx-toolkit"
    GATEWAY = "netscaler-gateway"
    OTHER = "other"
    NOTICES = "notices"


GROUPS: Mapping[Group, str] = {
    Group.SERVER: "Endpoint Management server",
    Group.MDX: "MDX Toolkit",
    Group.GATEWAY: "NetScaler Gateway",
    Group.OTHER: "Other",
    Group.NOTICES: "Notices",
}


class NeedKind(StrEnum):
    """The kind of thing that can be bound to a need."""

    CERTIFICATE = "certificate"
    WITH_KEY = "certificate with its private key"
    CA = "CA certificate"
    PROFILE = "provisioning profile"


class Need(NamedTuple):
    """One row of the list. No two have the same ``title``: where both are listed, it tells them apart.

    ``code`` begins the code of a refusal (``apns-expired``). ``missing``: having no certificate has the same
    consequences as an expired one; not so, for example, for the MDM FQDN's certificate, which is managed unless the
    site was migrated. ``several``: there can be one per app, CA entity or resource, distinguished by name (``named``).
    ``listed`` rows are in the checklist even if nothing is bound. ``shown``: devices or browsers are shown its chain,
    so its CAs count too. ``renewal`` is the next step in words.
    """

    id: str
    group: Group
    title: str
    code: str
    effects: tuple[Effect, ...]
    kind: NeedKind = NeedKind.CERTIFICATE
    missing: bool = True
    several: bool = False
    named: str = ""
    listed: bool = True
    shown: bool = False
    without: str = ""
    renewal: str = "Import the new certificate over a new key as the replacement of this one."


APPLE = (Platform.IOS, Platform.MACOS)
IOS = (Platform.IOS,)
ANDROID = (Platform.ANDROID,)
MOBILE = (Platform.IOS, Platform.ANDROID)

_REQUEST = "Request a new one over a new key (certificate request), and replace this one by the answer."
_PORTAL = (
    "Make a request, have the vendor sign it, upload it to the push certificates portal as the same Apple ID, "
    "and import the answer."
)
_FQDN: Mapping[str, Any] = {
    "code": "gateway-certificate",
    "effects": (
        Effect(Capability.ENROLL, "no device can enroll"),
        Effect(Capability.STORE, "no user can open the store"),
    ),
    "missing": False,
    "shown": True,
    "without": "nothing stops, as far as is known here",
    "renewal": _REQUEST,
}
_CAS: Mapping[str, Any] = {
    "code": "ca-certificate",
    "effects": (Effect(Capability.TRUST, "devices get SSL Error 61"),),
    "kind": NeedKind.CA,
    "missing": False,
    "several": True,
    "named": "the resource that it is for",
    "without": "it follows from the chains of the certificates above",
    "renewal": "Import the new CA certificate, deploy it to the devices, and only then replace what it issued.",
}

NEEDS: tuple[Need, ...] = (
    Need(
        "mdm-ssl",
        Group.SERVER,
        "SSL certificate for the MDM FQDN",
        "mdm-certificate",
        (
            Effect(Capability.ENROLL, "no device can enroll"),
            Effect(Capability.CHECK_IN, "no device reaches the server"),
        ),
        missing=False,
        shown=True,
        without="managed for you, unless the site was migrated from XenMobile Server",
        renewal=_REQUEST,
    ),
    Need(
        "saml",
        Group.SERVER,
        "SAML certificate (Citrix Files)",
        "saml",
        (Effect(Capability.SHARE_SSO, "users have to sign on to Citrix Files by themselves, or can't"),),
        shown=True,
        renewal="Import the new certificate, replace this one by it, and send its metadata to Citrix Files.",
    ),
    Need("server-ca", Group.SERVER, "Root and intermediate CA certificates", **_CAS),
    Need(
        "apns",
        Group.SERVER,
        "APNs certificate for device management",
        "apns",
        (
            Effect(Capability.ENROLL, "no iOS or macOS device can enroll", APPLE),
            Effect(Capability.MANAGE, "iOS and macOS devices receive no security action", APPLE),
        ),
        kind=NeedKind.WITH_KEY,
        renewal=_PORTAL,
    ),
    Need(
        "pki-user",
        Group.SERVER,
        "PKI user certificate",
        "pki-user",
        (Effect(Capability.SIGN_ON, "no user certificate is issued, so certificate-based sign-on fails"),),
        kind=NeedKind.WITH_KEY,
        several=True,
        named="the CA entity",
        renewal="Request a new client certificate from the CA over a new key, and replace this one by it.",
    ),
    Need(
        "pki-ca",
        Group.SERVER,
        "CA certificate of the CA entity",
        "pki-ca",
        (Effect(Capability.SIGN_ON, "what the CA entity issues is not trusted, so certificate-based sign-on fails"),),
        kind=NeedKind.CA,
        several=True,
        named="the CA entity",
        listed=False,
        renewal="Import the CA's new certificate as the replacement of this one.",
    ),
    Need(
        "client-authentication",
        Group.SERVER,
        "Client authentication certificate",
        "client-authentication",
        (Effect(Capability.SIGN_ON, "the server can't authenticate to the other component"),),
        kind=NeedKind.WITH_KEY,
        several=True,
        named="the other component",
        listed=False,
        renewal=_REQUEST,
    ),
    Need(
        "apple-developer",
        Group.MDX,
        "Apple developer (distribution) certificate",
        "apple-developer",
        (
            Effect(Capability.SIGN_APPS, "no iOS app can be wrapped and signed", IOS),
            Effect(Capability.RUN_APPS, "wrapped iOS apps that it signed don't start any more", IOS),
        ),
        renewal="Get a new distribution certificate, renew the provisioning profiles with it, and wrap the apps again.",
    ),
    Need(
        "provisioning-profile",
        Group.MDX,
        "Provisioning profile",
        "profile",
        (Effect(Capability.APP, "the app doesn't start any more", IOS),),
        kind=NeedKind.PROFILE,
        several=True,
        named="the app id",
        renewal="Renew the profile in the developer portal, import it, and distribute the app with it.",
    ),
    Need(
        "securemail-apns",
        Group.MDX,
        "APNs certificate for Secure Mail",
        "securemail-apns",
        (
            Effect(Capability.MAIL_PUSH, "Secure Mail's push is inconsistent", IOS, Level.DEGRADED),
            Effect(Capability.APP_PUSH, "no push notification is sent for your apps", IOS),
        ),
        kind=NeedKind.WITH_KEY,
        renewal="Make a request, get a new certificate for the app in the developer portal, and upload the answer.",
    ),
    Need(
        "android-keystore",
        Group.MDX,
        "Android keystore",
        "android-keystore",
        (
            Effect(
                Capability.UPGRADE, "apps can't be upgraded seamlessly: users have to remove and install them", ANDROID
            ),
        ),
        renewal="A new key makes a new app for every device: plan the move well before this one's end.",
    ),
    Need("gateway-mdm-ssl", Group.GATEWAY, "NetScaler Gateway's SSL certificate for the MDM FQDN", **_FQDN),
    Need("gateway-ssl", Group.GATEWAY, "SSL certificate for the Gateway FQDN", **_FQDN),
    Need(
        "gateway-szc-ssl",
        Group.GATEWAY,
        "SSL certificate for the ShareFile SZC FQDN",
        "szc-certificate",
        (Effect(Capability.SHARING, "users can't reach the files of the storage zone"),),
        shown=True,
        renewal=_REQUEST,
    ),
    Need(
        "gateway-exchange-ssl",
        Group.GATEWAY,
        "SSL certificate for Exchange load balancing",
        "exchange-certificate",
        (Effect(Capability.MAIL, "Secure Mail can't connect to Exchange", MOBILE),),
        shown=True,
        renewal=_REQUEST,
    ),
    Need(
        "gateway-storefront-ssl",
        Group.GATEWAY,
        "SSL certificate for StoreFront load balancing",
        "storefront-certificate",
        (Effect(Capability.HDX, "users can't see and open HDX apps"),),
        shown=True,
        renewal=_REQUEST,
    ),
    Need("gateway-ca", Group.GATEWAY, "NetScaler Gateway's root and intermediate CA certificates", **_CAS),
    Need(
        "other",
        Group.OTHER,
        "Another resource",
        "resource",
        (Effect(Capability.RESOURCE, "the resource can't be used"),),
        several=True,
        named="the resource",
        listed=False,
    ),
)

DEVICE_CA = Need(
    "device-ca",
    Group.SERVER,
    "Device CA",
    "device-ca",
    (
        Effect(Capability.ENROLL, "no device can enroll"),
        Effect(Capability.RENEW, "no device gets a new certificate"),
    ),
    kind=NeedKind.CA,
    listed=False,
    renewal="Request a new CA group (`certfleet authority refresh`), and renew the devices when it is ready.",
)
DEVICE_CERTIFICATES = Need(
    "device-certificates",
    Group.SERVER,
    "Device certificates",
    "certificate",
    (Effect(Capability.CHECK_IN, "devices whose certificate has ended must re-enroll"),),
    listed=False,
    renewal="Renew them (`certfleet device renew --days-left 0..30`); ask the users of Windows devices to re-enroll.",
)
OWN = (DEVICE_CA, DEVICE_CERTIFICATES)
"""Needs that the workspace meets itself, so nothing can be bound to them."""
NOTICES = Need("notices", Group.NOTICES, "Notices", "notices", (), missing=False, several=True, listed=False)
"""What has no certificate: that notices reach the people who answer for something."""

BOUND: Mapping[str, Need] = {need.id: need for need in NEEDS}
BY_ID: Mapping[str, Need] = {need.id: need for need in (*NEEDS, *OWN, NOTICES)}

# What protects a device's traffic to the server, and to the gateway while it enrolls.
CHECK_IN_CHAINS = ("mdm-ssl",)
ENROLL_CHAINS = ("mdm-ssl", "gateway-mdm-ssl", "gateway-ssl")


def not_there(need: Need) -> str:
    """What to do about a need that nothing is bound to, in a sentence."""
    what = "Import the profile" if need.id == "provisioning-profile" else f"Import the {need.kind}"
    return f"{what} and bind it, or say that it is not used."


def is_shown(id: str) -> bool:
    """Whether devices or browsers are shown the chain of what a need uses."""
    return id in BY_ID and BY_ID[id].shown


def need_of(id: str) -> Need:
    """A need that something can be bound to, by its id; refuses with ``need-unknown``."""
    need = BOUND.get(id.strip().lower())
    if need is None:
        raise Refusal("need-unknown", f"there is no component {id!r}", f"It is one of {', '.join(BOUND)}.")
    return need
