"""The CAs that issue a company's certificates: its own, a public one, the push service's, a partner's."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from ...store.authorities.validity import Validity
from ...store.model.request import KeySpec
from .credentials import x509_name
from .issuing import IssuingAuthority
from .organization import Organization

YEAR = timedelta(days=365)


class CompanyAuthorities(Struct, frozen=True, kw_only=True):
    """The issuing CAs, each with its chain up to the root."""

    own_root: IssuingAuthority
    own_issuing: IssuingAuthority
    microsoft: IssuingAuthority
    public_root: IssuingAuthority
    public_issuing: IssuingAuthority
    push_root: IssuingAuthority
    push_issuing: IssuingAuthority
    lab_root: IssuingAuthority
    partner_root: IssuingAuthority


def draw_authorities(company: Organization, now: datetime, draw: Random) -> CompanyAuthorities:
    """The CAs of a company, some years old at ``now``."""

    def years(before: float, after: float) -> Validity:
        return Validity(now - before * YEAR, now + after * YEAR)

    pki = f"http://pki.{company.domain}"
    own_root = IssuingAuthority.root(
        x509_name(f"{company.name} Root CA", company.name, country="US"),
        draw,
        years(6, 14),
        key=KeySpec.EC_P384,
        url=f"{pki}/root",
    )
    public_root = IssuingAuthority.root(
        x509_name("Meridian Trust Global Root R2", "Meridian Trust (example)", country="US"),
        draw,
        years(9, 11),
        key=KeySpec.RSA_2048,
        url="http://aia.meridian-trust.example/r2",
    )
    push_root = IssuingAuthority.root(
        x509_name("Orchard Root CA", "Orchard Inc. (example)", "Orchard Certification Authority", "US"),
        draw,
        years(12, 9),
        key=KeySpec.RSA_2048,
        url="http://certs.orchard.example/root",
    )
    return CompanyAuthorities(
        own_root=own_root,
        own_issuing=own_root.subordinate(
            x509_name(f"{company.name} Issuing CA 1", company.name, country="US"),
            years(2, 6),
            key=KeySpec.EC_P256,
            url=f"{pki}/issuing1",
        ),
        microsoft=own_root.subordinate(
            x509_name(f"{company.domain.split('.')[0].upper()[:12]}-SUBCA01-CA", company.name, country="US"),
            years(3, 2),
            key=KeySpec.RSA_2048,
            url=f"{pki}/subca01",
        ),
        public_root=public_root,
        public_issuing=public_root.subordinate(
            x509_name("Meridian Trust TLS CA G4", "Meridian Trust (example)", country="US"),
            years(2, 5),
            key=KeySpec.RSA_2048,
            url="http://aia.meridian-trust.example/tls-g4",
        ),
        push_root=push_root,
        push_issuing=push_root.subordinate(
            x509_name(
                "Orchard Application Integration 2 CA",
                "Orchard Inc. (example)",
                "Orchard Certification Authority",
                "US",
            ),
            years(4, 3),
            key=KeySpec.EC_P256,
            url="http://certs.orchard.example/aai2",
        ),
        lab_root=IssuingAuthority.root(
            x509_name(f"{company.name} Lab Root", company.name, "Mobility Lab"),
            draw,
            years(1, 4),
            key=KeySpec.ED25519,
        ),
        partner_root=IssuingAuthority.root(
            x509_name("Halvorsen Payments Device Root", "Halvorsen Payments (example)", country="NO"),
            draw,
            years(5, 10),
            key=KeySpec.EC_P256,
        ),
    )
