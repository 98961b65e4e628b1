"""Signing requests: the key stays here, the answer completes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.certificates.names import read_name
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.request import KeySpec
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, make_ca, needs_openssl, openssl


def sign(csr: x509.CertificateSigningRequest, ca: Issued) -> bytes:
    """What an authority answers to a request."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(csr.subject)
        .issuer_name(ca.certificate.subject)
        .public_key(csr.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
    )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM) + ca.pem


@pytest.mark.parametrize("key", [key for key in KeySpec if key not in ("rsa-3072", "rsa-4096")])
def test_the_answer_gets_the_key_and_completes_the_request(workspace: Workspace, key: KeySpec) -> None:
    request = workspace.requests.create(
        subject="UID=com.apple.mgmt.External.1,CN=APSP:1,C=US",
        sans=["mdm.example.com", "192.0.2.7"],
        key=key,
        use_as=UseAs.APNS,
        description="Push",
    )
    csr = x509.load_pem_x509_csr(workspace.requests.pem(request.id))
    assert csr.is_signature_valid
    assert request.sans == ("DNS:mdm.example.com", "IP:192.0.2.7")

    result = workspace.inventory.import_from(CertificateSource(data=sign(csr, make_ca())))

    entry = result.imported[0]
    assert (entry.has_private_key, entry.use_as, entry.description) == (True, UseAs.APNS, "Push")
    assert workspace.requests.get(request.id).completed_by == entry.id
    assert workspace.inventory.export(entry.id, ExportFormat.PKCS12, password="pw")
    assert workspace.check().clean
    with pytest.raises(Refusal, match="request-completed"):
        workspace.requests.cancel(request.id)


def test_the_answer_can_be_a_replacement(workspace: Workspace) -> None:
    ca = make_ca()
    for number in (1, 2):
        request = workspace.requests.create(subject="CN=mdm.example.com", key=KeySpec.EC_P256)
        answer = CertificateSource(data=sign(x509.load_pem_x509_csr(workspace.requests.pem(request.id)), ca))
        if number == 1:
            workspace.inventory.import_from(answer)
        else:
            assert workspace.inventory.replace(1, answer).new.has_private_key


def test_a_cancelled_request_takes_its_key_along(workspace: Workspace) -> None:
    request = workspace.requests.create(subject="CN=mdm.example.com", key=KeySpec.EC_P256)
    assert workspace.vault.kinds(request.public_key_sha256) == {SecretKind.PRIVATE_KEY}
    workspace.requests.cancel(request.id)
    assert (workspace.requests.list(), workspace.vault.kinds(request.public_key_sha256)) == ([], set())
    with pytest.raises(Refusal, match="not-found"):
        workspace.requests.pem(request.id)


def test_a_deleted_answer_takes_its_request_along(workspace: Workspace) -> None:
    request = workspace.requests.create(subject="CN=mdm.example.com", key=KeySpec.EC_P256)
    answer = sign(x509.load_pem_x509_csr(workspace.requests.pem(request.id)), make_ca())
    workspace.inventory.import_from(CertificateSource(data=answer))
    workspace.inventory.delete(1)
    assert workspace.requests.list() == []
    assert workspace.check().clean


@pytest.mark.parametrize("subject", ["", "mdm.example.com", "CN", "XY=1", "CN=a,"])
def test_what_is_no_subject_is_refused(workspace: Workspace, subject: str) -> None:
    with pytest.raises(Refusal, match="subject-invalid"):
        workspace.requests.create(subject=subject, key=KeySpec.EC_P256)


@pytest.mark.parametrize("san", ["IP:host", "IP:fe80::1%eth0", "DNS:two words", "", "URI:ü", "a" * 70_000, "a" * 64])
def test_what_is_no_alternative_name_is_refused(workspace: Workspace, san: str) -> None:
    with pytest.raises(Refusal, match="san-invalid"):
        workspace.requests.create(subject="CN=a", sans=[san], key=KeySpec.EC_P256)
    assert workspace.requests.list() == []


@needs_openssl
def test_openssl_accepts_the_request(workspace: Workspace) -> None:
    request = workspace.requests.create(subject="CN=mdm.example.com,O=Exämple,C=DE", sans=["mdm.example.com"])
    text = openssl("req", "-verify", "-noout", "-text", stdin=workspace.requests.pem(request.id)).decode()
    assert "DNS:mdm.example.com" in text


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("cn=mdm.example.com, o=Example", "CN=mdm.example.com,O=Example"),
        ("E=a@example.com,CN=x", "emailAddress=a@example.com,CN=x"),
        ("EMAILADDRESS=a@example.com,CN=x", "emailAddress=a@example.com,CN=x"),
        ("emailAddress=a@example.com,CN=x", "emailAddress=a@example.com,CN=x"),
        ("SERIALNUMBER=7+CN=x", "CN=x+serialNumber=7"),
        ("CN=#0c03616263", "CN=abc"),
        ("CN=a\\, b\\2c c,O=\\C3\\A4", "CN=a\\, b\\, c,O=ä"),
        ('CN="Example GmbH"', "CN=Example GmbH"),
        ("2.5.4.3=x,S=Bavaria,C=DE", "CN=x,ST=Bavaria,C=DE"),
    ],
)
def test_subjects_as_people_write_them(workspace: Workspace, written: str, subject: str) -> None:
    request = workspace.requests.create(subject=written, key=KeySpec.EC_P256)
    assert request.subject == subject
    csr = x509.load_pem_x509_csr(workspace.requests.pem(request.id))
    assert read_name(csr.subject.public_bytes()).string == subject


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("CN=x,FOO=1", "'FOO=1': FOO is no attribute of a name"),
        ("CN=x,,O=y", "it is no NAME=VALUE"),
        ("CN=x,C=DEU", "'C=DEU': "),
        ("CN=#0c0", "'CN=#0c0': after # there have to be"),
        ("CN=#0203616263", "what is encoded in it is no text"),
    ],
)
def test_a_refused_subject_says_which_part(workspace: Workspace, written: str, part: str) -> None:
    with pytest.raises(Refusal, match="subject-invalid") as refused:
        workspace.requests.create(subject=written, key=KeySpec.EC_P256)
    assert part in refused.value.message or part.partition(": ")[2] in refused.value.message


@pytest.mark.parametrize(("key", "hash"), [("ec-p256", "sha256"), ("ec-p384", "sha384"), ("ec-p521", "sha512")])
def test_the_hash_is_as_strong_as_the_key(workspace: Workspace, key: str, hash: str) -> None:
    request = workspace.requests.create(subject="CN=x", key=KeySpec(key))
    csr = x509.load_pem_x509_csr(workspace.requests.pem(request.id))
    assert csr.signature_hash_algorithm is not None
    assert csr.signature_hash_algorithm.name == hash
