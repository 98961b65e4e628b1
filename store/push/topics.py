"""APNs topics. The subject of a push certificate contains its topic (UID)."""

from __future__ import annotations

from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..authorities.issuing import LONGEST_COMMON_NAME
from ..errors import Refusal
from ..model.push_topic import BUNDLE, MANAGEMENT

_APPLE = "com.apple."
_LONGEST_BUNDLE = 155


def management_subject(topic: UUID) -> x509.Name:
    """The subject of a device management push certificate."""
    return push_subject(f"{MANAGEMENT}External.{topic}", f"APSP:{topic}")


def app_subject(bundle: str) -> x509.Name:
    """The subject of an app's push certificate; the bundle id is its topic."""
    return push_subject(bundle, f"Apple Push Services: {bundle}")


def push_subject(topic: str, name: str) -> x509.Name:
    """The subject of a push certificate. A name too long for a common name is cut; an empty one becomes the topic."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, topic),
            x509.NameAttribute(NameOID.COMMON_NAME, (name or topic)[:LONGEST_COMMON_NAME]),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        ]
    )


def check_bundle(text: str) -> str:
    """A bundle id, stripped; refuses with ``bundle-invalid``."""
    bundle = text.strip()
    if len(bundle) > _LONGEST_BUNDLE or not BUNDLE.fullmatch(bundle):
        raise Refusal("bundle-invalid", f"{text!r} is not a bundle id", "Write it like com.example.securemail.")
    if bundle.startswith(_APPLE):
        raise Refusal("bundle-invalid", f"{bundle} is one of Apple's own", "Use the bundle id of your app.")
    return bundle
