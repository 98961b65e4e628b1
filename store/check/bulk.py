"""Bulk device certificates: records compared with their files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256

import msgspec

from ..devices.identity import canonical, problem
from ..model.bulk import DeviceIdentityCertificate
from ..persistence.database import Database
from .report import Problem


def check_bulk(database: Database) -> Iterator[Problem]:
    """Problems in the tables ``bulk_certificates`` and ``bulk_files``.

    Files are compared by checksum and not opened: key derivation would take minutes. ``check_secrets`` looks for their
    passwords.
    """
    broken = list(_broken(database))
    yield from broken
    if broken:
        return
    files: dict[int, str | None] = {row.id: _checksum(row.body) for row in database.engine.scan("bulk_files")}
    identities: dict[tuple[str, str], int] = {}
    keys: dict[str, int] = {}
    for record in database.engine.records("bulk_certificates", DeviceIdentityCertificate):
        where, field = f"bulk-certificate:{record.id}", record.identity_type.field
        if problem(field, record.identity) or canonical(field, record.identity) != record.identity:
            yield Problem("identity-invalid", where, f"its identity is written {record.identity!r}")
        twin = identities.setdefault((record.identity_type, record.identity), record.id)
        if twin != record.id:
            yield Problem("same-identity", where, f"bulk certificate {twin} is for the same identity")
        twin = keys.setdefault(record.public_key_sha256, record.id)
        if twin != record.id:
            yield Problem("same-key", where, f"bulk certificate {twin} is over the same key")
        if record.id not in files:
            yield Problem("file-missing", where, "its PKCS #12 file is missing")
        elif files.pop(record.id) != record.file_sha256:
            yield Problem("file-damaged", where, "its PKCS #12 file is not the one that was imported")
    for id in files:
        yield Problem("file-orphaned", f"bulk-file:{id}", "a PKCS #12 file belongs to no certificate")


def _broken(database: Database) -> Iterator[Problem]:
    for row in database.engine.scan("bulk_certificates"):
        try:
            msgspec.convert({**(row.body or {}), "id": row.id}, DeviceIdentityCertificate)
        except msgspec.ValidationError as error:
            yield Problem("document-invalid", f"bulk_certificates:{row.id}", str(error))


def _checksum(body: dict[str, object] | None) -> str | None:
    """SHA-256 of the file in a document, or None."""
    try:
        return sha256(base64.b64decode(str((body or {})["pkcs12"]), validate=True)).hexdigest()
    except (KeyError, ValueError):
        return None
