"""Archives of device certificates for tests, as a CA delivers them, whole or with faults."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from random import Random
from zipfile import ZipFile

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ..simulator.company.bulk_archive import CREDENTIALS, LETTERS, device_pkcs12, write_bulk_archive
from ..simulator.company.credentials import Credential
from ..simulator.company.faulty_archive import ArchiveFault, faulty_archive
from ..store.authorities.validity import Validity
from ..store.keystores.writing import Named, PasswordDerivation, write_pkcs12
from .authorities import ALWAYS, FixtureAuthority, authority
from .clocks import STANDARD_TIME
from .devices import drawing_of
from .keystores import ITERATIONS, RepeatedSalts

Identities = int | Sequence[str]
STRANGERS = 2**20
"""From this index on, devices of a seed are strangers to its fleets."""


@dataclass(frozen=True)
class FixtureArchive:
    """A ZIP file with ``IDENTITY.p12`` for each device and ``credential.txt`` with their passwords.

    ``faults`` tells what is wrong with which identity; ``passwords`` has those of the others.
    """

    data: bytes
    identities: tuple[str, ...]
    passwords: Mapping[str, str]
    faults: Mapping[str, str]
    authority: FixtureAuthority

    def write_to_path(self, path: str | os.PathLike[str]) -> Path:
        """Write the file; into a folder as ``devices.zip``. Returns where it is."""
        target = Path(path)
        target = target / "devices.zip" if target.is_dir() else target
        target.write_bytes(self.data)
        return target


def bulk_archive(
    devices: Identities = 20,
    *,
    faults: Mapping[str, int] | None = None,
    issuer: FixtureAuthority | None = None,
    validity: Validity = ALWAYS,
    seed: int = 7,
    fixed_keys: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> FixtureArchive:
    """An archive for the first devices of the seed's fleet that have a serial number, or for these identities.

    ``faults`` says how many files have which fault (``wrong-password``, ``no-password``, ``damaged``, ``copy``,
    ``expired``, ``stranger``); the seed says which. Passwords depend on the seed; with fixed keys, so does every byte.
    Raises ``ValueError`` for an unknown fault, and for more faults than files.
    """
    wanted = {ArchiveFault(name): many for name, many in (faults or {}).items() if many}
    identities = identities_of(devices, seed)
    issuer = issuer or authority("Device CA", depth=1, seed=seed, fixed_keys=fixed_keys)
    draw, writer = Random(f"archive {seed}"), _repeatable if issuer.fixed_keys else device_pkcs12
    if wanted:
        strangers = islice(_serial_numbers(seed, STRANGERS), wanted.get(ArchiveFault.STRANGER, 0))
        made = faulty_archive(identities, wanted, issuer, validity, draw=draw, strangers=strangers, keystore=writer)
        told = {identity: str(fault) for identity, fault in made.faults.items()}
        told |= dict.fromkeys(made.strangers, str(ArchiveFault.STRANGER))
        known = passwords_in(made.data)
        return FixtureArchive(made.data, (*identities, *made.strangers), known, told, issuer)
    target = io.BytesIO()
    passwords = write_bulk_archive(
        target,
        identities if progress is None else _told(identities, progress),
        issuer,
        validity,
        password=lambda: "".join(draw.choices(LETTERS, k=12)),
        iterations=ITERATIONS,
        keystore=writer,
    )
    return FixtureArchive(target.getvalue(), identities, passwords, {}, issuer)


def _told(identities: Sequence[str], progress: Callable[[int, int], None]) -> Iterator[str]:
    for number, identity in enumerate(identities, 1):
        yield identity
        progress(number, len(identities))


def passwords_in(archive: bytes) -> dict[str, str]:
    """The passwords of an archive's credential file, by identity."""
    with ZipFile(io.BytesIO(archive)) as opened:
        lines = opened.read(CREDENTIALS).decode().splitlines()
    return {name.removesuffix(".p12"): secret for name, _, secret in (line.partition("=") for line in lines)}


def identities_of(devices: Identities, seed: int) -> tuple[str, ...]:
    """The serial numbers of the first devices of a seed that have one, or the given identities."""
    return tuple(islice(_serial_numbers(seed, 0), devices)) if isinstance(devices, int) else tuple(devices)


def _serial_numbers(seed: int, first: int) -> Iterator[str]:
    drawing = drawing_of(seed, STANDARD_TIME)
    return (number for index in count(first) if (number := drawing.device(index).serial_number))


def _repeatable(credential: Credential, alias: str, password: str, iterations: int | None) -> bytes:
    assert credential.key is not None
    key = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [Named(alias, one.public_bytes(Encoding.DER)) for one in credential.chain]
    derivation = PasswordDerivation(iterations or ITERATIONS, RepeatedSalts(f"{alias} {password}".encode()))
    return write_pkcs12(chain, key, password, legacy=False, derivation=derivation)
