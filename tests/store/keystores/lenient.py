"""A certificate as keytool makes it for DSA: good, but refused by cryptography's strict parser."""

from __future__ import annotations

import ssl
from functools import cache

from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa

from tests.material import Issued, issue

DSA_WITH_SHA256 = "2.16.840.1.101.3.4.3.2"


@cache
def lenient() -> tuple[Issued, bytes]:
    """Key and names, and the certificate: its algorithm has the parameter NULL, which RFC 5758 forbids."""
    key = dsa.generate_private_key(1024)
    made = issue("dsa.example.com", key=key)
    certificate = asn1.Certificate.load(made.der)
    algorithm = {"algorithm": DSA_WITH_SHA256, "parameters": core.Null()}
    certificate["tbs_certificate"]["signature"] = algorithm
    certificate["signature_algorithm"] = algorithm
    certificate["signature_value"] = key.sign(certificate["tbs_certificate"].dump(force=True), hashes.SHA256())
    return made, bytes(certificate.dump(force=True))


def lenient_pem() -> bytes:
    """The same certificate as PEM."""
    return ssl.DER_cert_to_PEM_cert(lenient()[1]).encode()
