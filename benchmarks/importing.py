"""Importing PEM chains, durably, against a bare loop that parses, verifies and fingerprints them."""

from __future__ import annotations

import hashlib
import tempfile
import time
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certfleet.store.certificates.sources import CertificateSource
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


def import_all(chains: list[bytes]) -> float:
    """Seconds to import every chain into a new workspace, a durable transaction each."""
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "workspace") as workspace:
        start = time.perf_counter()
        for data in chains:
            workspace.inventory.import_from(CertificateSource(data=data, name="chain.pem"))
        seconds = time.perf_counter() - start
        assert len(workspace.inventory.list()) == 3 * len(chains)
    return seconds


def main(argv: list[str]) -> int:
    report = Report("import", argv)
    pairs = []
    for _ in range(ROUNDS):
        chains = chains_of_three(CHAINS)  # new ones each time, so that nothing is remembered
        pairs.append((bare_loop(chains), import_all(chains)))
    del pairs[0]  # the first round warms up
    report.figure("bare_loop_200_chains", median(bare for bare, _ in pairs), "s")
    report.figure("import_200_chains_durable", median(ours for _, ours in pairs), "s")
    times = median(ours / bare for bare, ours in pairs)
    report.ratio("import_against_bare_loop", times, "at most 3", times <= 3)
    return report.show()
