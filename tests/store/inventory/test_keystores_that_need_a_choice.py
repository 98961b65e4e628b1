"""Keystores whose first entry can't be taken, and what is said of an export's password."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat, KeystoreSource, password_notes
from certfleet.store.workspace import Workspace
from tests.material import issue, keytool, needs_keytool


@needs_keytool
def test_a_locked_first_key_names_the_other_entries(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.jks"
    common = ("-genkeypair", "-keyalg", "EC", "-storetype", "JKS", "-keystore", path, "-storepass", "secret")
    keytool(*common, "-alias", "first", "-dname", "CN=first.example.com", "-keypass", "another")
    keytool(*common, "-alias", "second", "-dname", "CN=second.example.com", "-keypass", "another")
    source = KeystoreSource(data=path.read_bytes(), password="secret")
    with pytest.raises(Refusal, match="key-password-needed") as refused:
        workspace.inventory.import_from(source)
    assert "it is the first, and an alias can name another one: #2" in refused.value.message


@needs_keytool
def test_a_secret_key_names_the_entries_with_certificates(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.jceks"
    common = ("-storetype", "JCEKS", "-keystore", path, "-storepass", "secret", "-keypass", "secret")
    keytool("-genseckey", "-keyalg", "AES", "-keysize", "128", "-alias", "aes", *common)
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=mdm.example.com", "-alias", "mdm", *common)
    with pytest.raises(Refusal, match="entry-without-certificate") as refused:
        workspace.inventory.import_from(KeystoreSource(data=path.read_bytes(), password="secret", alias="aes"))
    assert "It has: #" in (refused.value.hint or "")
    assert "mdm (private key, CN=mdm.example.com)" in (refused.value.hint or "")


def test_an_empty_password_for_an_export_is_called_so(workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("mdm.example.com").pem))
    with pytest.raises(Refusal, match="and the one that was given is empty"):
        workspace.inventory.export(1, ExportFormat.PKCS12, password="")


@pytest.mark.parametrize(("password", "notes"), [(None, 0), ("secret", 0), ("grüße", 1)])
def test_java_opens_no_password_with_other_letters(password: str | None, notes: int) -> None:
    assert len(password_notes(password)) == notes
