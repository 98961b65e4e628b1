"""cryptography's path validation over a chain that our own rules accept.

It is meant for the web. Its extension policies are ours: any extension may be there, and what is critical must be
known. What it refuses of keys and algorithms can't be changed, and says nothing about a private CA: that is left aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from .facts import ParsedCertificate
from .path_facts import strict
from .text import shortened

_LEFT_ASIDE = (
    # What it asks of keys and of how certificates are written; certificates of private CAs needn't be like that.
    "Forbidden public key algorithm",
    "Forbidden signature algorithm",
    "RSA key",
    "certificate must be an X509v3 certificate",
    "serial",
    "validity dates between 1950 and 2049",
    # It compares names byte for byte, and several certificates may have the issuer's name: signatures were checked.
    "no interior errors",
    "signature does not match",
    # Constraints and critical extensions that our own rules know.
    "unsupported",
    "unaccounted-for critical extensions",
)


def second_opinion(chain: Sequence[ParsedCertificate], now: datetime) -> str | None:
    """Why cryptography refuses a complete chain, leaf first; None if it doesn't, or can't tell."""
    parsed = [strict(certificate) for certificate in chain]
    known = [certificate for certificate in parsed if certificate is not None]
    if len(known) < len(parsed) or len(known) < 2:
        return None
    any_extension = ExtensionPolicy.permit_all()
    authorities = any_extension.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    policy = PolicyBuilder().store(Store([known[-1]])).time(now).max_chain_depth(len(known))
    policy = policy.extension_policies(ca_policy=authorities, ee_policy=any_extension)
    try:
        policy.build_client_verifier().verify(known[0], known[1:-1])
    except VerificationError as error:
        said = str(error)
        if any(one in said for one in _LEFT_ASIDE):
            return None
        said = said.removeprefix("validation failed: ").removeprefix("candidates exhausted: ")
        return shortened(said.partition(" (encountered")[0], 120)
    return None
