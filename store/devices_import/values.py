"""What the values of an export mean: platforms, kinds of enrollment, identities. Nothing is invented: what isn't
understood is left out, and said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..devices.identity import canonical, problem
from ..devices.placeholders import is_placeholder
from ..model.device import EnrollmentKind, Ownership, Platform

PLACEHOLDERS = frozenset(
    {
        "",
        "-",
        "--",
        "0",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "undefined",
        "empty",
        "not available",
        "not applicable",
        "not specified",
        "not collected",
        "default string",
        "to be filled by o.e.m.",
        "to be filled by oem",
        "system serial number",
        "system product name",
        "system manufacturer",
        "o.e.m.",
        "oem",
        "invalid",
        "123456789",
        "0123456789",
    }
)
"""What makers and exports write in place of a value: it identifies nothing. In lower case."""

_EXCEL_TEXT = re.compile(r'="(.*)"')
_ZEROS = re.compile(r"[0\s.:-]+")
_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_BARE_UDID = re.compile("[0-9A-Fa-f]{24}", re.ASCII)
_BETWEEN = re.compile(r"[\s./-]")
_VERSION = re.compile(r"(\d+(?:\.\d+)*[a-z]?\d*)(?:\s*\((?:build )?([^)]+)\))?", re.ASCII | re.IGNORECASE)

# A word of the platform's name, of its OS, or of a model; the first that is found counts.
_PLATFORMS = (
    (re.compile(r"\b(apple ?tv|tvos|watchos|apple watch|visionos|chrome ?os|linux|ubuntu|symbian)", re.I), None),
    (re.compile(r"\b(ipados|ios|iphone|ipad|ipod)", re.I), Platform.IOS),
    (
        re.compile(
            r"\b(mac ?os|os ?x\b|appleosx|apple ?mac|macbook|imac|mac ?mini|mac ?pro|mac ?studio|mac\b|mac\d)", re.I
        ),
        Platform.MACOS,
    ),
    (re.compile(r"android|\bafw\b", re.I), Platform.ANDROID),
    (re.compile(r"\bwin(dows|rt|\d|pc)?\b|windows", re.I), Platform.WINDOWS),
)

_KINDS = (
    (re.compile(r"corporate[- ]owned work profile", re.I), EnrollmentKind.SUPERVISED),
    (re.compile(r"kiosk|dedicated|cosu|single app", re.I), EnrollmentKind.KIOSK),
    (re.compile(r"user enrol|work profile|byod|profile owner", re.I), EnrollmentKind.USER),
    (
        re.compile(r"(?<!un)supervised|automated|\b(dep|ade)\b|fully managed|device owner", re.I),
        EnrollmentKind.SUPERVISED,
    ),
    (re.compile(r"device|manual|user[- ]approved", re.I), EnrollmentKind.DEVICE),
)

_OWNERSHIPS: Mapping[str, Ownership] = {
    **dict.fromkeys(("c", "s", "company", "corporate", "shared", "institutional", "organization"), Ownership.COMPANY),
    **dict.fromkeys(("e", "personal", "employee", "user", "byod"), Ownership.PERSONAL),
}
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})
_GONE = re.compile(r"un-?enrolled|not enrolled|unmanaged|un-?enrollment|retired|wiped|deleted", re.I)


def cleaned(text: str) -> str:
    """A value without what spreadsheets put around it: ``="0123"``, a leading apostrophe, control characters."""
    text = text.strip()
    if not text.isprintable():
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if text.startswith("=") and (found := _EXCEL_TEXT.fullmatch(text)):
        text = found[1].strip()
    return text[1:].strip() if text.startswith("'") else text


def told(text: str) -> str:
    """A cleaned value; empty if it is a placeholder."""
    text = cleaned(text)
    return "" if text.casefold() in PLACEHOLDERS else text


def platform_of(texts: list[str], words: Mapping[str, Platform]) -> Platform | None:
    """The platform by the first of these texts that names one; ``words`` are a site's own. None if none does."""
    for text in texts:
        if not text:
            continue
        if (found := words.get(text.casefold())) is not None:
            return found
        for pattern, platform in _PLATFORMS:
            if pattern.search(text):
                return platform
    return None


def version_of(text: str) -> tuple[str, str]:
    """The version, and the build if it is told: ``17.1`` and ``21B91`` of ``iOS 17.1 (21B91)``."""
    found = _VERSION.search(text)
    return (text, "") if found is None else (found[1], found[2] or "")


def address_of(text: str) -> str | None:
    """A MAC address with colons; None if it is none."""
    digits = re.sub("[:.-]", "", told(text)).upper()
    if not re.fullmatch("[0-9A-F]{12}", digits) or not digits.strip("0"):
        return None
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def yes_or_no(text: str) -> bool | None:
    """Whether a value says yes; None if it says neither."""
    text = text.strip().casefold()
    return True if text in _YES else False if text in _NO else None


def is_gone(text: str) -> bool:
    """Whether the column that says if a device is managed says that it no longer is."""
    return yes_or_no(text) is False or _GONE.search(text) is not None


def kind_of(text: str) -> EnrollmentKind | None:
    """The kind of enrollment that a text names."""
    return next((kind for pattern, kind in _KINDS if text and pattern.search(text)), None)


def ownership_of(text: str) -> Ownership | None:
    """The ownership that a text names: its first word counts (``Corporate - Dedicated``)."""
    first = re.split(r"[\W_]+", text.strip().casefold(), maxsplit=1)[0]
    return _OWNERSHIPS.get(first)


def identity_of(field: str, text: str) -> tuple[str, str]:
    """The identity of a kind in its one way of writing, or empty; and what is wrong with the text, or empty."""
    text = told(text)
    if not text or _ZEROS.fullmatch(text) or (field == "serial_number" and is_placeholder(text)):
        return "", ""
    if _ROUNDED.fullmatch(text):
        return "", f"{text!r} has been rounded by a spreadsheet"
    if field in ("imei", "second_imei", "meid"):
        text = _BETWEEN.sub("", text)
    elif field == "udid" and _BARE_UDID.fullmatch(text):
        text = f"{text[:8]}-{text[8:]}"  # as some products write it
    kind = "imei" if field == "second_imei" else field
    if wrong := problem(kind, text):
        return "", wrong
    return canonical(kind, text), ""
