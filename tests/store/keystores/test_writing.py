"""Exports of what keytool and others write against the letter of X.509."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.certificates.private_keys import to_pkcs8
from certfleet.store.inventory.sources import CertificateSource, ExportFormat
from certfleet.store.keystores.reading import read_keystore, select_entry
from certfleet.store.workspace import Workspace
from tests.material import keytool, needs_keytool, needs_openssl, openssl
from tests.store.keystores.lenient import lenient, lenient_pem


@needs_openssl
@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("password", ["secret", "pässwörd €"])
def test_a_key_whose_certificate_is_not_strict_comes_out_again(
    workspace: Workspace, legacy: bool, password: str
) -> None:
    made, der = lenient()
    workspace.inventory.import_from(CertificateSource(data=lenient_pem(), key=made.key_pem))
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password=password, legacy=legacy)
    shown = openssl("pkcs12", "-nodes", "-passin", f"pass:{password}", *(["-legacy"] if legacy else []), stdin=data)
    assert b"friendlyName: dsa.example.com" in shown
    assert openssl("pkey", "-outform", "DER", stdin=shown)
    assert openssl("x509", "-outform", "DER", stdin=shown) == der
    entry = select_entry(read_keystore(data, password=password))
    assert (entry.alias, entry.chain[0].der) == ("dsa.example.com", der)
    assert to_pkcs8(entry.load_private_key()) == made.key_der


def test_without_a_key(workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=lenient_pem()))
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password="secret")
    (entry,) = read_keystore(data, password="secret").entries
    assert (entry.kind, entry.alias, entry.chain[0].der) == ("certificate", "dsa.example.com", lenient()[1])


@needs_keytool
def test_keytool_reads_it(workspace: Workspace, tmp_path: Path) -> None:
    workspace.inventory.import_from(CertificateSource(data=lenient_pem(), key=lenient()[0].key_pem))
    path = tmp_path / "out.p12"
    path.write_bytes(workspace.inventory.export(1, ExportFormat.PKCS12, password="secret"))
    told = keytool("-list", "-keystore", path, "-storepass", "secret", "-v")
    assert b"PrivateKeyEntry" in told
    assert b"dsa.example.com" in told
