"""CA groups: their three CAs, the chains, and the records."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from ..authorities.issued import facts_of
from ..model.authority import Authority, AuthorityGroup, AuthorityRole
from ..persistence.database import Database
from .report import Problem, differences


class AuthorityChecks:
    """The CA groups of a workspace, read once per check."""

    def __init__(self, database: Database) -> None:
        self.groups = list(database.engine.records("authority_groups", AuthorityGroup))
        self.authorities = list(database.engine.records("authorities", Authority))
        gone = {group.id for group in self.groups if group.deleted_at is not None}
        self.with_keys = [authority for authority in self.authorities if authority.group_id not in gone]
        self.names = {group.name for group in self.groups}
        self.certificates: dict[int, x509.Certificate] = {}  # by the CA's id; readable ones only
        self.device_cas: dict[str, x509.Certificate] = {}  # by the group's name

    def check(self) -> Iterator[Problem]:
        """The problems. Fills ``certificates`` and ``device_cas``."""
        for authority in self.authorities:
            try:
                certificate = x509.load_der_x509_certificate(base64.b64decode(authority.der, validate=True))
            except ValueError as error:
                yield Problem("der-damaged", f"authority:{authority.id}", f"its DER can't be read: {error}")
                continue
            self.certificates[authority.id] = certificate
            yield from _record(authority, certificate)
        seen: set[str] = set()
        for group in self.groups:
            record = f"authority-group:{group.id}"
            if group.name in seen:
                yield Problem("same-name", record, f"another group is called {group.name} too")
            seen.add(group.name)
            yield from self._group(group, record)
        known = {group.id: group.name for group in self.groups}
        for authority in self.authorities:
            if known.get(authority.group_id) != authority.group:
                yield Problem("reference-broken", f"authority:{authority.id}", f"group {authority.group} is not there")

    def _group(self, group: AuthorityGroup, record: str) -> Iterator[Problem]:
        own = [authority for authority in self.authorities if authority.group_id == group.id]
        if sorted(authority.role for authority in own) != sorted(AuthorityRole):
            yield Problem(
                "authority-missing", record, "it does not have exactly one root, one device and one server CA"
            )
            return
        by_role = {authority.role: authority for authority in own}
        root = self.certificates.get(by_role[AuthorityRole.ROOT].id)
        for role, authority in by_role.items():
            certificate = self.certificates.get(authority.id)
            if certificate is None or root is None:
                continue
            if role is AuthorityRole.DEVICE:
                self.device_cas[group.name] = certificate
            if not is_issued(certificate, root):
                yield Problem("issuer-wrong", f"authority:{authority.id}", f"the root of {group.name} did not issue it")


def _record(authority: Authority, certificate: x509.Certificate) -> Iterator[Problem]:
    said = {"subject": certificate.subject.rfc4514_string(), **facts_of(certificate).on_record(certificate)}
    yield from differences(authority, said, f"authority:{authority.id}")


def is_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the names match and the issuer's signature verifies."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
