"""Fixtures for tests, beside trustme's certificates and a bare loop over the same keystores.

``python -m benchmarks fixtures [--devices N]``: every time is the best of several, in turns.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import trustme
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from certfleet.testing import authority, bulk_archive, fleet
from certfleet.testing.archives import passwords_in
from certfleet.testing.keystores import ITERATIONS

from .report import Report

LEAVES = 1000
ROUNDS = 5


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks fixtures")
    parser.add_argument("--devices", type=int, default=10_000, help="devices in the archive")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("fixtures", argv)
    _leaves(report)
    _fleets(report)
    _archive(report, options.devices)
    code = "import time; began = time.perf_counter(); import certfleet.testing; print(time.perf_counter() - began)"
    imported = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(ROUNDS))
    report.figure("import_of_the_package", imported * 1000, "ms")
    report.ratio("import_seconds", imported, "below 0.2", imported < 0.2)
    return report.show()


def _leaves(report: Report) -> None:
    names = [f"host-{number}.example.test" for number in range(LEAVES)]
    theirs, ours = trustme.CA(), authority()
    fixed = authority(fixed_keys=True)

    def one_by_one() -> None:
        for name in names:
            made = ours.issue_cert(name)
            _ = made.private_key_and_cert_chain_pem

    def by_trustme() -> None:
        for name in names:
            theirs.issue_cert(name)  # which writes its PEM at once

    many, one, other, repeated = _best(
        lambda: ours.issue_certs(names), one_by_one, by_trustme, lambda: fixed.issue_certs(names)
    )
    report.figure("trustme_leaf", other / LEAVES * 1e6, "us")
    report.figure("leaf_with_its_pem", one / LEAVES * 1e6, "us")
    report.figure("leaf_of_many", many / LEAVES * 1e6, "us")
    report.figure("leaf_of_many_with_fixed_keys", repeated / LEAVES * 1e6, "us")
    report.ratio("a_leaf_over_trustme", one / other, "at most 1.1", one <= 1.1 * other)
    report.ratio("trustme_over_many_leaves", other / many, "at least 5", other >= 5 * many)


def _fleets(report: Report) -> None:
    fleet(devices=10)  # the tables are read once
    plain, certified = _best(
        lambda: fleet(devices=LEAVES, seed=3), lambda: fleet(devices=LEAVES, seed=3, certificates=True)
    )
    report.figure("fleet_of_1000", plain * 1000, "ms")
    report.figure("fleet_of_1000_with_certificates", certified * 1000, "ms")
    report.ratio("fleet_seconds", plain, "below 0.2", plain < 0.2)
    report.ratio("fleet_with_certificates_seconds", certified, "below 1", certified < 1)


def _archive(report: Report, devices: int) -> None:
    identities = [f"F{number:011}" for number in range(devices)]
    began = time.process_time()
    made = bulk_archive(identities)
    ours = time.process_time() - began
    passwords = passwords_in(made.data)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        loaded = [
            (name, pkcs12.load_pkcs12(archive.read(f"{name}.p12"), passwords[name].encode())) for name in identities
        ]
    began = time.process_time()
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in loaded:
            assert one.cert is not None and isinstance(one.key, ec.EllipticCurvePrivateKey)
            encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(ITERATIONS)
            chain = [extra.certificate for extra in one.additional_certs]
            data = pkcs12.serialize_key_and_certificates(
                name.encode(), one.key, one.cert.certificate, chain, encryption.build(passwords[name].encode())
            )
            archive.writestr(f"{name}.p12", data)
    bare = time.process_time() - began
    report.figure(f"archive_of_{devices}", ours, "s")
    report.figure("bare_loop_over_the_same", bare, "s")
    report.ratio("archive_over_a_bare_loop", ours / bare, "at most 1.25", ours <= 1.25 * bare)


def _best(*works: Callable[[], object]) -> list[float]:
    """The processor's seconds for each, the best of some rounds that take turns: others may use the machine."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            began = time.process_time()
            work()
            best[place] = min(best[place], time.process_time() - began)
    return best
