"""Keystores and archives with a fault each."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from zipfile import ZipFile, ZipInfo

from ..simulator.company.bulk_archive import CREDENTIALS
from ..simulator.company.faulty_archive import ArchiveFault
from .archives import FixtureArchive, bulk_archive
from .authorities import authority
from .bad_names import BAD_ARCHIVES, BAD_KEYSTORES
from .keystores import FixtureKeystore, KeystoreFormat, keystore
from .leaf import FixtureCertificate

_DEVICES = 6


def bad_keystore(
    name: str, format: KeystoreFormat = "pkcs12", *, seed: int = 7, fixed_keys: bool = False
) -> FixtureKeystore:
    """The keystore with this fault, of ``BAD_KEYSTORES``. Its ``password`` is what somebody would try. Raises
    ``ValueError`` for another name or format."""
    made = keystore(format, seed=seed, fixed_keys=fixed_keys)
    data = made.data
    match name:
        case "truncated":
            return replace(made, data=data[: len(data) * 2 // 3])
        case "wrong-password":
            return replace(made, password="another")  # noqa: S106 - a wrong one
        case "damaged":
            at = len(data) // 2
            return replace(made, data=data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        case "key-mismatch":
            ca = authority(depth=1, seed=seed, fixed_keys=fixed_keys)
            other = FixtureCertificate(ca.issue_cert("mdm.example.test").der, ca.key_for(b"another key"), ca)
            return keystore(format, certificate=other, seed=seed)
        case "empty":
            return replace(made, data=b"")
    raise ValueError(f"{name!r} is no bad keystore; choose one of {', '.join(BAD_KEYSTORES)}")


def bad_archive(name: str, *, seed: int = 7, fixed_keys: bool = False) -> FixtureArchive:
    """The archive with this fault, of ``BAD_ARCHIVES``: in one of its files, which ``faults`` names, or as a whole.
    Raises ``ValueError`` for another name."""
    if name in list(ArchiveFault):
        return bulk_archive(_DEVICES, faults={name: 1}, seed=seed, fixed_keys=fixed_keys)
    if name not in _WHOLE:
        raise ValueError(f"{name!r} is no bad archive; choose one of {', '.join(BAD_ARCHIVES)}")
    made = bulk_archive(_DEVICES, seed=seed, fixed_keys=fixed_keys)
    return replace(made, data=_WHOLE[name](made.data), faults=dict.fromkeys(made.identities, name))


def _repacked(data: bytes, without: str = "", *more: tuple[str, bytes]) -> bytes:
    """The archive without a file, and with these."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as whole, ZipFile(target, "w") as packed:
        for info in whole.infolist():
            if info.filename != without:
                packed.writestr(info, whole.read(info))
        for file, content in more:
            packed.writestr(ZipInfo(file, whole.infolist()[0].date_time), content)
    return target.getvalue()


def _twice(data: bytes) -> bytes:
    """Its first file in another folder too: two files for one device."""
    with ZipFile(io.BytesIO(data)) as whole:
        first = whole.infolist()[0]
        return _repacked(data, "", (f"copy/{first.filename}", whole.read(first)))


_WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "no-credentials": lambda data: _repacked(data, CREDENTIALS),
    "duplicate-name": _twice,
    "path-outside": lambda data: _repacked(data, "", ("../outside.p12", b"no keystore")),
    "nested": lambda data: _repacked(data, "", ("more.zip", data)),
    "truncated": lambda data: data[: len(data) * 2 // 3],
    "not-an-archive": lambda data: b"<!DOCTYPE html><html><body>Please log in</body></html>",
    "empty": lambda data: b"",
}
