"""A self-signed certificate over a new key, for a server that is tried out."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ..errors import Refusal
from ..model.certificate import UseAs
from ..model.request import KeySpec
from .request_names import names_asked_for
from .requests import generate_key
from .sources import CertificateSource
from .subjects import parse_subject

LONGEST = 3650  # days


def self_signed(subject: str, *, days: int, key: KeySpec, use_as: UseAs, now: datetime) -> CertificateSource:
    """The certificate with its key, to be imported. Refuses with ``subject-invalid``, ``san-invalid``, and with
    ``validity-invalid`` for days that nobody means."""
    if not 1 <= days <= LONGEST:
        raise Refusal("validity-invalid", f"a self-signed certificate is valid for 1 to {LONGEST:,} days")
    name = parse_subject(subject)
    private_key, start = generate_key(key), now.replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )
    if names := names_asked_for((), name, use_as):
        builder = builder.add_extension(x509.SubjectAlternativeName(one for _, one in names), critical=False)
    certificate = builder.sign(private_key, hashes.SHA256())
    return CertificateSource(
        data=certificate.public_bytes(Encoding.DER),
        name="self-signed",
        key=private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )
