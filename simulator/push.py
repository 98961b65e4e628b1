"""Push certificates: their subject names the topic, and two extensions of Apple's say what they may push to."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..store.inventory.requests import KeySpec
from .credentials import Credential, Validity
from .issuing import Authority
from .purposes import TLS_CLIENT

LIFETIME = timedelta(days=365)
PUSH_DEVELOPMENT = x509.ObjectIdentifier("1.2.840.113635.100.6.3.1")
PUSH_PRODUCTION = x509.ObjectIdentifier("1.2.840.113635.100.6.3.2")
_NULL = b"\x05\x00"


def management_subject(topic: UUID) -> x509.Name:
    """The subject of a device management push certificate; the UID is its topic."""
    return _subject(f"com.apple.mgmt.External.{topic}", f"APSP:{topic}")


def app_subject(bundle: str) -> x509.Name:
    """The subject of an app's push certificate; the bundle id is its topic."""
    return _subject(bundle, f"Apple Push Services: {bundle}")


def push_certificate(authority: Authority, subject: x509.Name, not_after: datetime) -> Credential:
    """A push certificate that has lived or will live a year up to ``not_after``."""
    return authority.issue(
        subject,
        TLS_CLIENT,
        Validity(not_after - LIFETIME, not_after),
        key=KeySpec.RSA_2048,
        extensions=[
            x509.UnrecognizedExtension(PUSH_DEVELOPMENT, _NULL),
            x509.UnrecognizedExtension(PUSH_PRODUCTION, _NULL),
        ],
    )


def draw_topic(draw: Random) -> UUID:
    """A random (version 4) UUID from the draw."""
    return UUID(int=draw.getrandbits(128), version=4)


def _subject(uid: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, uid),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        ]
    )
