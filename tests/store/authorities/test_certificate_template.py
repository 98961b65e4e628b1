"""A certificate from a template is byte for byte the one that cryptography's builder makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.engine.issuing.issuance import request_over
from certfleet.store.authorities import issuing, new_authorities
from certfleet.store.authorities.certificate_template import CertificateTemplate, key_identifier
from certfleet.store.authorities.issuer import Issuer
from certfleet.store.authorities.issuing import issue_device_certificate
from certfleet.store.authorities.requests import read_request
from certfleet.store.authorities.validity import Validity

FROM = datetime(2026, 1, 1, tzinfo=UTC)
LIFE = Validity(FROM, FROM + timedelta(days=3650))
ROOT = new_authorities.new_root("Fleet Root", "Example Corp", LIFE).issuer
DEVICE_CA = new_authorities.new_subordinate(ROOT, "Fleet Device CA", "Example Corp", LIFE).issuer
KEY = ec.generate_private_key(ec.SECP256R1())
SPKI = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64).filter(
    lambda name: len(name.encode()) <= 64
)
EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
seconds = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - EARLIEST).total_seconds())
times = st.integers(0, seconds).map(lambda second: EARLIEST + timedelta(seconds=second))
serial_numbers = st.integers(1, 2**159 - 1)


@given(serial_numbers, times, times, names)
def test_every_field_is_encoded_as_the_builder_does(number: int, one: datetime, other: datetime, name: str) -> None:
    first, last = sorted([one, other])
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(DEVICE_CA.name)
        .public_key(KEY.public_key())
        .serial_number(number)
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectKeyIdentifier(key_identifier(SPKI)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(DEVICE_CA.key_identifier, critical=False)
        .sign(DEVICE_CA.key, hashes.SHA256())
    )
    der = DEVICE_CA.device_template.signed(number, first, last, name, SPKI, lambda tbs: built.signature)
    assert der == built.public_bytes(Encoding.DER)


def test_a_device_s_certificate_is_signed_by_its_issuer() -> None:
    issued = issue_device_certificate(request_over(KEY), DEVICE_CA, "C02XK1ABJG5J", LIFE)
    certificate = x509.load_der_x509_certificate(issued.der)
    certificate.verify_directly_issued_by(DEVICE_CA.certificate)
    assert certificate.public_key() == KEY.public_key()
    assert int(issued.serial_number, 16) == certificate.serial_number
    assert certificate.fingerprint(hashes.SHA256()).hex() == issued.fingerprint_sha256


@pytest.mark.parametrize("curve", [ec.SECP384R1, ec.SECP521R1])
def test_other_keys_are_left_to_the_builder(curve: type[ec.EllipticCurve]) -> None:
    key = ec.generate_private_key(curve())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    issued = issue_device_certificate(request.public_bytes(Encoding.DER), DEVICE_CA, "S1", LIFE)
    assert x509.load_der_x509_certificate(issued.der).public_key() == key.public_key()


def test_one_that_differs_is_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "READ_BACK_ONE_IN", 1)
    ours = Issuer(DEVICE_CA.certificate, DEVICE_CA.key)
    other = new_authorities.new_subordinate(ROOT, "Another CA", "Example Corp", LIFE).issuer
    vars(ours)["device_template"] = other.device_template
    with pytest.raises((RuntimeError, ValueError)):
        issue_device_certificate(request_over(KEY), ours, "S1", LIFE)


def test_a_template_needs_the_key_s_identifier() -> None:
    with pytest.raises(ValueError, match="once"):
        CertificateTemplate(ROOT_WITHOUT_IDENTIFIER.public_bytes(Encoding.DER))


ROOT_WITHOUT_IDENTIFIER = (
    x509.CertificateBuilder()
    .subject_name(ROOT.name)
    .issuer_name(ROOT.name)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(FROM)
    .not_valid_after(FROM)
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    .sign(KEY, hashes.SHA256())
)


def test_the_request_of_a_simulated_device_is_the_builder_s() -> None:
    request, key = read_request(request_over(KEY))
    built = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(KEY, hashes.SHA256())
    assert request.tbs_certrequest_bytes == built.tbs_certrequest_bytes
    assert key == KEY.public_key()
