"""Keystores in what secret stores, Windows and MDMs put around them."""

from __future__ import annotations

import base64
import json

import pytest
from asn1crypto import pkcs12 as asn1
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.keystores.reading import detect_keystore, keystore_kind, read_keystore
from certfleet.store.workspace import Workspace
from tests.cases import case
from tests.material import make_chain

MADE = make_chain()
PFX = pkcs12.serialize_key_and_certificates(
    b"mdm", MADE.key, MADE.certificate, MADE.issuers, BestAvailableEncryption(b"secret")
)
OPEN = pkcs12.serialize_key_and_certificates(b"mdm", MADE.key, MADE.certificate, MADE.issuers, NoEncryption())
BASE64 = base64.b64encode(PFX).decode()
FOLDED = base64.encodebytes(PFX).decode()

WRAPPED = {
    "base64": BASE64,
    "folded base64": FOLDED,
    "PEM": f"-----BEGIN PKCS12-----\n{FOLDED}-----END PKCS12-----\n",
    "PEM of Windows' certutil -encode": f"-----BEGIN CERTIFICATE-----\r\n{FOLDED}-----END CERTIFICATE-----\r\n",
    "Azure Key Vault's secret": json.dumps({"value": BASE64, "contentType": "application/x-pkcs12"}),
    "PHP's JSON": json.dumps({"pfx": BASE64}).replace("/", "\\/"),
    "a Kubernetes secret": f"data:\n  keystore.p12: {BASE64}\n  password: c2VjcmV0\nkind: Secret\n",
    "a configuration profile": f"<plist><dict><key>PayloadContent</key><data>\n{FOLDED}\t</data></dict></plist>",
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_it_is_found(text: str) -> None:
    assert keystore_kind(text.encode()) is detect_keystore(PFX)
    (entry,) = read_keystore(text.encode(), password="secret").entries
    assert [one.der for one in entry.chain] == MADE.chain_der


def test_a_secret_with_certificates_too_is_taken_as_what_is_asked_for() -> None:
    pem = base64.b64encode(MADE.pem).decode()
    secret = f"data:\n  tls.crt: {pem}\n  keystore.p12: {BASE64}\nkind: Secret\n".encode()
    assert keystore_kind(secret) is None
    assert len(read_certificates(secret).certificates) == 1
    assert len(read_keystore(secret, password="secret").entries) == 1


def test_of_several_a_person_has_to_choose() -> None:
    secret = f"data:\n  a.p12: {BASE64}\n  b.p12: {base64.b64encode(OPEN).decode()}\n"
    with pytest.raises(Refusal, match="a text with 2 keystores in it"):
        read_keystore(secret.encode(), password="secret")


@pytest.mark.parametrize(
    "text", ['"MI' + "A" * 1_000_000, '"MIAA' * 200_000, "<data>MI" + "A " * 500_000, "<data>" * 160_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    with pytest.raises(Refusal):
        read_keystore(text.encode(), password="secret")


def test_a_password_that_protects_nothing_is_not_kept(workspace: Workspace) -> None:
    file = asn1.Pfx.load(OPEN)
    bare = asn1.Pfx({"version": "v3", "auth_safe": file["auth_safe"]}).dump()  # without a MAC
    result = workspace.inventory.import_from(KeystoreSource(data=bare, password="not its password"))
    assert result.notes == ("Nothing in the keystore is protected by a password: the one that was given isn't kept.",)
    with pytest.raises(Refusal, match="no-password"):
        workspace.inventory.reveal_password(result.imported[0].id)


def test_a_key_that_is_only_called_encrypted_is_read() -> None:
    (entry,) = read_keystore(case("empty-password-gnutls", "a.p12"), password="").entries
    assert entry.read_private_key().fits(entry.chain[0])
