"""Certificates inside other text: a Kubernetes secret, SAML metadata."""

from __future__ import annotations

import re

from ..errors import Refusal
from .pem import as_text, bare_base64

_SECRET = re.compile(r"[\"']?tls\.(crt|key)[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z0-9+/=]{64,})")
_IN_METADATA = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?X509Certificate(?:[ \t][^<>]{0,200})?>([A-Za-z0-9+/=\s]{64,})<")


def wrapped(text: str, title: str) -> str | None:
    """The PEM of the certificates (and the key) in a text around them; None for any other text.

    Refuses ``several-certificates`` for metadata with more than one: it is a person who knows which is asked for.
    """
    secret = [as_text(bare_base64(value) or b"") or "" for _, value in _SECRET.findall(text)]
    if any("-----BEGIN " in part for part in secret):
        return "\n".join(secret)
    found = list(dict.fromkeys("".join(value.split()) for value in _IN_METADATA.findall(text)))
    if len(found) > 1:
        raise Refusal(
            "several-certificates",
            f"{title} is XML with {len(found)} certificates in it, as SAML metadata is",
            "Save the text between <X509Certificate> and </X509Certificate> of the one that is asked for in a file.",
        )
    return f"-----BEGIN CERTIFICATE-----\n{found[0]}\n-----END CERTIFICATE-----\n" if found else None
