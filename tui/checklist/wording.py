"""Wording of the checklist: short names of needs and capabilities, status marks, affected platforms."""

from __future__ import annotations

from collections.abc import Iterable

from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.components.capabilities import Capability, Effect, Level
from ...store.components.needs import BY_ID, Group, Need
from ...store.model.certificate import Status, is_root
from ...store.model.component import Component
from ...store.printable import printable
from ...store.views.certificate import STATUS_SYMBOLS, status_text
from ...store.views.checklist import row_style
from ..components.text_styles import TONES, Tone

GROUP_NAMES = {
    Group.SERVER: "Endpoint Management",
    Group.MDX: "MDX Toolkit",
    Group.GATEWAY: "NetScaler Gateway",
    Group.OTHER: "Other",
    Group.NOTICES: "Notices",
}

_NEEDS = {
    "mdm-ssl": "SSL for MDM FQDN",
    "saml": "SAML, Citrix Files",
    "server-ca": "Root, intermediate CA",
    "apns": "APNs for devices",
    "pki-user": "PKI user",
    "pki-ca": "CA of CA entity",
    "client-authentication": "Client auth.",
    "apple-developer": "Apple developer",
    "provisioning-profile": "Profile",
    "securemail-apns": "APNs for Secure Mail",
    "android-keystore": "Android keystore",
    "gateway-mdm-ssl": "MDM FQDN on Gateway",
    "gateway-ssl": "SSL for Gateway FQDN",
    "gateway-szc-ssl": "SSL for ShareFile SZC",
    "gateway-exchange-ssl": "SSL for Exchange",
    "gateway-storefront-ssl": "SSL for StoreFront",
    "gateway-ca": "CAs on Gateway",
    "device-ca": "Device CA",
    "device-certificates": "Device certificates",
    "notices": "",
}

CAPABILITY_WORDS = {
    Capability.ENROLL: "enrolling",
    Capability.RENEW: "renewing",
    Capability.CHECK_IN: "check-in",
    Capability.MANAGE: "managing",
    Capability.SHARE_SSO: "SSO to Files",
    Capability.TRUST: "trust",
    Capability.SIGN_ON: "sign-on",
    Capability.SIGN_APPS: "app signing",
    Capability.RUN_APPS: "iOS apps",
    Capability.APP: "the app",
    Capability.MAIL_PUSH: "mail push",
    Capability.APP_PUSH: "app push",
    Capability.UPGRADE: "app upgrades",
    Capability.STORE: "store",
    Capability.SHARING: "file sharing",
    Capability.MAIL: "Secure Mail",
    Capability.HDX: "HDX apps",
    Capability.RESOURCE: "the resource",
}

LEVEL_TONES = {Level.FINE: Tone.DIM, Level.DEGRADED: Tone.EXPIRING, Level.STOPPED: Tone.EXPIRED}

_EFFECTS = {effect.seen: effect for need in BY_ID.values() for effect in need.effects}


def short_name(row: ChecklistRow) -> str:
    """A row's short name, in about twenty cells: ``Profile com.example.mail``."""
    if row.derived and row.certificate is not None:
        return "Root CA" if is_root(row.certificate) else "Intermediate CA"
    return _short(row.need.id, row.name)


def short_name_of(component: Component) -> str:
    """The short name of a component."""
    return _short(component.need, component.name)


def _short(need: str, name: str) -> str:
    if need == "other":
        return printable(name) or "Another resource"
    return f"{_NEEDS[need]} {printable(name)}".strip()


def title_of_row(row: ChecklistRow) -> str:
    """A row's full title; a CA certificate derived from the chains goes by its own name."""
    if row.derived:
        return f"{short_name(row)} {printable(row.name)}"
    if row.need.id in ("other", "notices"):
        return short_name(row)
    return f"{row.need.title} {printable(row.name)}".rstrip()


def standing_text(row: ChecklistRow) -> str:
    """The row's status: ``▲ critical``, ``× missing``, ``● managed``."""
    match row.status:
        case Mark.MISSING:
            return f"{'○' if row.level is Level.FINE else '×'} missing"
        case Mark.WORRY:
            return "▲ worry"
        case Mark.NOT_USED:
            return "– not used"
        case Mark.MANAGED:
            return "● managed"
        case Status.NOT_YET_VALID:
            return f"{STATUS_SYMBOLS[Status.NOT_YET_VALID]} not yet"
        case status:
            return status_text(Status(status))


def standing_tone(row: ChecklistRow) -> Tone:
    """The tone of the row's status."""
    return TONES[row_style(row)]


def capabilities_text(capabilities: Iterable[Capability]) -> str:
    """``enrolling, check-in``."""
    return ", ".join(dict.fromkeys(CAPABILITY_WORDS[one] for one in capabilities))


def named_capabilities_text(capabilities: Iterable[tuple[Capability, str]]) -> str:
    """``enrolling, LDAPS``: each with the name of its component, which says which app or resource is meant."""
    return ", ".join(dict.fromkeys(_named_words(*one) for one in capabilities))


def _named_words(capability: Capability, name: str) -> str:
    match capability:
        case Capability.RESOURCE if name:
            return printable(name)
        case Capability.APP if name:
            return f"app {printable(name.rpartition('.')[2])}"
        case _:
            return CAPABILITY_WORDS[capability]


def would_stop(row: ChecklistRow) -> list[Effect]:
    """What the expiry of a row's certificate stops; for a CA certificate, also through the certificates below it."""
    return [_EFFECTS[seen] for seen in row.would_stop if seen in _EFFECTS]


def stops_text(need: Need) -> str:
    """What people notice without a certificate for a need: ``no device can enroll; no device reaches the server``."""
    return "; ".join(effect.seen for effect in need.effects)
