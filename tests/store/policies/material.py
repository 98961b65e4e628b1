"""Device certificates in archives, as an administrator brings them, and the policy that delivers them."""

from __future__ import annotations

import io
import plistlib
import zipfile
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from certfleet.store.bulk.results import BulkResult
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.policy import VpnSettings
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue

SERIAL = IdentityType.SERIAL_NUMBER
PASSWORD = "password1!"
VPN = VpnSettings(server="vpn.company.example", identity_type=SERIAL)


def certificate_for(identity: str, **options: Any) -> Issued:
    """A certificate that names its device."""
    return issue(identity, sans=(x509.DNSName(f"{identity.lower()}.devices.example"),), **options)


def keystore(issued: Issued, password: str = PASSWORD) -> bytes:
    """The certificate with its key, as PKCS #12."""
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1000).build(password.encode())
    return pkcs12.serialize_key_and_certificates(b"vpn", issued.key, issued.certificate, None, encryption)


def archive(certificates: Mapping[str, Issued]) -> io.BytesIO:
    """A zip of ``IDENTITY.p12`` files, and their passwords."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for identity, issued in certificates.items():
            written.writestr(f"{identity}.p12", keystore(issued))
        written.writestr("credential.txt", "".join(f"{identity}.p12={PASSWORD}\n" for identity in certificates))
    file.seek(0)
    return file


def bring(
    workspace: Workspace, *identities: str, kind: IdentityType = SERIAL, made: Mapping[str, Issued] | None = None
) -> BulkResult:
    """Import a certificate for each of these identities; ``made`` are made before, by identity."""
    source = archive({**{identity: certificate_for(identity) for identity in identities}, **(made or {})})
    return workspace.bulk.import_archive(source, identity_type=kind, credentials="credential.txt")


def profile(data: bytes) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A configuration profile, the certificate in it, and the VPN."""
    read = plistlib.loads(data)
    certificate, vpn = read["PayloadContent"]
    return read, certificate, vpn
