"""Every certificate in a folder and below it, in every form that the importer reads, and PEM inside source code."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from ...store.certificates.facts import ParsedCertificate, parse_certificate
from ...store.certificates.reading import read_certificates
from ...store.certificates.sniffing import FileKind, kind_of
from ...store.errors import Refusal
from ...store.keystores.reading import detect_keystore, read_keystore
from ..export.manifest import MANIFEST, read_manifest
from .passwords import Passwords

LARGEST = 8 * 1024 * 1024
"""Bytes; a larger file is no test's certificate."""

_LEFT_OUT = {".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".nox", "__pycache__", ".mypy_cache"}
_LABEL = rb"(?:TRUSTED |X509 |X\.509 )?CERTIFICATE-----"
_PEM = re.compile(rb"-----BEGIN " + _LABEL + rb"(.{20,60000}?)-----END " + _LABEL, re.S)
# Between the lines, whatever the language: strings that are joined, escapes, and anything that isn't base64.
_BETWEEN = re.compile(rb"""["'`]\s*\+\s*["'`]|\\[nrt]|[^A-Za-z0-9+/=]""")


class Found(Struct, frozen=True, kw_only=True):
    """A certificate in a file. ``line`` is that of its PEM block, ``alias`` that of its entry in a keystore."""

    path: str
    subject: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    line: int | None = None
    alias: str | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """A file that holds certificates, perhaps, and can't be opened, and why."""

    path: str
    why: str


class State(StrEnum):
    """``GOES_OFF``: it is valid now and expires before the day. ``SPENT``: it has expired already, so nothing can wait
    for that. ``SAFE``: it expires later."""

    GOES_OFF = "goes off"
    SPENT = "expired already"
    SAFE = "safe"


def state_of(found: Found, now: datetime, before: datetime) -> State:
    """What a certificate is for tests that run from now until a day."""
    if found.not_after < now:
        return State.SPENT
    return State.GOES_OFF if found.not_after < before else State.SAFE


def search(folder: Path) -> Iterator[Found | Unread]:
    """Every certificate below a folder, file after file. What version control and package managers keep is left out,
    and so are fixtures that a manifest of ours lists: they are wrong on purpose, or don't rot."""
    passwords = Passwords()
    for directory, folders, files in os.walk(folder):
        here = Path(directory)
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and not _is_export(here / name))
        for name in sorted(files):
            path = here / name
            if not path.is_symlink():
                yield from _in_file(path, str(path.relative_to(folder)), passwords)


def _is_export(folder: Path) -> bool:
    if not (folder / MANIFEST).is_file():
        return False
    try:
        return bool(read_manifest(folder).files)
    except Refusal:
        return False


def _in_file(path: Path, named: str, passwords: Passwords) -> Iterator[Found | Unread]:
    try:
        if not path.is_file() or not 0 < path.stat().st_size <= LARGEST:
            return
        data = path.read_bytes()
    except OSError as error:
        yield Unread(path=named, why=error.strerror or "it can't be read")
        return
    if detect_keystore(data) is not None:
        yield from _in_keystore(named, data, passwords.beside(path))
    elif kind_of(data) in (FileKind.CERTIFICATE, FileKind.PKCS7):
        try:
            yield from (_found(one, named) for one in read_certificates(data, named).certificates)
        except Refusal as refusal:
            yield Unread(path=named, why=refusal.message)
    else:
        yield from _in_text(named, data)


def _in_text(named: str, data: bytes) -> Iterator[Found]:
    """The PEM blocks of a text or of source code; what isn't one after all is left alone."""
    for match in _PEM.finditer(data):
        try:
            der = base64.b64decode(_BETWEEN.sub(b"", match[1]), validate=True)
            yield _found(parse_certificate(der), named, line=data.count(b"\n", 0, match.start()) + 1)
        except (binascii.Error, Refusal):
            continue


def _in_keystore(named: str, data: bytes, passwords: Iterable[str]) -> Iterator[Found | Unread]:
    why = ""
    for password in passwords:
        try:
            keystore = read_keystore(data, password=password)
        except Refusal as refusal:
            why = refusal.message
            if refusal.code not in ("wrong-password", "password-needed"):
                break
            continue
        seen: set[str] = set()
        for entry in keystore.entries:
            for one in entry.chain:
                if one.facts.fingerprint_sha256 not in seen:
                    seen.add(one.facts.fingerprint_sha256)
                    yield _found(one, named, alias=entry.alias)
        return
    yield Unread(path=named, why=f"{why}; no password in the files beside it opens it" if "password" in why else why)


def _found(one: ParsedCertificate, named: str, *, line: int | None = None, alias: str | None = None) -> Found:
    facts = one.facts
    return Found(
        path=named,
        subject=facts.subject,
        not_before=facts.not_before,
        not_after=facts.not_after,
        fingerprint_sha256=facts.fingerprint_sha256,
        line=line,
        alias=alias,
    )
