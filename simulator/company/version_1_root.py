"""An X.509 version 1 root, as used by CAs in the nineties: no extensions at all."""

from __future__ import annotations

from random import Random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ...store.authorities.validity import Validity
from ...store.certificates.asn1 import x509 as asn1
from .issuing import draw_serial


def version_1_root(subject: x509.Name, validity: Validity, draw: Random) -> bytes:
    """The certificate as DER. RSA with SHA-1, as all of them were."""
    key = rsa.generate_private_key(65537, 2048)
    name = asn1.Name.load(subject.public_bytes())
    algorithm = asn1.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    tbs = asn1.TbsCertificate(
        {
            "version": "v1",
            "serial_number": draw_serial(draw),
            "signature": algorithm,
            "issuer": name,
            "validity": asn1.Validity(
                {
                    "not_before": asn1.Time({"utc_time": validity.not_before}),
                    "not_after": asn1.Time({"utc_time": validity.not_after}),
                }
            ),
            "subject": name,
            "subject_public_key_info": asn1.PublicKeyInfo.load(
                key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ),
        }
    )
    # SHA-1 is the point of this certificate; nothing trusts it.
    signature = key.sign(tbs.dump(), padding.PKCS1v15(), hashes.SHA1())
    signed = asn1.Certificate({"tbs_certificate": tbs, "signature_algorithm": algorithm, "signature_value": signature})
    der: bytes = signed.dump()
    return der
