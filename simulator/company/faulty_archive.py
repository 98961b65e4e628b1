"""An archive of device certificates with the faults of real deliveries, for learning to read what an import says.

An example::

    faults = {ArchiveFault.WRONG_PASSWORD: 2, ArchiveFault.EXPIRED: 1}
    delivery = faulty_archive(serial_numbers, faults, root, validity, draw=Random(7), strangers=["C02ZQ1ABMD6N"])
    delivery.data       # the archive
    delivery.faults     # which identity has which fault
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from random import Random

from msgspec import Struct

from ...store.authorities.validity import Validity
from .bulk_archive import CREDENTIALS, LETTERS, DeviceIssuer, KeystoreWriter, add_file, device_pkcs12
from .credentials import Credential, x509_name
from .purposes import TLS_CLIENT

ITERATIONS = 2048
"""Of the key derivation: openssl's default."""


class ArchiveFault(StrEnum):
    """What is wrong with a file of a delivery."""

    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a name, not a password
    NO_PASSWORD = "no-password"  # noqa: S105 - a name, too
    DAMAGED = "damaged"
    COPY = "copy"
    EXPIRED = "expired"
    STRANGER = "stranger"


class FaultyArchive(Struct, frozen=True):
    """An archive, the fault of each identity that has one, and the identities of devices that aren't the company's."""

    data: bytes
    faults: Mapping[str, ArchiveFault]
    strangers: tuple[str, ...]


def faulty_archive(
    identities: Sequence[str],
    faults: Mapping[ArchiveFault, int],
    authority: DeviceIssuer,
    validity: Validity,
    *,
    draw: Random,
    strangers: Iterable[str] = (),
    organization: str = "",
    keystore: KeystoreWriter = device_pkcs12,
) -> FaultyArchive:
    """An archive for these identities, of which so many have each fault; who has which depends on ``draw``.

    A stranger is a file more, for a device that isn't the company's. Raises ``ValueError`` if there are more faults
    than identities: a copy needs a file that is right.
    """
    wrong = [fault for fault, count in faults.items() if fault is not ArchiveFault.STRANGER for _ in range(count)]
    others = tuple(strangers)[: faults.get(ArchiveFault.STRANGER, 0)]
    if len(wrong) >= len(identities):
        raise ValueError(f"{len(wrong)} faults need more than {len(identities)} devices")
    chosen = dict(zip(draw.sample(list(identities), len(wrong)), wrong, strict=True))
    passwords = {identity: "".join(draw.choices(LETTERS, k=12)) for identity in (*identities, *others)}
    right = [identity for identity in identities if identity not in chosen]
    files: dict[str, bytes] = {}
    for identity in (*right, *chosen, *others):
        fault = chosen.get(identity)
        if fault is ArchiveFault.COPY:
            files[identity] = files[right[0]]
            passwords[identity] = passwords[right[0]]
            continue
        credential = authority.issue(x509_name(identity, organization), TLS_CLIENT, _validity(validity, fault))
        files[identity] = _file(keystore, credential, identity, passwords[identity], fault)
    lines = [
        f"{identity}.p12={passwords[identity]}\n"
        for identity in (*identities, *others)
        if chosen.get(identity) is not ArchiveFault.NO_PASSWORD
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for identity in (*identities, *others):
            add_file(archive, f"{identity}.p12", files[identity], validity)
        add_file(archive, CREDENTIALS, "".join(lines).encode(), validity)
    return FaultyArchive(packed.getvalue(), chosen, others)


def _validity(validity: Validity, fault: ArchiveFault | None) -> Validity:
    if fault is not ArchiveFault.EXPIRED:
        return validity
    ended = validity.not_before - timedelta(days=3)
    return Validity(ended - timedelta(days=365), ended)


def _file(
    keystore: KeystoreWriter, credential: Credential, identity: str, password: str, fault: ArchiveFault | None
) -> bytes:
    if fault is ArchiveFault.WRONG_PASSWORD:
        password = password[::-1] + "1"
    data = keystore(credential, identity, password, ITERATIONS)
    return data[: len(data) * 2 // 3] if fault is ArchiveFault.DAMAGED else data
