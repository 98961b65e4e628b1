"""Issuing for simulated devices: what they get, and which of their requests the server reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.simulator.engine.issuing import issuance
from certfleet.simulator.engine.issuing.device_keys import device_key
from certfleet.simulator.engine.issuing.issuance import IssuingSecrets, Job, issue_all
from certfleet.store.authorities.certificate_template import RequestTemplate
from certfleet.store.authorities.issuing import key_der
from certfleet.store.authorities.new_authorities import new_root, new_subordinate
from certfleet.store.authorities.requests import read_request
from certfleet.store.authorities.validity import Validity
from certfleet.store.errors import Refusal

SECRET = bytes(range(32))
FROM = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
LIFE = Validity(FROM, FROM + timedelta(days=365))
ROOT = new_root("Fleet Root", "Example Corp", Validity(FROM, FROM + timedelta(days=3650))).issuer
DEVICE_CA = new_subordinate(ROOT, "Device CA", "Example Corp", Validity(FROM, FROM + timedelta(days=1000))).issuer
MATERIAL = IssuingSecrets(
    SECRET, {"default": (DEVICE_CA.certificate.public_bytes(Encoding.DER), key_der(DEVICE_CA.key))}
)


def jobs(*places: int, name: str = "C02XK1ABJG5J") -> list[Job]:
    return [Job(place, name, "default", 0, LIFE) for place in places]


@pytest.mark.parametrize("one_in", [1, 3, 1000])
@pytest.mark.parametrize("name", ["C02XK1ABJG5J", "L" * 64])
def test_a_certificate_is_the_same_whether_or_not_its_request_was_read(
    monkeypatch: pytest.MonkeyPatch, one_in: int, name: str
) -> None:
    monkeypatch.setattr(issuance, "VERIFIED_ONE_IN", one_in)
    places = range(1, 8)
    for place, issued in zip(places, issue_all(MATERIAL, jobs(*places, name=name)), strict=True):
        certificate = x509.load_der_x509_certificate(issued.der)
        certificate.verify_directly_issued_by(DEVICE_CA.certificate)
        assert certificate.public_key() == device_key(SECRET, place, 0).public_key()
        assert certificate.subject.rfc4514_string() == f"CN={name}"
        assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == LIFE


def test_every_request_proves_possession() -> None:
    for place in range(20):
        key = device_key(SECRET, place, 0)
        _, public_key = read_request(issuance.request_over(key))
        assert public_key == key.public_key()


def test_one_request_in_a_hundred_is_verified_and_a_wrong_one_among_them_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(issuance, "VERIFIED_ONE_IN", 100)
    stranger, signed = ec.generate_private_key(ec.SECP256R1()), RequestTemplate.signed
    monkeypatch.setattr(
        RequestTemplate,
        "signed",
        lambda self, spki, sign: signed(self, spki, lambda data: stranger.sign(data, issuance._ECDSA)),
    )
    assert len(issue_all(MATERIAL, jobs(*range(1, 100)))) == 99
    with pytest.raises(Refusal) as refused:
        issue_all(MATERIAL, jobs(100))
    assert refused.value.code == "possession-not-proven"
