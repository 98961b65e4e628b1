"""Inspecting a chosen file, and loading it for an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...store.certificates.files import read_input
from ...store.certificates.folders import read_folder
from ...store.certificates.reading import read_certificates
from ...store.confinement import confined_to
from ...store.errors import Refusal
from ...store.inventory.sources import CertificateSource, KeystoreSource
from ...store.keystores.entries import PRIVATE_KEY
from ...store.keystores.keystore_type import KeystoreType
from ...store.keystores.reading import Keystore, KeystoreEntry, certificates_of_key, keystore_kind, read_keystore
from ...store.printable import printable
from ...store.views.certificate import name_text
from ...store.words import day, plural

TYPE_NAMES = {KeystoreType.PKCS12: "PKCS #12", KeystoreType.JKS: "JKS", KeystoreType.JCEKS: "JCEKS"}


@dataclass(frozen=True)
class Inspection:
    """An inspected file. ``keystore`` is its type, None for anything else; ``sentence`` describes it, ``refusal`` says
    why it can't be used. ``public_keys`` are the SHA-256 hashes of its public keys, as far as they are visible."""

    path: Path
    sentence: str
    data: bytes = b""
    keystore: KeystoreType | None = None
    refusal: Refusal | None = None
    public_keys: tuple[str, ...] = ()


def inspect_file(path: Path, pasted: bytes | None = None) -> Inspection:
    """Inspect a file, or a folder of PEM files, or what was pasted in place of it. One that can't be read or used
    yields an inspection with a refusal."""
    try:
        data = read_folder(path) if pasted is None else pasted
    except Refusal as refusal:
        return Inspection(path, "", refusal=refusal)
    if type := keystore_kind(data):
        return Inspection(path, f"a {TYPE_NAMES[type]} keystore", data, type)
    try:
        file = read_certificates(data, path.name)
    except Refusal as refusal:
        return Inspection(path, "", data, refusal=refusal)
    names = [printable(certificate.facts.name) for certificate in file.certificates]
    sentence = f"{plural(len(names), 'certificate')}: {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
    if file.keys:
        sentence += ", with a private key"
    keys = tuple(certificate.facts.public_key_sha256 for certificate in file.certificates)
    return Inspection(path, sentence, data, public_keys=keys)


@dataclass(frozen=True)
class AliasChoice:
    """An entry of a keystore to choose from."""

    alias: str
    label: str


@dataclass(frozen=True)
class OpenedKeystore:
    """The contents of a keystore: the aliases to choose from, and how many of them bring a private key."""

    type: KeystoreType
    choices: tuple[AliasChoice, ...]
    private_keys: int
    sentence: str
    public_keys: tuple[str, ...] = ()

    @property
    def wants_alias(self) -> bool:
        """Whether to ask for the alias: for PKCS #12 only if there is more than one key."""
        return bool(self.choices) and (self.type is not KeystoreType.PKCS12 or self.private_keys > 1)


def open_keystore(data: bytes, password: str | None) -> OpenedKeystore:
    """Open a keystore to list its contents; refuses as ``read_keystore`` does."""
    keystore = read_keystore(data, password=password)
    with_key = [entry for entry in keystore.entries if entry.kind == PRIVATE_KEY]
    others = len(keystore.entries) - len(with_key)
    more = f" and {plural(others, 'other entry')}" if others else ""
    return OpenedKeystore(
        type=keystore.type,
        choices=tuple(_choices(keystore)),
        private_keys=len(with_key),
        sentence=f"opened: {_keys(with_key)}{more}",
        public_keys=tuple(c.facts.public_key_sha256 for entry in keystore.entries for c in entry.chain),
    )


def _keys(entries: Sequence[KeystoreEntry]) -> str:
    """``2 private keys``; ``1 private key with 2 certificates``, each of which is an entry."""
    keys = len({entry.chain[0].facts.public_key_sha256 for entry in entries if entry.chain})
    keys += sum(not entry.chain for entry in entries)
    several = f" with {plural(len(entries), 'certificate')}" if keys < len(entries) else ""
    return f"{plural(keys, 'private key')}{several}"


def _choices(keystore: Keystore) -> list[AliasChoice]:
    """The entries by alias; by number those that have none, or share it with another."""
    aliases = Counter(entry.alias for entry in keystore.entries)
    return [
        AliasChoice(
            f"#{entry.number}" if entry.alias is None or aliases[entry.alias] > 1 else entry.alias,
            f"{printable(entry.alias or f'#{entry.number}')}  ({entry.kind}{_name(entry.subject)}"
            f"{_end(keystore, entry)})",
        )
        for entry in keystore.entries
    ]


def _end(keystore: Keystore, entry: KeystoreEntry) -> str:
    """By which certificates of one key differ."""
    several = len(certificates_of_key(keystore, entry)) > 1
    return f", valid to {day(entry.chain[0].facts.not_after)}" if several else ""


def _name(subject: str | None) -> str:
    return f", {name_text(subject)}" if subject else ""


def load_source(
    path: Path,
    *,
    is_keystore: bool,
    pasted: bytes | None = None,
    type: KeystoreType | None = None,
    alias: str | None = None,
    password: str | None = None,
    key: Path | None = None,
    key_password: str | None = None,
) -> CertificateSource | KeystoreSource:
    """Load what the inventory imports; refuses as ``read_input`` does. An empty password field means no password: a
    keystore with an empty password opens either way."""
    data = read_folder(path) if pasted is None else pasted
    if is_keystore:
        return KeystoreSource(
            data=data, name=path.name, type=type, password=password, key_password=key_password, alias=alias
        )
    return CertificateSource(
        data=data, name=path.name, key=None if key is None else read_input(key), key_password=key_password
    )


def path_of(text: str) -> Path:
    """The typed path; ``~`` is the person's home folder. Where people are confined, it begins in their folder."""
    path = Path(text.strip())
    if (folder := confined_to()) is not None:
        return folder / path
    try:
        return path.expanduser()
    except RuntimeError:  # ~name of a user whom the system doesn't know
        return path


def is_folder(path: Path) -> bool:
    """Whether the path is a folder; False if it can't be read."""
    try:
        return path.is_dir()
    except OSError:
        return False
