"""Push: the CAs of the simulated push service, and the certificates that its portal lists."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator

import msgspec
from cryptography import x509

from ..authorities.issued import facts_of
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..errors import Refusal
from ..model.push import PushAuthority, PushCertificate, PushRole, PushService
from ..model.push_topic import is_management_topic
from ..persistence.database import Database
from ..push.apple_ids import checked_apple_id
from ..push.issuing import issuer_role
from .authorities import is_issued
from .report import Problem, differences

Certificates = dict[int, x509.Certificate]


def check_push(database: Database) -> Iterator[Problem]:
    """Problems in the tables ``push_authorities`` and ``push_certificates``."""
    broken = [*_broken(database, "push_authorities", PushAuthority)]
    broken += _broken(database, "push_certificates", PushCertificate)
    yield from broken
    if broken:
        return
    authorities = {record.id: record for record in database.engine.records("push_authorities", PushAuthority)}
    certificates: Certificates = {}
    for authority in authorities.values():
        yield from _authority(authority, certificates)
    yield from _generations(authorities, certificates)
    records = {record.id: record for record in database.engine.records("push_certificates", PushCertificate)}
    for record in records.values():
        yield from _certificate(record, authorities, certificates)
        yield from _successor(record, records)
    yield from _families(records)


def _broken(database: Database, table: str, kind: type[msgspec.Struct]) -> Iterator[Problem]:
    for row in database.engine.scan(table):
        try:
            msgspec.convert({**(row.body or {}), "id": row.id}, kind)
        except msgspec.ValidationError as error:
            yield Problem("document-invalid", f"{table}:{row.id}", str(error))


def _authority(authority: PushAuthority, certificates: Certificates) -> Iterator[Problem]:
    """Contradictions between a record and its certificate, which is added to ``certificates``."""
    where = f"push-authority:{authority.id}"
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(authority.der, validate=True))
    except ValueError as error:
        yield Problem("der-damaged", where, f"its DER can't be read: {error}")
        return
    certificates[authority.id] = certificate
    said = {"subject": certificate.subject.rfc4514_string(), **facts_of(certificate).on_record(certificate)}
    yield from differences(authority, said, where)


def _generations(authorities: dict[int, PushAuthority], certificates: Certificates) -> Iterator[Problem]:
    """Whether each generation has one certificate per role, and each certificate its issuer."""
    generations: dict[int, list[PushAuthority]] = defaultdict(list)
    for authority in authorities.values():
        generations[authority.generation].append(authority)
    for own in generations.values():
        by_role = {authority.role: authority for authority in own}
        if sorted(authority.role for authority in own) != sorted(PushRole):
            yield Problem(
                "authority-missing",
                f"push-authority:{own[0].id}",
                "its generation does not have exactly one of each role",
            )
            continue
        for role, authority in by_role.items():
            certificate, issuer = certificates.get(authority.id), certificates.get(by_role[issuer_role(role)].id)
            if certificate is not None and issuer is not None and not is_issued(certificate, issuer):
                yield Problem("issuer-wrong", f"push-authority:{authority.id}", "its issuer did not issue it")


def _certificate(
    record: PushCertificate, authorities: dict[int, PushAuthority], certificates: Certificates
) -> Iterator[Problem]:
    where = f"push-certificate:{record.id}"
    try:
        certificate = parse_certificate(base64.b64decode(record.der, validate=True))
    except (ValueError, Refusal) as error:
        yield Problem("der-damaged", where, f"its DER can't be read: {error}")
        return
    facts = certificate.facts
    said = {
        "topic": facts.topic,
        "name": facts.name,
        "serial_number": facts.serial_number,
        "not_before": facts.not_before,
        "not_after": facts.not_after,
        "fingerprint_sha256": facts.fingerprint_sha256,
        "public_key_sha256": facts.public_key_sha256,
    }
    yield from differences(record, said, where)
    if (record.service is PushService.MANAGEMENT) != is_management_topic(record.topic):
        yield Problem("record-differs", where, "its service is not that of its topic")
    if not _is_apple_id(record.apple_id):
        yield Problem("record-differs", where, "its Apple ID is none")
    if record.authority_id is not None:
        yield from _issuer(record, certificate, authorities, certificates)


def _issuer(
    record: PushCertificate,
    certificate: ParsedCertificate,
    authorities: dict[int, PushAuthority],
    certificates: Certificates,
) -> Iterator[Problem]:
    where = f"push-certificate:{record.id}"
    authority = authorities.get(record.authority_id or 0)
    if authority is None or authority.role is not PushRole.PUSH:
        yield Problem("reference-broken", where, f"push authority {record.authority_id} is not there")
        return
    issuer, own = certificates.get(authority.id), certificate.x509
    if issuer is not None and (own is None or not is_issued(own, issuer)):
        yield Problem("issuer-wrong", where, f"push authority {authority.id} did not issue it")


def _successor(record: PushCertificate, records: dict[int, PushCertificate]) -> Iterator[Problem]:
    where, seen, at = f"push-certificate:{record.id}", {record.id}, record.superseded_by
    while at is not None:
        new = records.get(at)
        if new is None or new.topic != record.topic or at in seen:
            yield Problem("reference-broken", where, f"push certificate {at} is not a renewal of it")
            return
        seen.add(at)
        at = new.superseded_by


def _families(records: dict[int, PushCertificate]) -> Iterator[Problem]:
    """Whether each certificate is listed once and each topic belongs to one Apple ID."""
    fingerprints: set[str] = set()
    owners: dict[str, str] = {}
    for record in records.values():
        where = f"push-certificate:{record.id}"
        if record.fingerprint_sha256 in fingerprints:
            yield Problem("same-certificate", where, "another record is of the same certificate")
        fingerprints.add(record.fingerprint_sha256)
        if owners.setdefault(record.topic, record.apple_id) != record.apple_id:
            yield Problem("same-topic", where, f"its topic belongs to {owners[record.topic]} as well")


def _is_apple_id(text: str) -> bool:
    try:
        return checked_apple_id(text) == text
    except Refusal:
        return False
