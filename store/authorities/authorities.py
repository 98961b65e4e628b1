"""The use cases of CAs: provisioning, refresh, issuing, revocation lists, the SSL listener."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ..certificates.dns_names import ascii_name
from ..errors import Refusal
from ..inventory.inventory import Inventory
from ..inventory.sources import CertificateSource
from ..model.audit import SYSTEM
from ..model.authority import Authority, AuthorityGroup, AuthorityRole
from ..model.certificate import Certificate, UseAs
from ..model.events import ChangeStarted
from ..notices.inbox import Notices
from ..use_cases import Context
from ..vault.secret_kind import SecretKind
from ..words import minute
from . import groups as rules
from .ca_groups import CaGroups
from .groups import DEFAULT_GROUP
from .issued import IssuedCertificate, facts_of
from .issuer import Issuer
from .issuing import issue_device_certificate, issue_server_certificate, key_der
from .new_authorities import ORGANIZATION, NewAuthority, new_root, new_subordinate
from .on_paper import paper_authority
from .revocation_lists import RevokedEntry, revocation_list
from .validity import Validity

CRL_VALID_FOR = timedelta(days=7)
LONGEST_WAIT = timedelta(days=365)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")  # of a host name (RFC 1123, 2.1)


Chain = list[x509.Certificate]


class Authorities(CaGroups):
    """The CA groups of a workspace, and what their CAs issue."""

    def __init__(self, context: Context, *, notices: Notices, inventory: Inventory) -> None:
        super().__init__(context, notices=notices)
        self._inventory = inventory
        self._issuers: dict[str, Issuer] = {}

    # Reading

    def issuing(self, at: datetime | None = None) -> AuthorityGroup:
        """The group that new device certificates come from; refuses with ``no-group-ready``."""
        group = self.find_issuing(at)
        if group is None:
            raise Refusal(
                "no-group-ready",
                "no CA group is ready with a valid device CA",
                "`certfleet authority refresh --now` makes one.",
            )
        return group

    def find_issuing(self, at: datetime | None = None) -> AuthorityGroup | None:
        """The same, or None if no group is ready with a valid device CA."""
        self.provision()
        return rules.issuing_group(self.groups(), self.all(), at or self._clock.now())

    def issuer(self, group: str, role: AuthorityRole = AuthorityRole.DEVICE) -> Issuer:
        """A group's CA with its private key from the vault."""
        authority = self.of_group(self.group(group).name)[role]
        if authority.fingerprint_sha256 not in self._issuers:
            key = self._vault.get(SecretKind.AUTHORITY_KEY, authority.public_key_sha256)
            if key is None:
                raise Refusal("workspace-damaged", f"the private key of {authority.subject} is missing")
            self._issuers[authority.fingerprint_sha256] = Issuer.load(base64.b64decode(authority.der), key)
        return self._issuers[authority.fingerprint_sha256]

    def issue(self, request: bytes, serial_number: str, now: datetime) -> tuple[str, IssuedCertificate, Validity]:
        """Issue a certificate for a device's CSR from the issuing group.

        Call it inside the transaction that stores it: the clock may have advanced before. Refuses with
        ``no-group-ready``, and as ``issue_device_certificate`` does.
        """
        group = self.issuing(now).name
        issuer = self.issuer(group)
        ca = issuer.certificate
        validity = rules.device_validity(now, ca.not_valid_after_utc, ca.not_valid_before_utc)
        return group, issue_device_certificate(request, issuer, serial_number, validity), validity

    def chain(self, group: str, role: AuthorityRole = AuthorityRole.DEVICE) -> Chain:
        """The chain above a certificate issued by a CA of a group: that CA, then the root."""
        found = self.of_group(group)
        links = [found[role]] if role is AuthorityRole.ROOT else [found[role], found[AuthorityRole.ROOT]]
        return [x509.load_der_x509_certificate(base64.b64decode(link.der)) for link in links]

    # Changing

    def provision(self) -> None:
        """Create the first group, ``default``, if there is none."""
        if len(self._groups):
            return
        with self._database.transaction():
            if not len(self._groups):
                start = self._clock.now() - rules.REACHES_BACK
                self._add(DEFAULT_GROUP, start, start, start, announced=True)
                said = f"CA group {DEFAULT_GROUP} made"
                self._audit.record("authority.provision", "authority-group:1", said, by=SYSTEM)

    def refresh(
        self, *, name: str | None = None, ready_after: timedelta = rules.READY_AFTER, waits: bool = False
    ) -> AuthorityGroup:
        """Request a new group. It issues after ``ready_after`` on the workspace clock; zero means at once. One that
        ``waits`` issues once it is activated.

        Refuses with ``group-exists``, ``group-name-invalid``, ``ready-after-invalid``.
        """
        if not timedelta(0) <= ready_after <= LONGEST_WAIT:
            raise Refusal("ready-after-invalid", "a CA group is ready at once, or up to a year after it is requested")
        self.provision()
        with self._database.transaction():
            now, groups = self._clock.now(), self._groups.all()
            if name is None:
                name = rules.next_name(groups)
            rules.check_name(name, groups)
            group = self._add(name, now, now + ready_after, now - rules.CLOCK_SKEW, announced=False, waits=waits)
            group = self._groups.change(group, rank=rules.next_rank(groups))
            when = "at once" if not ready_after else f"from {minute(group.ready_at)} UTC on"
            when = "once it is activated" if waits else when
            self._audit.record(
                "authority.refresh", f"authority-group:{group.id}", f"CA group {name} requested; it issues {when}"
            )
            self.announce()
            self._tell(ChangeStarted("the new CA group"))
        return group

    def crl(self, name: str, role: AuthorityRole = AuthorityRole.DEVICE) -> bytes:
        """A new revocation list (DER) of one of a group's CAs, valid for a week. Those of the root and the server CA
        are empty: nothing that they issued is revoked, and who checks whole chains needs to be told so.

        A certificate is dropped once it has been on a list issued after its expiry (RFC 5280, 3.3).
        """
        issuer = self.issuer(name, role)
        with self._database.transaction():
            authority = self.of_group(name)[role]
            now, number = self._clock.now().replace(microsecond=0), authority.crl_number + 1
            before = authority.crl_at
            revoked = [
                RevokedEntry(document["serial_number"], datetime.fromisoformat(document["at"]))
                for document in (self._revocations.find("group", name) if role is AuthorityRole.DEVICE else ())
                if before is None or datetime.fromisoformat(document["not_after"]) >= before
            ]
            self._authorities.change(authority, crl_number=number, crl_at=now)
            self._audit.record(
                "authority.crl", f"authority:{authority.id}", f"revocation list {number} of {authority.subject} made"
            )
        return revocation_list(issuer, number, revoked, now, now + CRL_VALID_FOR)

    def issue_listener(self, hosts: Sequence[str]) -> Certificate:
        """Issue the workspace's SSL listener certificate for these host names and addresses.

        The newest ready group's server CA issues it over a new key, into the inventory. It replaces the previous one
        issued here. Refuses with ``host-invalid``.
        """
        group = self.issuing()
        names = list(dict.fromkeys(_general_name(host) for host in hosts))
        if not names:
            raise Refusal("host-invalid", "a server certificate needs a host name", "Name at least one host.")
        issuer = self.issuer(group.name, AuthorityRole.SERVER)
        now = self._clock.now().replace(microsecond=0)
        end = min(now + rules.LISTENER_LIFETIME, issuer.certificate.not_valid_after_utc)
        certificate, key = issue_server_certificate(names, issuer, Validity(now - rules.CLOCK_SKEW, end))
        chain = [certificate, *self.chain(group.name, AuthorityRole.SERVER)]
        source = CertificateSource(
            data=b"".join(link.public_bytes(Encoding.PEM) for link in chain),
            name=f"CA group {group.name}",
            key=key_der(key),
        )
        before = self.listener()
        if before is not None:
            return self._inventory.replace(before.id, source).new
        result = self._inventory.import_from(source, use_as=UseAs.SSL_LISTENER, description="Issued by the server CA")
        return result.imported[0]

    def listener(self) -> Certificate | None:
        """The valid SSL listener certificate issued by one of our server CAs."""
        ours = {authority.fingerprint_sha256 for authority in self.all() if authority.role is AuthorityRole.SERVER}
        for entry in reversed(self._inventory.list()):
            in_force = entry.use_as is UseAs.SSL_LISTENER and entry.replaced_by is None
            if in_force and entry.issuer_id is not None:
                issuer = self._inventory.get(entry.issuer_id)
                if issuer.fingerprint_sha256 in ours:
                    return entry
        return None

    def _add(
        self,
        name: str,
        requested_at: datetime,
        ready_at: datetime,
        not_before: datetime,
        *,
        announced: bool,
        waits: bool = False,
    ) -> AuthorityGroup:
        """Generate and store the keys and certificates of a group, inside a transaction."""
        group = AuthorityGroup(
            id=0,
            name=name,
            requested_at=requested_at,
            requested_by=self._actor.user,
            ready_at=ready_at,
            announced=announced,
            waits=waits,
        )
        group = self._groups.add(group)
        start = not_before.replace(microsecond=0)
        title = "" if name == DEFAULT_GROUP else f" {name}"
        if self._context.on_paper:
            for role in AuthorityRole:
                self._authorities.add(paper_authority(group, role, f"{role.title()} CA{title}", start))
            return group
        root = new_root(f"Root CA{title}", ORGANIZATION, Validity(start, start + rules.ROOT_LIFETIME))
        self._keep(group, AuthorityRole.ROOT, root)
        for role in (AuthorityRole.DEVICE, AuthorityRole.SERVER):
            validity = Validity(start, start + rules.CA_LIFETIME)
            made = new_subordinate(root.issuer, f"{role.title()} CA{title}", ORGANIZATION, validity)
            self._keep(group, role, made)
        return group

    def _keep(self, group: AuthorityGroup, role: AuthorityRole, made: NewAuthority) -> None:
        certificate = made.issuer.certificate
        facts = facts_of(certificate)
        self._vault.put(SecretKind.AUTHORITY_KEY, facts.public_key_sha256, made.key)
        self._issuers[facts.fingerprint_sha256] = made.issuer
        authority = Authority(
            id=0,
            group_id=group.id,
            group=group.name,
            role=role,
            subject=certificate.subject.rfc4514_string(),
            **facts.on_record(certificate),
            key_algorithm=f"EC P-{made.issuer.key.key_size}",
            der=base64.b64encode(facts.der).decode("ascii"),
        )
        self._authorities.add(authority)


def _general_name(host: str) -> x509.DNSName | x509.IPAddress:
    name = host.strip().lower()
    with suppress(ValueError):
        return x509.IPAddress(ip_address(name))
    with suppress(ValueError):
        name = ascii_name(name)
    if len(name) > 253 or not all(map(_LABEL.fullmatch, name.removeprefix("*.").split("."))):
        raise Refusal(
            "host-invalid", f"{host!r} is not a valid host name", "Write mdm.example.com, *.example.com or an address."
        )
    return x509.DNSName(name)
