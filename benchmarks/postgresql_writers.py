"""The writers of ``benchmarks.postgresql_siege``: several threads of a process, each with a workspace of its own."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import folder_of

from .material import issue, pem_chain

AGAIN = ("database-unreachable", "workspace-busy")
"""Refusals that say that nothing was changed, and that it may be tried again."""
SHARED_EVERY = 3  # of the turns of a writer
Answer = TypeVar("Answer")


class Barrier(Protocol):
    """Where processes wait for each other."""

    def wait(self, timeout: float | None = None) -> int: ...


class Event(Protocol):
    """What they wait for then."""

    def wait(self, timeout: float | None = None) -> bool: ...


@dataclass
class WritersTally:
    """What the writers of a process were told. Certificates are their SHA-256 fingerprints, in hexadecimal."""

    confirmed: set[str] = field(default_factory=set)
    untrue: int = 0
    """How often a refusal said that nothing was changed, and the certificate was there."""
    seconds: list[float] = field(default_factory=list)
    """What each import took until it was confirmed, attempts that were refused included."""
    codes: dict[str, int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    finished: int = 0


def write(
    address: str, process: int, threads: int, seconds: float, shared: list[bytes], ready: Barrier, begin: Event
) -> WritersTally:
    """Let so many threads import for so long, as soon as all processes are ready, and ``begin`` is set."""
    account, here = WritersTally(), threading.Barrier(threads + 1)

    def one(thread: int) -> None:
        try:
            with insist(lambda: Workspace.open(folder_of(address)), account) as workspace:
                here.wait()
                begin.wait()
                _import(workspace, f"{process}-{thread}", time.monotonic() + seconds, seconds, shared, account)
            account.finished += 1
        except BaseException as error:  # noqa: BLE001 - it is reported
            here.abort()
            account.failures.append(f"writer {process}-{thread}: {error!r}")

    running = [threading.Thread(target=one, args=(thread,)) for thread in range(threads)]
    for thread in running:
        thread.start()
    here.wait()
    ready.wait()
    for thread in running:
        thread.join()
    return account


def _import(
    workspace: Workspace, name: str, until: float, seconds: float, shared: list[bytes], account: WritersTally
) -> None:
    turn = 0
    while (left := until - time.monotonic()) > 0:
        is_own = turn % SHARED_EVERY != 0
        if is_own:
            pem = pem_chain(issue(f"{name}-{turn}.example.com"))
        else:  # all import the same one at about the same time
            pem = shared[min(len(shared) - 1, int((1 - left / seconds) * len(shared)))]
        imports = partial(workspace.inventory.import_from, CertificateSource(data=pem))
        began = time.monotonic()
        try:
            if not insist(imports, account).imported and is_own:
                account.untrue += 1
        except Refusal as refusal:
            if refusal.code != "outcome-unknown":
                raise
            account.codes[refusal.code] = account.codes.get(refusal.code, 0) + 1
            insist(imports, account)
        account.confirmed.update(fingerprints(pem))
        account.seconds.append(time.monotonic() - began)
        turn += 1


def insist(does: Callable[[], Answer], account: WritersTally) -> Answer:
    """Try again as often as a refusal says that nothing was changed."""
    while True:
        try:
            return does()
        except Refusal as refusal:
            if refusal.code not in AGAIN:
                raise
            account.codes[refusal.code] = account.codes.get(refusal.code, 0) + 1
            time.sleep(0.1)


def fingerprints(pem: bytes) -> frozenset[str]:
    """The SHA-256 fingerprints of the certificates in it."""
    found = x509.load_pem_x509_certificates(pem)
    return frozenset(hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest() for one in found)
