"""A bulk import accepts the archives of device certificates that the simulator writes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.serialization import pkcs12

from certfleet.simulator.company.bulk_archive import write_bulk_archive
from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.store.authorities.validity import Validity
from certfleet.store.model.bulk import IdentityType
from certfleet.store.workspace import Workspace

IDENTITIES = ["A12BC3D4EFGH", "A12BC3D4EFIJ", "A12BC3D4EFKL"]


def authority() -> tuple[IssuingAuthority, Validity]:
    now = datetime.now(UTC).replace(microsecond=0)
    validity = Validity(now - timedelta(days=1), now + timedelta(days=365))
    return IssuingAuthority.root(x509_name("Example Root CA"), Random(1), validity), validity


def test_it_is_imported_whole(tmp_path: Path) -> None:
    passwords = write_bulk_archive(tmp_path / "devices.zip", IDENTITIES, *authority(), iterations=1)
    with Workspace.open(None) as workspace:
        result = workspace.bulk.import_archive(tmp_path / "devices.zip", identity_type=IdentityType.SERIAL_NUMBER)
        assert [one.outcome for one in result.results] == ["imported"] * 3
        assert [workspace.bulk.pkcs12(record.id)[1] for record in workspace.bulk.list()] == list(passwords.values())


def test_it_looks_as_the_product_says() -> None:
    file = io.BytesIO()
    write_bulk_archive(file, IDENTITIES, *authority(), organization="Example", password=lambda: "password1!")
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [*(f"{identity}.p12" for identity in IDENTITIES), "credential.txt"]
        assert archive.read("credential.txt").decode() == "".join(f"{name}.p12=password1!\n" for name in IDENTITIES)
        found = pkcs12.load_pkcs12(archive.read("A12BC3D4EFGH.p12"), b"password1!")
    assert found.cert is not None
    assert found.cert.certificate.subject.rfc4514_string() == "CN=A12BC3D4EFGH,O=Example"
    assert len(found.additional_certs) == 1
