"""Provisioning profiles: the property list that Apple's developer portal makes, signed (Apple, TN3125)."""

from __future__ import annotations

import plistlib
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from .credentials import Credential


def provisioning_profile(
    app_id: str,
    *,
    name: str,
    team_id: str,
    team_name: str,
    developers: Sequence[x509.Certificate],
    signer: Credential,
    created_at: datetime,
    not_after: datetime,
    uuid: UUID,
    platforms: Sequence[str] = ("iOS",),
    devices: Sequence[str] | None = None,
) -> bytes:
    """A ``.mobileprovision``, DER, for the bundle id ``app_id``, which may be a wildcard (``com.company.*``).

    Times are aware. An in-house profile (for all devices), or an ad-hoc profile if ``devices`` lists UDIDs. The
    signer's key is RSA or EC.
    """
    mac = list(platforms) == ["OSX"]
    entitlements: dict[str, object] = {
        "com.apple.application-identifier" if mac else "application-identifier": f"{team_id}.{app_id}",
        "com.apple.developer.team-identifier": team_id,
        "keychain-access-groups": [f"{team_id}.*"],
    }
    if not mac:
        entitlements["get-task-allow"] = False
    plist: dict[str, object] = {
        "AppIDName": name,
        "ApplicationIdentifierPrefix": [team_id],
        "CreationDate": _naive(created_at),
        "DeveloperCertificates": [developer.public_bytes(Encoding.DER) for developer in developers],
        "Entitlements": entitlements,
        "ExpirationDate": _naive(not_after),
        "IsXcodeManaged": False,
        "Name": name,
        "Platform": list(platforms),
        "TeamIdentifier": [team_id],
        "TeamName": team_name,
        "TimeToLive": (not_after - created_at).days,
        "UUID": str(uuid),
        "Version": 1,
    }
    plist |= {"ProvisionsAllDevices": True} if devices is None else {"ProvisionedDevices": list(devices)}
    return sign_profile(plist, signer)


def sign_profile(plist: dict[str, object], signer: Credential) -> bytes:
    """The property list as XML inside a CMS SignedData (RFC 5652), DER, with the signer's chain.

    The signing time comes from the machine's clock.
    """
    key = signer.key
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    builder = PKCS7SignatureBuilder().set_data(plistlib.dumps(plist))
    builder = builder.add_signer(signer.certificate, key, hashes.SHA256())
    for issuer in signer.issuers:
        builder = builder.add_certificate(issuer)
    return builder.sign(Encoding.DER, [PKCS7Options.Binary, PKCS7Options.NoCapabilities])


def _naive(at: datetime) -> datetime:
    """Times in property lists are UTC, without a time zone or fractions of a second."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
