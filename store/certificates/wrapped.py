"""Certificates and keys inside other text: a Kubernetes secret, a data URL, SAML metadata, hexadecimal digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..errors import Refusal
from .pem import as_text, bare_base64, to_pem_text
from .sniffing import FileKind, kind_of_der

_PEM_IN_BASE64 = re.compile(
    r"LS0tLS1CRUdJTi[A-Za-z0-9+/]+(?:\s{0,3}\n[ \t]{0,40}[A-Za-z0-9+/]+(?=={0,2}[ \t]*\r?(?:\n|\Z)))*={0,2}"
)
"""Base64 of ``-----BEGIN``, as in secrets and kubeconfig; also on several lines, none of which holds anything else."""
_SECRET = re.compile(r"[\"']?tls\.(?:crt|key)[\"']?[ \t]*:[ \t]*[\"']?(MI[A-Za-z0-9+/=]{64,})")
_IN_JSON = re.compile(r'"(MI[A-Za-z0-9+/\\]{64,}+={0,2})"')
"""Base64 of DER as a string: Azure Key Vault's ``cer``, ``x5c`` of JSON Web Keys (RFC 7517)."""
_DATA_URL = re.compile(r"data:[A-Za-z0-9/.+=;-]{0,100};base64,([A-Za-z0-9+/=%]{64,})")
_IN_XML = re.compile(
    r"<(?:[A-Za-z_][\w.-]{0,40}:)?(X509Certificate|data)(?:[ \t][^<>]{0,200})?>"
    r"(?:\s{0,20}<!\[CDATA\[)?((?:[A-Za-z0-9+/=\s]|&#(?:13|xD|10|xA);){64,})(?:\]\]>\s{0,20})?<"
)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:,;-]{0,4}){64,}")
_LINES = re.compile(
    r"^[ \t]*M[A-Za-z0-9+/]{31,}={0,2}[ \t\r]*$(?:\n[ \t]*[A-Za-z0-9+/]{1,}={0,2}[ \t\r]*$)*", re.MULTILINE
)
_CERTIFICATES = (FileKind.CERTIFICATE, FileKind.PKCS7)
_KEYS = (FileKind.PRIVATE_KEY, FileKind.ENCRYPTED_KEY)


def wrapped(text: str, title: str) -> str | None:
    """The PEM of the certificates (and the key) in a text around them; None for any other text.

    Refuses ``several-certificates`` for XML with more than one: it is a person who knows which is asked for.
    """
    if (found := enclosed(text)) is not None:
        return found
    in_xml = dict.fromkeys(_certificates_in_xml(text))
    if len(in_xml) > 1:
        raise Refusal(
            "several-certificates",
            f"{title} is XML with {len(in_xml)} certificates in it, as SAML metadata is",
            "Save the text between <X509Certificate> and </X509Certificate> of the one that is asked for in a file.",
        )
    if in_xml:
        return next(iter(in_xml))
    lines = (bare_base64(part) or b"" for part in _LINES.findall(text))
    return "".join(to_pem_text("CERTIFICATE", one) for one in lines if kind_of_der(one) in _CERTIFICATES) or None


def enclosed(text: str) -> str | None:
    """The PEM of what is encoded once more in a text: certificates, and keys."""
    if _HEX.fullmatch(text.strip()):
        return "".join(_as_pem(bytes.fromhex(re.sub(r"[\s:,;-]", "", text)))) or None
    encoded = [*_PEM_IN_BASE64.findall(text), *_SECRET.findall(text), *map(unquote, _DATA_URL.findall(text))]
    encoded += (one.replace("\\", "") for one in _IN_JSON.findall(text))
    return "\n".join(dict.fromkeys(pem for one in encoded for pem in _as_pem(bare_base64(one) or b""))) or None


def _as_pem(data: bytes) -> Iterator[str]:
    if b"-----BEGIN " in data[:4096]:
        yield as_text(data) or ""
    elif (kind := kind_of_der(data)) in _CERTIFICATES:
        yield to_pem_text("CERTIFICATE", data)
    elif kind in _KEYS:
        yield to_pem_text("ENCRYPTED PRIVATE KEY" if kind is FileKind.ENCRYPTED_KEY else "PRIVATE KEY", data)


def _certificates_in_xml(text: str) -> Iterator[str]:
    for element, inside in _IN_XML.findall(text):
        data = bare_base64(re.sub(r"&#\w+;", "", inside)) or b""
        if element == "data" and data.startswith(b"-----BEGIN CERTIFICATE-----"):  # of a configuration profile
            yield as_text(data) or ""
        elif element != "data" or kind_of_der(data) in _CERTIFICATES:
            yield to_pem_text("CERTIFICATE", data)
