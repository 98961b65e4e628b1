"""Reading a subject as people write it (RFC 4514): names of attributes in any case, ``E`` and the like, ``#hex``."""

from __future__ import annotations

import re

from cryptography import x509

from ..certificates.der import DerError, element
from ..certificates.names import ATTRIBUTE_NAMES, decode_string
from ..certificates.text import shortened
from ..errors import Refusal

_HINT = "Write it like CN=mdm.example.com,O=Example,C=DE (RFC 4514)."
_OIDS = {
    **{name.lower(): oid for oid, name in ATTRIBUTE_NAMES.items()},
    "e": "1.2.840.113549.1.9.1",
    "email": "1.2.840.113549.1.9.1",
    "s": "2.5.4.8",
    "g": "2.5.4.42",
    "gn": "2.5.4.42",
    "t": "2.5.4.12",
    "surname": "2.5.4.4",
    "commonname": "2.5.4.3",
    "organizationname": "2.5.4.10",
    "organizationalunitname": "2.5.4.11",
    "countryname": "2.5.4.6",
    "localityname": "2.5.4.7",
    "stateorprovincename": "2.5.4.8",
}
"""Object identifiers by the name of the attribute in small letters, also as Windows and OpenSSL write it."""
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,./:=?-]*")
_CHARACTERS = {
    **dict.fromkeys(("2.5.4.5", "2.5.4.6", "2.5.4.46", "1.3.6.1.4.1.311.60.2.1.3"), _PRINTABLE),
    **dict.fromkeys(("1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.25"), re.compile(r"[\x00-\x7f]*")),
}
"""What serial numbers, countries and DN qualifiers may hold, which are a PrintableString, and what addresses and domain
components may, which are an IA5String (RFC 5280, appendix A.1)."""
_PART = re.compile(r"(\s*[\w.]+\s*=\s*\"(?:[^\\\"]|\\.)*\"\s*(?=[,;+]|\Z)|(?:[^\\,;+]|\\.)*)([,;+]|\Z)", re.DOTALL)
"""A name and its value, which RFC 2253 and before let be in quotation marks, and what ends it (semicolons did, too)."""
_SLASH = re.compile(r"(?<!\\)/(?=[\w.]+\s*=)")
_LENGTH = re.compile(r"attribute's length must be >= (\d+) and <= (\d+), but it was (\d+)", re.IGNORECASE)
_ESCAPE = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def parse_subject(text: str) -> x509.Name:
    """The name; the first attribute written is the last one of it. Refuses ``subject-invalid``, naming the part."""
    if not text.strip():
        raise Refusal("subject-invalid", "the subject is empty", _HINT)
    if text.lstrip().startswith("/"):
        text = _of_openssl(text)
    rdns: list[list[x509.NameAttribute[str]]] = [[]]
    at, separator = 0, ","
    while separator:
        found = _PART.match(text, at)
        if found is None:
            raise _invalid(text, text[at:], "it ends with a backslash")
        rdns[-1].append(_attribute(text, found[1]))
        at, separator = found.end(), found[2]
        if separator in (",", ";"):
            rdns.append([])
    try:
        return x509.Name(x509.RelativeDistinguishedName(rdn) for rdn in reversed(rdns))
    except ValueError:
        raise _invalid(text, text, "an attribute is twice in one part of it") from None


def _of_openssl(text: str) -> str:
    """``/C=DE/O=Example/CN=mdm.example.com``, the other way round."""
    parts = _SLASH.split(text.strip())[1:]
    return ",".join(re.sub(r"(?<!\\)([,;\"<>])", r"\\\1", part) for part in reversed(parts)) or text


def _why(reason: str) -> str:
    if (length := _LENGTH.match(reason)) is not None:
        fewest, most, there = length.groups()
        return f"it has {there} characters, and {fewest if fewest == most else f'{fewest} to {most}'} are possible"
    return reason[:1].lower() + reason[1:].rstrip(".")


def _attribute(text: str, part: str) -> x509.NameAttribute[str]:
    name, equals, value = part.partition("=")
    name = name.strip()
    if not equals or not name:
        raise _invalid(text, part, "it is no NAME=VALUE")
    oid = _OIDS.get(name.lower()) or (name.removeprefix("OID.") if re.fullmatch(r"(OID\.)?\d+(\.\d+)+", name) else None)
    if oid is None:
        raise _invalid(text, part, f"{shortened(name)} is no attribute of a name")
    try:
        read = _value(value)
        if (characters := _CHARACTERS.get(oid)) is not None and not characters.fullmatch(read):
            raise _invalid(text, part, f"{shortened(name)} can't hold {shortened(read)!r}")
        return x509.NameAttribute(x509.ObjectIdentifier(oid), read)
    except DerError as error:
        raise _invalid(text, part, str(error)) from None
    except ValueError as error:
        raise _invalid(text, part, _why(str(error))) from None


def _value(written: str) -> str:
    """Without the blanks around it, and without escapes; ``#`` and hexadecimal digits are a whole encoded value."""
    written = written.lstrip()
    if written.startswith("#"):
        try:
            encoded = bytes.fromhex(written[1:])
        except ValueError:
            raise DerError("after # there have to be hexadecimal digits") from None
        tag, start, stop = element(encoded, 0, len(encoded))
        decoded = decode_string(tag, encoded[start:stop])
        if decoded is None or stop != len(encoded):
            raise DerError("what is encoded in it is no text")
        return decoded
    stripped = written.rstrip()
    if stripped.endswith("\\") and stripped != written:
        stripped += " "  # an escaped blank at the end belongs to it
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        stripped = stripped[1:-1]  # RFC 2253 and before
    return _ESCAPE.sub(_unescaped, stripped)


def _unescaped(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    try:
        return bytes.fromhex(match[1].replace("\\", "")).decode()
    except UnicodeDecodeError:
        raise DerError("its hexadecimal pairs are no UTF-8") from None


def _invalid(text: str, part: str, why: str) -> Refusal:
    where = "" if part == text else f": {shortened(part.strip())!r}"
    return Refusal("subject-invalid", f"{shortened(text)!r} is not a subject{where}: {why}", _HINT)
