"""Importing PEM chains, durably, against a bare loop that parses, verifies and fingerprints them."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certfleet.store.errors import Refusal
from certfleet.store.inventory.inventory import Inventory
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace

from .material import chains_of_three
from .report import Report

CHAINS = 200
ROUNDS = 5


def bare_loop(chains: list[bytes]) -> float:
    """Seconds to parse, verify and fingerprint every chain, and nothing else."""
    start = time.perf_counter()
    for data in chains:
        certificates = x509.load_pem_x509_certificates(data)
        for certificate, issuer in zip(certificates, [*certificates[1:], certificates[-1]], strict=True):
            certificate.verify_directly_issued_by(issuer)
            certificate.fingerprint(hashes.SHA256())
            public_key = certificate.public_key()
            spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            hashlib.sha256(spki).hexdigest()
    return time.perf_counter() - start


def import_one_by_one(inventory: Inventory, chains: list[bytes]) -> None:
    """Import each file in a durable transaction."""
    for data in chains:
        inventory.import_from(CertificateSource(data=data, name="chain.pem"))


def import_in_one_go(inventory: Inventory, chains: list[bytes]) -> None:
    """Import all files of a folder, independently, durable in batches."""
    for outcome in inventory.import_all(CertificateSource(data=data, name="chain.pem") for data in chains):
        assert not isinstance(outcome, Refusal)


def seconds(work: Callable[[Inventory, list[bytes]], None], chains: list[bytes]) -> float:
    """The seconds that an import into a new workspace takes."""
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "workspace") as workspace:
        start = time.perf_counter()
        work(workspace.inventory, chains)
        taken = time.perf_counter() - start
        assert len(workspace.inventory.list()) == 3 * len(chains)
    return taken


def main(argv: list[str]) -> int:
    report = Report("import", argv)
    rounds = []
    for _ in range(ROUNDS):
        # New chains for each run, so that nothing is cached from the previous one.
        one, other = chains_of_three(CHAINS), chains_of_three(CHAINS)
        bare = (bare_loop(one) + bare_loop(other)) / 2
        rounds.append((bare, seconds(import_in_one_go, one), seconds(import_one_by_one, other)))
    del rounds[0]  # a warm-up
    report.figure("bare_loop_200_chains", median(bare for bare, _, _ in rounds), "s")
    report.figure("import_200_chains_in_one_go", median(together for _, together, _ in rounds), "s")
    report.figure("import_200_chains_one_by_one", median(single for _, _, single in rounds), "s")
    times = median(together / bare for bare, together, _ in rounds)
    report.ratio("import_in_one_go_against_bare_loop", times, "at most 3", times <= 3)
    report.figure("import_one_by_one_against_bare_loop", median(single / bare for bare, _, single in rounds), "x")
    return report.show()
