"""Every certificate in a folder and below it, in every form that the importer reads, and PEM inside source code."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from msgspec import Struct

from ...store.bulk.zip_files import read_members, unpack
from ...store.certificates.der import DerError, element
from ...store.certificates.facts import ParsedCertificate
from ...store.certificates.private_keys import read_private_key
from ...store.certificates.reading import read_certificates
from ...store.certificates.sniffing import FileKind, kind_of
from ...store.errors import Refusal
from ...store.keystores.entries import PRIVATE_KEY
from ...store.keystores.reading import Keystore, detect_keystore, read_keystore
from ..export.manifest import MANIFEST, read_manifest
from .encoded import Encoded, encoded_in, in_utf8
from .passwords import Passwords, passwords_in
from .pem_in_text import FoundPem, blocks

LARGEST = 8 * 1024 * 1024
"""Bytes; a larger file is no test's certificate."""

_LEFT_OUT = {".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".nox", "__pycache__", ".mypy_cache"}
_CERTIFICATES = (FileKind.CERTIFICATE, FileKind.PKCS7)
_KEYS = (FileKind.PRIVATE_KEY, FileKind.ENCRYPTED_KEY)


class Found(Struct, frozen=True, kw_only=True):
    """A certificate in a file. ``line`` is that of its PEM block, ``alias`` that of its entry in a keystore; in an
    archive, ``alias`` begins with the name of the file in it. ``kept``: somebody has said that it is as it is on
    purpose. ``not_rewritten``: why it can't be made anew in its place."""

    path: str
    subject: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    line: int | None = None
    alias: str | None = None
    kept: bool = False
    not_rewritten: str = ""

    @property
    def place(self) -> str:
        """The file, with the line or the alias."""
        if self.line is not None:
            return f"{self.path}:{self.line}"
        return f"{self.path} ({self.alias})" if self.alias else self.path


class Unread(Struct, frozen=True, kw_only=True):
    """A file that holds certificates, perhaps, and can't be opened, and why."""

    path: str
    why: str


class State(StrEnum):
    """``GOES_OFF``: it is valid now and expires before the day. ``SPENT``: it has expired already, so nothing can wait
    for that. ``SAFE``: it expires later. ``KEPT``: it would go off, and somebody has said that it shall."""

    GOES_OFF = "goes off"
    SPENT = "expired already"
    SAFE = "safe"
    KEPT = "kept"


def state_of(found: Found, now: datetime, before: datetime) -> State:
    """What a certificate is for tests that run from now until a day."""
    if found.not_after < now:
        return State.SPENT
    if found.not_after >= before:
        return State.SAFE
    return State.KEPT if found.kept else State.GOES_OFF


@dataclass
class Repository:
    """What a folder holds: each certificate with its place, and what can't be opened. If keys were asked for, also the
    private keys by their public ones, those that are locked (the public key, or the folder if that isn't known), the
    revocation lists with their files, and the password of each keystore."""

    folder: Path
    sites: list[tuple[Found, ParsedCertificate]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    keys: dict[bytes, PrivateKeyTypes] = field(default_factory=dict)
    locked: set[bytes] = field(default_factory=set)
    locked_in: set[Path] = field(default_factory=set)
    crls: list[tuple[str, bytes]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> list[Found]:
        """The certificates."""
        return [found for found, _ in self.sites]


def search(folder: Path, *, excepted: Sequence[str] = (), keys: bool = False) -> Repository:
    """Everything below a folder. What version control and package managers keep is left out, and so are symbolic links,
    and fixtures that a manifest of ours lists: they are wrong on purpose, or don't rot. What a glob of ``excepted``
    names is ``kept``. With ``keys``, private keys and revocation lists are read too."""
    reader = _Reader(Repository(folder), excepted, keys)
    for path in files_of(folder):
        reader.file(path)
    return reader.repository


def files_of(folder: Path) -> Iterable[Path]:
    """The files that are searched."""
    for directory, folders, files in os.walk(folder):
        here = Path(directory)
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and not _is_export(here / name))
        yield from (path for name in sorted(files) if not (path := here / name).is_symlink())


def _is_export(folder: Path) -> bool:
    if not (folder / MANIFEST).is_file():
        return False
    try:
        return bool(read_manifest(folder).files)
    except Refusal:
        return False


class _Reader:
    """Reads files into a repository."""

    def __init__(self, repository: Repository, excepted: Sequence[str], keys: bool) -> None:
        self.repository = repository
        self._excepted, self._keys = excepted, keys
        self._passwords = Passwords()

    def file(self, path: Path) -> None:
        named = str(path.relative_to(self.repository.folder))
        try:
            if not path.is_file() or not 0 < path.stat().st_size <= LARGEST:
                return
            data = path.read_bytes()
        except OSError as error:
            self._unread(named, error.strerror or "it can't be read")
            return
        kept = any(fnmatch(named, glob) or fnmatch(named, f"{glob.rstrip('/')}/*") for glob in self._excepted)
        contents = _Contents(self.repository, named, kept, self._keys)
        if kind_of(data) is FileKind.ZIP:
            self._archive(contents, data)
        else:
            contents.read(data, self._passwords.beside(path))

    def _archive(self, contents: _Contents, data: bytes) -> None:
        """The files of an archive, within the importer's limits; archives in it aren't opened."""
        file = io.BytesIO(data)
        try:
            inside = [(member.path, unpack(file, member)) for member in read_members(file) if member.size <= LARGEST]
        except Refusal as refusal:
            self._unread(contents.named, refusal.message)
            return
        passwords = passwords_in(inside)
        for name, one in inside:
            contents.member = name
            contents.read(one, passwords)

    def _unread(self, named: str, why: str) -> None:
        self.repository.unread.append(Unread(path=named, why=why))


class _Contents:
    """Reads the contents of a file, or of a file in an archive (``member``)."""

    def __init__(self, repository: Repository, named: str, kept: bool, keys: bool) -> None:
        self._repository, self.named, self._kept, self._keys = repository, named, kept, keys
        self.member = ""
        self._not_rewritten = ""

    def read(self, data: bytes, passwords: Sequence[str]) -> None:
        kind = kind_of(data)
        if detect_keystore(data) is not None:
            self._keystore(data, passwords)
        elif kind in _CERTIFICATES:
            self._certificates(data)
        elif kind in _KEYS:
            self._key(data, passwords)
        elif kind is FileKind.REVOCATION_LIST:
            self._crl(data)
        else:
            self._text(data, passwords)

    def _text(self, data: bytes, passwords: Sequence[str]) -> None:
        text = in_utf8(data)
        if text != data:
            self._not_rewritten = "texts in UTF-16 aren't rewritten"
        if b"-----BEGIN " in text:
            for block in blocks(text):
                self._block(block, passwords)
        self._not_rewritten = "what is encoded in another text isn't rewritten"
        for one in encoded_in(text):
            if detect_keystore(one.content) is not None:
                self._keystore(one.content, passwords)
            elif kind_of(one.content) in _CERTIFICATES:
                self._certificates(one.content, one)
            else:
                for block in blocks(one.content):
                    self._block(block._replace(line=one.line, kept=one.kept), passwords)
        self._not_rewritten = ""

    def _block(self, block: FoundPem, passwords: Sequence[str]) -> None:
        if block.label == b"TRUSTED CERTIFICATE":  # OpenSSL's own settings follow the certificate
            self._trusted(block)
        elif block.is_certificate or block.is_pkcs7:
            self._certificates(block.der, block)
        elif block.label.endswith(b"PRIVATE KEY"):
            self._key(block.clean, passwords)
        elif block.label == b"X509 CRL" and not block.kept:
            self._crl(block.der)

    def _certificates(self, der: bytes, block: FoundPem | Encoded | None = None) -> None:
        try:
            for one in read_certificates(der, self.named).certificates:
                self._add(one, line=block.line if block else None, kept=block is not None and block.kept)
        except Refusal as refusal:
            if block is None:  # a text may hold what only looks like one
                self._unread(refusal.message)

    def _trusted(self, block: FoundPem) -> None:
        outer, self._not_rewritten = self._not_rewritten, "OpenSSL's TRUSTED CERTIFICATE isn't rewritten"
        with suppress(DerError):
            self._certificates(block.der[: element(block.der, 0, len(block.der))[2]], block)
        self._not_rewritten = outer

    def _keystore(self, data: bytes, passwords: Iterable[str]) -> None:
        why = ""
        for password in passwords:
            try:
                keystore = read_keystore(data, password=password)
            except Refusal as refusal:
                why = refusal.message
                if refusal.code not in ("wrong-password", "password-needed"):
                    break
                continue
            if not self.member:
                self._repository.passwords[self.named] = password
            self._entries(keystore)
            return
        self._unread(f"{why}; no password in the files beside it opens it" if "password" in why else why)

    def _entries(self, keystore: Keystore) -> None:
        seen: set[str] = set()
        for entry in keystore.entries:
            for one in entry.chain:
                if one.facts.fingerprint_sha256 not in seen:
                    seen.add(one.facts.fingerprint_sha256)
                    self._add(one, alias=entry.alias)
            if self._keys and entry.kind == PRIVATE_KEY and entry.chain:
                try:
                    self._repository.keys[entry.chain[0].spki] = entry.load_private_key()
                except Refusal:
                    self._repository.locked.add(entry.chain[0].spki)

    def _key(self, data: bytes, passwords: Sequence[str]) -> None:
        if not self._keys:
            return
        for password in (None, *passwords[:50]):
            try:
                key = read_private_key(data, password)
                if (spki := key.spki) is not None:
                    self._repository.keys[spki] = key.usable
                return
            except Refusal as refusal:
                if refusal.code not in ("wrong-password", "key-password-needed"):
                    return
        self._repository.locked_in.add((self._repository.folder / self.named).parent)

    def _crl(self, der: bytes) -> None:
        if self._keys and not self.member and not self._kept:
            self._repository.crls.append((self.named, der))

    def _unread(self, why: str) -> None:
        why = f"{self.member}: {why}" if self.member else why
        self._repository.unread.append(Unread(path=self.named, why=why))

    def _add(
        self, one: ParsedCertificate, *, line: int | None = None, alias: str | None = None, kept: bool = False
    ) -> None:
        facts = one.facts
        found = Found(
            path=self.named,
            subject=facts.subject,
            not_before=facts.not_before,
            not_after=facts.not_after,
            fingerprint_sha256=facts.fingerprint_sha256,
            line=None if self.member else line,
            alias=": ".join(part for part in (self.member, alias) if part) or None,
            kept=kept or self._kept,
            not_rewritten="archives aren't rewritten" if self.member else self._not_rewritten,
        )
        self._repository.sites.append((found, one))
