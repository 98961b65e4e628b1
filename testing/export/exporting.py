"""Writing a folder of fixtures."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ... import __version__
from ...store.errors import Refusal, unwritable
from ..archives import bulk_archive
from ..authorities import authority
from ..bad_chains import BadChain, bad_chain, good_chain
from ..bad_files import bad_archive, bad_keystore
from ..bad_names import ARCHIVE_FAULTS, CHAIN_FAULTS, KEYSTORE_FAULTS
from ..clocks import STANDARD_TIME
from ..devices import Mix, fleet
from ..good_chains import GOOD_CHAINS
from ..keystores import FixtureKeystore, KeystoreFormat, keystore
from ..leaf import pem_of
from .fleet_files import fleet_files
from .limbo import limbo
from .manifest import MANIFEST, VERSION, Expected, Kind, Manifest, ManifestFile, Part

Progress = Callable[[int, int], None]
_KINDS = {"pkcs12": Kind.PKCS12, "pkcs12-legacy": Kind.PKCS12, "jks": Kind.JKS, "jceks": Kind.JCEKS}
_FORMATS: tuple[KeystoreFormat, ...] = ("pkcs12", "pkcs12-legacy", "jks", "jceks")
_SMALL_IN_LARGE = ("stranger", "expired")  # whose file is right in itself: an importer may take it


def export_fixtures(
    folder: Path,
    *,
    devices: int = 50,
    seed: int = 7,
    only: Collection[Part] = tuple(Part),
    fixed_keys: bool = False,
    mix: Mix | None = None,
    at: datetime = STANDARD_TIME,
    progress: Progress | None = None,
) -> Manifest:
    """Write fixtures into a new or empty folder, whole or not at all; returns the manifest that is in it.

    With fixed keys the same arguments write the same bytes. Refuses with ``fixtures-folder-used`` and
    ``file-unwritable``.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            said = f"{folder} holds other things" if folder.is_dir() else f"{folder} is a file"
            raise Refusal("fixtures-folder-used", said, "Name a new folder, or an empty one.")
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
        try:
            export = _Export(making, seed, fixed_keys, at)
            manifest = export.all(devices, [part for part in Part if part in (only or tuple(Part))], mix, progress)
            making.chmod(0o755)
            with suppress(FileNotFoundError):
                folder.rmdir()
            making.rename(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return manifest


class _Export:
    """Writes files and keeps their entries."""

    def __init__(self, folder: Path, seed: int, fixed_keys: bool, at: datetime) -> None:
        self._folder, self._at = folder, at
        self._made: dict[str, Any] = {"seed": seed, "fixed_keys": fixed_keys}
        self._files: list[ManifestFile] = []
        self._chains: list[tuple[str, BadChain]] = []

    def all(self, devices: int, parts: list[Part], mix: Mix | None, progress: Progress | None) -> Manifest:
        """Write these parts and the manifest."""
        write = {
            Part.CERTIFICATES: self._certificates,
            Part.KEYSTORES: self._keystores,
            Part.BULK: lambda: self._bulk(devices, mix, progress),
            Part.FLEET: lambda: self._fleet(devices, mix),
            Part.BROKEN: self._broken,
        }
        for part in parts:
            write[part]()
        if self._chains:
            what = "The chains in the schema of x509-limbo, for the harnesses that read it."
            self._add("chains.limbo.json", limbo(self._chains), Kind.LIMBO, what)
        seed, fixed_keys = self._made["seed"], self._made["fixed_keys"]
        manifest = Manifest(
            version=VERSION,
            made_by=f"certfleet {__version__}",
            seed=seed,
            devices=devices,
            fixed_keys=fixed_keys,
            at=self._at,
            files=self._files,
        )
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        (self._folder / MANIFEST).write_bytes(data + b"\n")
        return manifest

    def _add(self, path: str, data: bytes, kind: Kind, what: str, **fields: Any) -> str:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        self._files.append(ManifestFile(path=path, kind=kind, what=what, sha256=digest, **fields))
        return path

    def _certificates(self) -> None:
        for name, good in GOOD_CHAINS.items():
            made = good.issue(authority(depth=good.depth, **self._made), good.names)
            self._chain(f"certificates/{name}", good_chain(made, good.host), good.what(), Expected.ACCEPT, name)
            what = f"The certificate of {name} alone, as DER."
            self._add(f"certificates/{name}/leaf.der", made.der, Kind.CERTIFICATE, what, expected=Expected.ACCEPT)

    def _chain(self, folder: str, chain: BadChain, what: str, expected: Expected, name: str) -> None:
        """A chain, and beside it what belongs to it."""

        def beside(file: str, data: bytes, kind: Kind, said: str) -> str:
            return self._add(f"{folder}/{file}", data, kind, f"{said} of {folder}.")

        key = beside("key.pem", chain.private_key_pem.bytes(), Kind.PRIVATE_KEY, "The private key")
        root = beside("root.pem", chain.trusted.cert_pem.bytes(), Kind.ROOT, "The root that clients trust")
        crl = beside("crl.der", chain.crl or b"", Kind.REVOCATION_LIST, "The revocation list")
        ocsp = beside("ocsp.der", chain.ocsp or b"", Kind.OCSP_ANSWER, "The OCSP answer")
        data, files = chain.presented_pem.bytes(), {"key": key, "root": root, "crl": crl, "ocsp": ocsp}
        named = {"expected": expected, "name": name, "host": chain.host, **files}
        self._add(f"{folder}/chain.pem", data, Kind.CHAIN, what, **named)
        for one in chain.beside:
            beside("before.pem", pem_of(one), Kind.CERTIFICATE, "The certificate before it, over the same key,")
        self._chains.append((f"certfleet::{folder.rpartition('/')[2]}", chain))

    def _keystores(self) -> None:
        for format in _FORMATS:
            made = keystore(format, **self._made)
            path = f"keystores/{format}.{made.file_name.rpartition('.')[2]}"
            self._keystore(path, made, f"A good keystore ({format}).", Expected.ACCEPT, format)

    def _keystore(self, path: str, made: FixtureKeystore, what: str, expected: Expected, name: str) -> None:
        fields = {"password": made.password, "alias": made.alias, "name": name, "expected": expected}
        self._add(path, made.data, _KINDS[made.format], what, **fields)

    def _bulk(self, devices: int, mix: Mix | None, progress: Progress | None) -> None:
        numbers = [one.serial_number for one in fleet(devices, seed=self._made["seed"], mix=mix, at=self._at)]
        identities = [number for number in numbers if number]
        made = bulk_archive(identities, progress=progress, **self._made)
        what = f"A good archive for the {len(identities):,} devices of the fleet that have a serial number."
        self._add("bulk/devices.zip", made.data, Kind.ARCHIVE, what, expected=Expected.ACCEPT, name="devices")

    def _fleet(self, devices: int, mix: Mix | None) -> None:
        found = fleet(devices, seed=self._made["seed"], mix=mix, at=self._at)
        for path, (data, kind, what) in fleet_files(found, self._made["seed"]).items():
            self._add(f"fleet/{path}", data, kind, what)

    def _broken(self) -> None:
        for name, chain_fault in CHAIN_FAULTS.items():
            expected = Expected.REFUSE if chain_fault.openssl else Expected.ACCEPT
            self._chain(f"broken/chains/{name}", bad_chain(name, **self._made), chain_fault.wrong, expected, name)
        for name, wrong in KEYSTORE_FAULTS.items():
            for format in _FORMATS:
                made = bad_keystore(name, format, **self._made)
                path = f"broken/keystores/{name}.{format}.{made.file_name.rpartition('.')[2]}"
                self._keystore(path, made, wrong, Expected.REFUSE, name)
        for name, wrong in ARCHIVE_FAULTS.items():
            archive = bad_archive(name, **self._made)
            whole = len(archive.faults) == len(archive.identities)
            expected = Expected.REFUSE if whole else Expected.ACCEPT if name in _SMALL_IN_LARGE else Expected.PARTLY
            refused = archive.faults if expected is Expected.PARTLY else {}
            fields = {"expected": expected, "name": name, "refused": refused}
            self._add(f"broken/archives/{name}.zip", archive.data, Kind.ARCHIVE, wrong, **fields)
