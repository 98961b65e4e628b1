"""The contents of a provisioning profile's property list (Apple, TN3125: Inside Code Signing)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.limits import MAX_CERTIFICATES, MAX_PLATFORMS, MAX_PROFILE_TEXT
from ..certificates.text import shortened
from ..errors import Refusal
from ..model.documents import copied
from ..model.profile import ProfileCertificate, ProfileFacts, ProfileKind

_APP_ID = "application-identifier"
_MAC_APP_ID = "com.apple.application-identifier"
_AGAIN = "Download it again from the Apple developer portal."
_PREFIX = re.compile(r"[A-Z0-9]{10}")
_IDENTIFIER = re.compile(r"[!-~]{1,255}")  # printable ASCII without spaces


def facts_of(plist: dict[str, Any], signer: ParsedCertificate) -> ProfileFacts:
    """The facts of a profile whose signature was checked.

    Refuses ``profile-incomplete``, naming what it lacks, ``certificate-unreadable``, naming the developer certificate
    by its number, and ``too-many-certificates``.
    """
    entitlements = plist.get("Entitlements")
    entitlements = entitlements if isinstance(entitlements, dict) else {}
    team_id = _first(plist.get("TeamIdentifier")) or _text(entitlements.get("com.apple.developer.team-identifier"))
    identifier = _identifier(entitlements)
    app_id = _bundle_id(identifier, _texts(plist.get("ApplicationIdentifierPrefix")), team_id)
    not_after = _time(plist.get("ExpirationDate"))
    if not app_id or not_after is None:
        missing = [] if app_id else [f"the app id ({_APP_ID} in its Entitlements)"]
        missing += [] if not_after is not None else ["its end (ExpirationDate)"]
        raise Refusal("profile-incomplete", f"the profile lacks {' and '.join(missing)}", _AGAIN)
    app_id_name = _text(plist.get("AppIDName"))
    mac_alone = _MAC_APP_ID in entitlements and _APP_ID not in entitlements
    platforms = _texts(plist.get("Platform")) or ("OSX" if mac_alone else "iOS",)
    devices = plist.get("ProvisionedDevices")
    all_devices = plist.get("ProvisionsAllDevices") is True
    return ProfileFacts(
        name=_text(plist.get("Name")) or app_id_name or app_id,
        app_id=app_id,
        application_identifier=identifier,
        app_id_name=app_id_name,
        team_id=team_id,
        team_name=_text(plist.get("TeamName")),
        uuid=_text(plist.get("UUID")),
        platforms=platforms,
        kind=_kind(all_devices, isinstance(devices, list), entitlements, platforms),
        created_at=_time(plist.get("CreationDate")),
        not_after=not_after,
        provisions_all_devices=all_devices,
        devices=len(devices) if isinstance(devices, list) else None,
        developer_certificates=_developer_certificates(plist.get("DeveloperCertificates")),
        signer=_certificate(signer),
    )


def _kind(
    all_devices: bool, names_devices: bool, entitlements: dict[str, Any], platforms: tuple[str, ...]
) -> ProfileKind:
    if all_devices:
        return ProfileKind.DEVELOPER_ID if set(platforms) == {"OSX"} else ProfileKind.IN_HOUSE
    if not names_devices:
        return ProfileKind.APP_STORE
    debugged = any(entitlements.get(key) is True for key in ("get-task-allow", "com.apple.security.get-task-allow"))
    return ProfileKind.DEVELOPMENT if debugged else ProfileKind.AD_HOC


def _identifier(entitlements: dict[str, Any]) -> str:
    """The whole app id, "" for none. Mac profiles use another key."""
    for key in (_APP_ID, _MAC_APP_ID):
        value = entitlements.get(key)
        if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
            return value
    return ""


def _bundle_id(identifier: str, prefixes: tuple[str, ...], team_id: str | None) -> str:
    """The app id without its prefix: a prefix listed in the profile, or anything of that form."""
    prefix, _, rest = identifier.partition(".")
    if prefix in prefixes or prefix == team_id or _PREFIX.fullmatch(prefix):
        return rest
    return identifier


def _developer_certificates(value: object) -> tuple[ProfileCertificate, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Refusal("certificate-unreadable", "the profile's developer certificates are no list", _AGAIN)
    if len(value) > MAX_CERTIFICATES:
        raise Refusal(
            "too-many-certificates", f"the profile holds more than {MAX_CERTIFICATES:,} developer certificates"
        )
    found = []
    for number, der in enumerate(value, 1):
        try:
            if not isinstance(der, bytes):
                raise Refusal("certificate-unreadable", "it is not data")
            found.append(_certificate(parse_certificate(der)))
        except Refusal as refusal:
            message = f"developer certificate {number} of the profile: {refusal.message}"
            raise Refusal("certificate-unreadable", message, _AGAIN) from None
    return tuple(found)


def _certificate(parsed: ParsedCertificate) -> ProfileCertificate:
    return copied(ProfileCertificate, parsed.facts)


def _time(value: object) -> datetime | None:
    """Times in property lists are UTC without a time zone."""
    return value.replace(microsecond=0, tzinfo=UTC) if isinstance(value, datetime) else None


def _text(value: object) -> str | None:
    """A string made safe to print; None for anything else, or if it is blank."""
    if not isinstance(value, str):
        return None
    return shortened(value[: MAX_PROFILE_TEXT + 1].strip(), MAX_PROFILE_TEXT) or None


def _texts(value: object) -> tuple[str, ...]:
    items = value[:MAX_PLATFORMS] if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := _text(item)) is not None)


def _first(value: object) -> str | None:
    return next(iter(_texts(value)), None)
