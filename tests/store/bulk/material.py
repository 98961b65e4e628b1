"""Archives of device certificates, made fast: P-256 keys with few iterations."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache

from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from certfleet.store.bulk.results import BulkResult, Outcome
from certfleet.store.model.bulk import IdentityType
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue, make_ca

SERIAL = IdentityType.SERIAL_NUMBER
PASSWORD = "pass=word 1!"
IMEI = "490154203237518"
MEID = "A10000009296F2"


@cache
def authority() -> Issued:
    """The company's device CA."""
    return make_ca("Device CA of the company")


def device_certificate(identity: str, **options: object) -> Issued:
    """A device's certificate over a new key."""
    return issue(identity, issuer=authority(), **options)  # type: ignore[arg-type]


def p12(issued: Issued | str, password: str = PASSWORD) -> bytes:
    """A PKCS #12 file of it; of a name, one of a new certificate."""
    if isinstance(issued, str):
        issued = device_certificate(issued)
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2).build(password.encode())
    return serialize_key_and_certificates(b"device", issued.key, issued.certificate, issued.issuers, encryption)


def packed(files: Mapping[str, bytes], credentials: str | bytes | None = None) -> io.BytesIO:
    """A ``.zip`` of these files. Without credentials, all have the same password."""
    if credentials is None:
        credentials = "".join(f"{name.rsplit('/', 1)[-1]}={PASSWORD}\n" for name in files)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("credential.txt", credentials)
    return file


def fleet_archive(*identities: str) -> io.BytesIO:
    """A ``.zip`` of a file for each identity."""
    return packed({f"{identity}.p12": p12(identity) for identity in identities})


def take_in(workspace: Workspace, archive: io.BytesIO, identity_type: IdentityType = SERIAL) -> BulkResult:
    """Import it, under the name ``devices.zip``."""
    return workspace.bulk.import_archive(archive, identity_type=identity_type, name="devices.zip")


def outcomes(result: BulkResult) -> dict[str, str]:
    """What came of each file, by its name; of those that were refused, the code."""
    return {
        one.file: one.outcome.value if one.refusal is None else one.refusal.code
        for one in result.results
        if (one.outcome is Outcome.REFUSED) == (one.refusal is not None)
    }
