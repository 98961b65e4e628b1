"""Provisioning profiles for tests: real property lists, signed by real keys, with cryptography or OpenSSL."""

from __future__ import annotations

import plistlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from certfleet.simulator.company.credentials import Credential
from certfleet.simulator.company.provisioning import sign_profile
from tests.material import NOW, Issued, issue, make_ca, openssl, rsa_key

TEAM = "9Q2XK7LM4D"
APP = "com.company.securemail"
UUID = "4f0f2c1e-8f4e-4d66-9a53-1b1c1f5d7a10"
YEAR = timedelta(days=365)


@cache
def portal() -> Issued:
    """Who signs profiles, as Apple's portal does: an RSA key below two CAs."""
    issuing = make_ca("Portal Authority", issuer=make_ca("Portal Root"))
    return issue("Provisioning Profile Signing", issuer=issuing, key=rsa_key())


@cache
def developer(number: int = 1) -> Issued:
    """A developer's distribution certificate."""
    return issue(f"iPhone Distribution: Company {number}", issuer=make_ca("Developer Relations"), days=300 + number)


def make_plist(
    app_id: str = APP,
    *,
    not_after: datetime = NOW + YEAR,
    created_at: datetime | None = None,
    developers: tuple[Issued, ...] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """What an in-house profile says. ``changes`` are keys of the property list; None takes one out."""
    plist: dict[str, Any] = {
        "AppIDName": "Secure Mail",
        "ApplicationIdentifierPrefix": [TEAM],
        "CreationDate": (created_at or not_after - YEAR).replace(tzinfo=None),
        "DeveloperCertificates": [one.der for one in (developers or (developer(),))],
        "Entitlements": {
            "application-identifier": f"{TEAM}.{app_id}",
            "com.apple.developer.team-identifier": TEAM,
            "get-task-allow": False,
            "keychain-access-groups": [f"{TEAM}.*"],
        },
        "ExpirationDate": not_after.replace(tzinfo=None),
        "Name": "Secure Mail In-House",
        "Platform": ["iOS"],
        "ProvisionsAllDevices": True,
        "TeamIdentifier": [TEAM],
        "TeamName": "Company Logistics",
        "TimeToLive": 365,
        "UUID": UUID,
        "Version": 1,
    }
    plist |= changes
    return {key: value for key, value in plist.items() if value is not None}


def make_profile(app_id: str = APP, *, signer: Issued | None = None, **details: Any) -> bytes:
    """A ``.mobileprovision``, DER: ``make_profile("com.company.*", not_after=NOW, TeamName="Other")``."""
    signer = signer or portal()
    credential = Credential(signer.certificate, signer.issuers, signer.key)  # type: ignore[arg-type]
    return sign_profile(make_plist(app_id, **details), credential)


def sign(content: bytes, signer: Issued | None = None) -> bytes:
    """Any content at all, signed as a profile is."""
    signer = signer or portal()
    builder = PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(signer.certificate, signer.key, hashes.SHA256())  # type: ignore[arg-type]
    return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def sign_with_openssl(
    folder: Path,
    content: bytes | None = None,
    *options: str,
    command: str = "smime",
    signer: Issued | None = None,
    form: str = "DER",
) -> bytes:
    """``content`` (a profile's property list, where none is given) signed by ``openssl smime`` or ``openssl cms``."""
    signer = signer or portal()
    issuers = b"".join(one.public_bytes(Encoding.PEM) for one in signer.issuers)
    files = {"content": content or plistlib.dumps(make_plist()), "signer": signer.pem, "key": signer.key_pem}
    for name, data in {**files, "issuers": issuers}.items():
        (folder / name).write_bytes(data)
    return openssl(
        *(command, "-sign", "-binary", "-in", folder / "content", "-outform", form),
        *("-signer", folder / "signer", "-inkey", folder / "key"),
        *(("-certfile", folder / "issuers") if issuers else ()),
        *options,
    )
