"""What validating a path needs of a certificate beyond its facts: critical extensions, constraints, and its names.

Names are kept as they are encoded: what is shown of a certificate may be written otherwise, what is compared may not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cryptography import x509
from msgspec import Struct

from ..printable import printable
from .der import BOOLEAN, OCTET_STRING, OID, SEQUENCE, SET, DerError, Element, children, dotted, expect
from .facts import ParsedCertificate
from .names import decode_string, normal_rdns
from .oid_names import oid_name
from .text import shortened

KEY_USAGE, SUBJECT_ALT_NAME, NAME_CONSTRAINTS = "2.5.29.15", "2.5.29.17", "2.5.29.30"
_EMAIL_ADDRESS = "1.2.840.113549.1.9.1"

_PROCESSED = {
    KEY_USAGE: "keyUsage",
    SUBJECT_ALT_NAME: "subjectAltName",
    "2.5.29.19": "basicConstraints",
    NAME_CONSTRAINTS: "nameConstraints",
    "2.5.29.32": "certificatePolicies",  # any policy will do, as long as no other extension asks for one
    "2.5.29.37": "extKeyUsage",
}
"""Extensions that are taken into account: these may be critical (RFC 5280, 4.2)."""

_APPLE = "1.2.840.113635.100.6."
"""Apple marks by critical extensions below it what its certificates are for; nothing follows from them for a path."""

LIMITS_POLICIES = {"2.5.29.33": "policyMappings", "2.5.29.36": "policyConstraints", "2.5.29.54": "inhibitAnyPolicy"}
"""Extensions by which certificate policies decide about a path (RFC 5280, 6.1): that is not judged here."""

NOT_PROCESSED = {
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.46": "freshestCRL",
    "1.3.6.1.5.5.7.1.7": "IP address blocks",
    "1.3.6.1.5.5.7.1.8": "AS numbers",
    "2.16.840.1.113730.1.1": "Netscape's certificate type",
}
"""Extensions that other programs take into account where they are critical, and this one doesn't."""


class PathFacts(Struct, frozen=True):
    """``unknown`` and ``unprocessed`` are critical extensions by name; ``policies`` those that limit policies.

    ``has_key_usage``: it limits what its key is for, maybe to nothing. ``general_names`` are the subject alternative
    names, each with tag and contents; ``rdns`` the parts of the subject, normalised, ``emails`` its e-mail addresses.
    ``constraints`` is the value of the name constraints. ``unreadable`` says why strict parsers reject the certificate;
    None if they don't.
    """

    unknown: tuple[str, ...] = ()
    unprocessed: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    has_key_usage: bool = False
    general_names: tuple[tuple[int, bytes], ...] = ()
    has_alternative_names: bool = False
    rdns: tuple[bytes, ...] = ()
    emails: tuple[bytes, ...] = ()
    constraints: bytes | None = None
    unreadable: str | None = None


@lru_cache(maxsize=1_024)
def path_facts(certificate: ParsedCertificate) -> PathFacts:
    """What validating a path needs of a certificate."""
    unreadable = _why_unreadable(certificate)
    der = certificate.der
    try:
        subject, extensions = _parts(der)
        rdns, emails = normal_rdns(der[subject[0] : subject[1]]), _emails(der, *subject)
        found = _extensions(der, extensions)
        names = _general_names(found[SUBJECT_ALT_NAME][1]) if SUBJECT_ALT_NAME in found else ()
    except (DerError, ValueError) as error:
        return PathFacts(unreadable=unreadable or printable(str(error)))
    critical = [oid for oid, (is_critical, _) in found.items() if is_critical]
    return PathFacts(
        unknown=tuple(_name(oid) for oid in critical if not _is_known(oid)),
        unprocessed=tuple(NOT_PROCESSED[oid] for oid in critical if oid in NOT_PROCESSED),
        policies=tuple(name for oid, name in LIMITS_POLICIES.items() if oid in found),
        has_key_usage=KEY_USAGE in found,
        general_names=names,
        has_alternative_names=SUBJECT_ALT_NAME in found,
        rdns=rdns,
        emails=emails,
        constraints=found[NAME_CONSTRAINTS][1] if NAME_CONSTRAINTS in found else None,
        unreadable=unreadable,
    )


def strict(certificate: ParsedCertificate) -> x509.Certificate | None:
    """cryptography's certificate, if its parser takes all parts of this one."""
    return certificate.x509 if path_facts(certificate).unreadable is None else None


def _why_unreadable(certificate: ParsedCertificate) -> str | None:
    number = certificate.facts.serial_number
    if number.startswith("-") or not int(number, 16):
        return "its serial number is not positive"
    try:
        found = x509.load_der_x509_certificate(certificate.der)
        _ = found.extensions, found.subject, found.issuer, found.version
    except (
        ValueError,
        TypeError,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ) as error:
        return _reason(error)
    return None


def _reason(error: Exception) -> str:
    said = str(error)
    if "ParseError" not in said:
        return shortened(" ".join(said.split()))
    places = re.findall(r'"(?:\w+::)?(\w+)"', said)
    return f"its {places[-1]} is not as X.509 has it" if places else "one of its extensions is damaged"


def _is_known(oid: str) -> bool:
    return oid in _PROCESSED or oid in LIMITS_POLICIES or oid in NOT_PROCESSED or oid.startswith(_APPLE)


def _name(oid: str) -> str:
    name = oid_name(oid)
    return name if oid in name else f"{name} ({oid})"


def _parts(der: bytes) -> tuple[tuple[int, int], Element | None]:
    """Where the subject is, and the extensions."""
    signed = expect(der, *expect(der, 0, len(der), SEQUENCE), SEQUENCE)
    fields = children(der, *signed)
    if fields[0][0] == 0xA0:
        del fields[0]
    extensions = next((field for field in fields[6:] if field[0] == 0xA3), None)
    return (fields[3][2], fields[4][2]), extensions


def _extensions(der: bytes, part: Element | None) -> dict[str, tuple[bool, bytes]]:
    """Whether each extension is critical, and its value, by OID; of a repeated one the first, as in its facts."""
    found: dict[str, tuple[bool, bytes]] = {}
    for tag, start, stop in () if part is None else children(der, *expect(der, part[1], part[2], SEQUENCE)):
        if tag != SEQUENCE:
            raise DerError("its extensions hold something else")
        oid_start, at = expect(der, start, stop, OID)
        oid, critical = dotted(der[oid_start:at]), False
        if at < stop and der[at] == BOOLEAN:
            flag, end = expect(der, at, stop, BOOLEAN)
            critical, at = any(der[flag:end]), end
        value_start, value_stop = expect(der, at, stop, OCTET_STRING)
        found.setdefault(oid, (critical, der[value_start:value_stop]))
    return found


def _general_names(value: bytes) -> tuple[tuple[int, bytes], ...]:
    parts = children(value, *expect(value, 0, len(value), SEQUENCE))
    return tuple((tag, value[start:stop]) for tag, start, stop in parts)


def _emails(der: bytes, start: int, stop: int) -> tuple[bytes, ...]:
    """The e-mail addresses in a subject."""
    found: list[bytes] = []
    for tag, rdn_start, rdn_stop in children(der, *expect(der, start, stop, SEQUENCE)):
        for _, at, end in children(der, rdn_start, rdn_stop) if tag == SET else ():
            oid, value = children(der, at, end)[:2]
            if dotted(der[oid[1] : oid[2]]) == _EMAIL_ADDRESS:
                text = decode_string(value[0], der[value[1] : value[2]])
                found.append((text or "").encode("utf-8", "surrogatepass"))
    return tuple(found)
