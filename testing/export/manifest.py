"""The manifest of exported fixtures: every file, what it is, and what a correct reader must say of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from ...store.errors import Refusal

MANIFEST = "manifest.json"
VERSION = 1


class Part(StrEnum):
    """The parts of an export; each is a folder."""

    CERTIFICATES = "certificates"
    KEYSTORES = "keystores"
    BULK = "bulk"
    FLEET = "fleet"
    BROKEN = "broken"


class Kind(StrEnum):
    """What a file is."""

    CHAIN = "chain"
    CERTIFICATE = "certificate"
    PRIVATE_KEY = "private-key"
    ROOT = "root"
    REVOCATION_LIST = "revocation-list"
    OCSP_ANSWER = "ocsp-answer"
    PKCS12 = "pkcs12"
    JKS = "jks"
    JCEKS = "jceks"
    ARCHIVE = "archive"
    DEVICE_EXPORT = "device-export"
    REST_ANSWER = "rest-answer"
    LIMBO = "x509-limbo"


class Expected(StrEnum):
    """What a correct reader says. ``PARTLY``: it takes the file, and names each identity in ``refused``."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    PARTLY = "partly"


class ManifestFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file. ``expected`` is None for one that only belongs to others: a key, a root, a revocation list.

    ``name`` is that of a fault, and ``what`` says it in a sentence. ``key``, ``root``, ``crl`` and ``ocsp`` are the
    paths of the files that belong to a chain, whose server is ``host``. ``refused`` has the identities of an archive
    whose file is wrong, each with its fault.
    """

    path: str
    kind: Kind
    what: str
    sha256: str
    expected: Expected | None = None
    name: str | None = None
    password: str | None = None
    alias: str | None = None
    host: str | None = None
    key: str | None = None
    root: str | None = None
    crl: str | None = None
    ocsp: str | None = None
    refused: dict[str, str] = {}


class Manifest(Struct, frozen=True, kw_only=True):
    """What was exported, and by which arguments."""

    version: int
    made_by: str
    seed: int
    devices: int
    fixed_keys: bool
    at: datetime
    files: list[ManifestFile]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder. Refuses with ``fixtures-missing`` or ``manifest-unreadable``."""
    hint = "Make them: certfleet fixture export DIR."
    try:
        data = (folder / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        raise Refusal("fixtures-missing", f"there are no fixtures in {folder}", hint) from error
    except OSError as error:
        raise Refusal("file-unreadable", f"{folder / MANIFEST} can't be read: {error.strerror}") from error
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "manifest-unreadable", f"{folder / MANIFEST} is no manifest of fixtures: {error}", hint
        ) from error
    if found.version != VERSION:
        raise Refusal("manifest-unreadable", f"the manifest in {folder} is of version {found.version}", hint)
    return found
