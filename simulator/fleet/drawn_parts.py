"""Drawing a fleet and enrolling it, in this process or in an executor's.

There a fleet is divided into parts. A process draws the devices of a part, does their work and the CA's, and hands back
rows as they will be stored, so that little more than writing them is left to the process that commits.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from functools import lru_cache
from itertools import islice

import msgspec
from msgspec import Struct

from ...store.devices.device_tables import Batch
from ...store.devices.events import Occurrence
from ...store.model.documents import to_text
from ..engine.issuing.issuance import Issuance, IssuingSecrets, refusing_lost_workers
from . import enrolling
from .drawing import Drawing, DrawingFacts

PART = 128
"""Devices in a part."""
_AHEAD = 2  # batches that are under way while one is being written


class DrawnPart(Struct, frozen=True, array_like=True, gc=False):
    """Enrolled devices and their certificates as JSON without their ids, by id, and what happened."""

    devices: dict[int, str]
    certificates: dict[int, str]
    occurrences: list[Occurrence]


_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(DrawnPart).decode


def enroll_drawn(
    drawing: Drawing, material: IssuingSecrets, first: int, end: int, executor: Executor | None
) -> Iterator[Batch]:
    """Enroll the devices with indexes from ``first`` up to, not including, ``end``; yields batches, which the caller
    writes at once. The batches are the same with and without an executor.

    Refuses with ``workers-lost`` if one of its processes has ended.
    """
    if executor is None:
        return enrolling.enroll_all(drawing.newcomers(first, end), material, Issuance(None))
    return _enroll_elsewhere(pickle.dumps(drawing.facts), material, first, end, executor)


def _enroll_elsewhere(
    facts: bytes, material: IssuingSecrets, first: int, end: int, executor: Executor
) -> Iterator[Batch]:
    starts, under_way = iter(range(first, end, enrolling.BATCH)), deque[list[Future[bytes]]]()
    try:
        while True:
            for start in islice(starts, 1 + _AHEAD - len(under_way)):
                stop = min(start + enrolling.BATCH, end)
                parts = [(at, min(at + PART, stop)) for at in range(start, stop, PART)]
                with refusing_lost_workers():
                    under_way.append([executor.submit(enroll_part, material, facts, *part) for part in parts])
            if not under_way:
                return
            batch = Batch()
            for future in under_way.popleft():
                with refusing_lost_workers():
                    part = _decode(future.result())
                batch.device_texts |= part.devices
                batch.certificate_texts |= part.certificates
                batch.occurrences += part.occurrences
            yield batch
    finally:
        for futures in under_way:
            for future in futures:
                future.cancel()


def enroll_part(material: IssuingSecrets, facts: bytes, first: int, end: int) -> bytes:
    """Draw and enroll the devices with these indexes; the answer is a ``DrawnPart``, as MessagePack. ``facts`` is a
    pickled ``DrawingFacts``."""
    (batch,) = enrolling.enroll_all(_drawing(facts).newcomers(first, end), material, Issuance(None), end - first)
    devices = {id: to_text(device) for id, device in batch.devices.items()}
    certificates = {id: to_text(certificate) for id, certificate in batch.certificates.items()}
    return _encode(DrawnPart(devices, certificates, batch.occurrences))


@lru_cache(maxsize=1)
def _drawing(facts: bytes) -> Drawing:
    read: DrawingFacts = pickle.loads(facts)
    return Drawing(read)
