"""The public roots that devices trust: Mozilla's list, from the certifi package.

The platforms' own trust stores differ only in a handful of roots.
"""

from __future__ import annotations

from functools import cache

from ..errors import Refusal
from ..model.certificate import CertificateFacts
from .facts import ParsedCertificate, parse_certificate
from .signatures import is_issued_by


def is_publicly_trusted(top: ParsedCertificate) -> bool:
    """Whether the certificate at the top of a chain is a public root, or was issued by one."""
    roots = _roots()
    named = roots.get(top.facts.subject_name_sha256, ())
    if any(root.facts.fingerprint_sha256 == top.facts.fingerprint_sha256 for root in named):
        return True
    return any(_signed(top, root) for root in roots.get(top.facts.issuer_name_sha256, ()))


def knows_name(top: CertificateFacts) -> bool:
    """Whether a certificate, or its issuer, has the name of a public root: all others need not be read to know that
    they aren't publicly trusted."""
    return not _roots().keys().isdisjoint((top.subject_name_sha256, top.issuer_name_sha256))


@cache
def _roots() -> dict[str, tuple[ParsedCertificate, ...]]:
    """The public roots, by the SHA-256 of their normalised subject."""
    import ssl

    import certifi

    found: dict[str, tuple[ParsedCertificate, ...]] = {}
    for block in certifi.contents().split("-----BEGIN CERTIFICATE-----")[1:]:
        pem = f"-----BEGIN CERTIFICATE-----{block.split('-----END')[0]}-----END CERTIFICATE-----\n"
        root = parse_certificate(ssl.PEM_cert_to_DER_cert(pem))
        name = root.facts.subject_name_sha256
        found[name] = (*found.get(name, ()), root)
    return found


def _signed(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    try:
        return is_issued_by(child, issuer)
    except Refusal:
        return False
