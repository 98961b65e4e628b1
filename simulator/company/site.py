"""Building a company's inventory: its workspace, its CAs, and the ways to import a certificate."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from ...store.authorities.validity import Validity
from ...store.inventory.sources import CertificateSource, KeystoreSource
from ...store.model.certificate import Certificate, UseAs
from ...store.model.request import KeySpec
from ...store.workspace import Workspace
from .authorities import CompanyAuthorities, draw_authorities
from .credentials import Credential, x509_name
from .issuing import IssuingAuthority
from .organization import Organization, draw_organization
from .purposes import TLS_SERVER


class CompanySite:
    """A company of a seed and its workspace. Generated values depend on the seed and the order of the calls.

    Validities are relative to ``now`` (UTC, aware), by default the workspace's time, which is also the import time.
    """

    def __init__(self, workspace: Workspace, seed: int, now: datetime | None = None) -> None:
        self.workspace = workspace
        self.now = (now or workspace.now()).replace(microsecond=0)
        self.draw = Random(seed)
        self.organization: Organization = draw_organization(seed)
        self.cas: CompanyAuthorities = draw_authorities(self.organization, self.now, self.draw)
        from faker import Faker  # takes a tenth of a second, and the console opens without

        self._fake = Faker("en_US")
        self._fake.seed_instance(seed)

    def until(self, days: int, lifetime: int) -> Validity:
        """A validity of ``lifetime`` days with this many days left, rounded up."""
        not_after = self.now + timedelta(days=days, minutes=-self.draw.randrange(5, 600))
        return Validity(not_after - timedelta(days=lifetime), not_after)

    def web(
        self, authority: IssuingAuthority, label: str, validity: Validity, *more: str, key: KeySpec = KeySpec.EC_P256
    ) -> Credential:
        """A server certificate for hosts of the company, named by their first labels."""
        hosts = [self.organization.host(one) for one in (label, *more)]
        subject = x509_name(hosts[0], self.organization.name, country="US")
        return authority.issue(subject, TLS_SERVER, validity, key=key, sans=hosts)

    def add(
        self,
        credential: Credential,
        file: str,
        description: str,
        *,
        use_as: UseAs = UseAs.SERVER,
        chain: bool = False,
        key: bool = False,
    ) -> Certificate:
        """Import as a certificate file, with or without a key file."""
        source = CertificateSource(
            data=credential.pem(chain=chain), name=file, key=credential.key_pem() if key else None
        )
        return self.take(source, description, use_as)

    def store(self, credential: Credential, alias: str, description: str, use_as: UseAs = UseAs.SERVER) -> Certificate:
        """Import as a PKCS #12 keystore."""
        password = self._fake.password(length=14)
        source = KeystoreSource(data=credential.pkcs12(password, alias), name=f"{alias}.p12", password=password)
        return self.take(source, description, use_as)

    def take(
        self, source: CertificateSource | KeystoreSource, description: str, use_as: UseAs = UseAs.SERVER
    ) -> Certificate:
        """Import a source; returns the leaf's new entry."""
        result = self.workspace.inventory.import_from(source, use_as=use_as, description=description)
        return result.imported[0]

    def use(self, need: str, entry: Certificate, name: str = "") -> None:
        """Say what a certificate is for."""
        self.workspace.components.bind(need, entry.id, name=name)
