"""Enrolling a fleet, durably, against a bare loop of the same cryptography; with one worker and with two.

``python -m benchmarks enrol [--devices 10000] [--json]``
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certfleet.simulator.engine.issuing.issuance import Issuance
from certfleet.simulator.engine.processes.workers import executor_for
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.drawn_parts import enroll_drawn, enroll_part
from certfleet.simulator.fleet.enrolling import Newcomer, enroll_all
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing, first_monday, keep_drawn
from certfleet.store.workspace import Workspace

from .report import Report

ROUNDS = 3


def bare_loop(devices: int) -> float:
    """Seconds for key, CSR, its verification, certificate and PEM of this many devices, and nothing else."""
    issuer_key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Device CA")])
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    now = datetime.now(UTC)
    start = time.perf_counter()
    for number in range(devices):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"S{number:09}")])
        csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
        assert csr.is_signature_valid
        public_key = csr.public_key()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(csr.subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(client, critical=False)
            .add_extension(identifier, critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        certificate.public_bytes(Encoding.PEM)
    return time.perf_counter() - start


def enrolling(devices: int, workers: int) -> tuple[float, float]:
    """Seconds to generate and enroll this many devices in a new workspace on disk, and the part for generating them;
    with more workers than one, these generate them too."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "workspace", start=first_monday(datetime.now(UTC))) as workspace,
        executor_for(workers) as executor,
    ):
        record = begin_drawing(workspace, FleetPlan(devices=devices))
        drawing = Drawing.of(workspace, record)
        material = drawing.material(workspace)
        # The processes have started and imported their modules; the forms of the identities are prepared on first use.
        if executor is None:
            list(drawing.newcomers(devices, devices + 500))
        else:
            warming = partial(enroll_part, material, pickle.dumps(drawing.facts), devices)
            list(executor.map(warming, [devices + 500] * 4 * workers))
        drawn = 0.0

        def newcomers() -> Iterator[Newcomer]:
            nonlocal drawn
            for index in range(devices):
                before = time.perf_counter()
                one = drawing.newcomer(index)
                drawn += time.perf_counter() - before
                yield one

        start = time.perf_counter()
        if executor is None:
            batches = enroll_all(newcomers(), material, Issuance(None))
        else:
            batches = enroll_drawn(drawing, material, 0, devices, executor)
        for batch in batches:
            keep_drawn(workspace, record, batch)
        total = time.perf_counter() - start
        assert workspace.devices.counts().states["enrolled"] == devices
        return total, drawn


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks enrol", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(argv)
    report = Report("enrol", argv)
    number = options.devices
    bare, one, two = [], [], []
    for _ in range(options.rounds):
        bare.append(bare_loop(number))
        one.append(enrolling(number, 1))
        two.append(enrolling(number, 2))
    report.figure("bare_loop", number / median(bare), "devices/s")
    report.figure("drawing", number / median(drawn for _, drawn in one), "devices/s")
    report.figure("enrolling_one_worker", number / median(total - drawn for total, drawn in one), "devices/s")
    report.figure("drawing_and_enrolling_one_worker", number / median(total for total, _ in one), "devices/s")
    report.figure("drawing_and_enrolling_two_workers", number / median(total for total, _ in two), "devices/s")
    rate = median(loop / (total - drawn) for loop, (total, drawn) in zip(bare, one, strict=True))
    report.ratio("enrolling_against_bare_loop", rate, "at least 1.2", rate >= 1.2)
    gain = median(single / double for (single, _), (double, _) in zip(one, two, strict=True))
    report.ratio("two_workers_against_one", gain, "at least 1.7", gain >= 1.7)
    return report.show()
