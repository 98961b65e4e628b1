"""Importing an archive of device certificates, durably, against a bare loop that opens the same PKCS #12 files.

``python -m benchmarks bulk [--files 2000] [--rounds 3] [--json]``

The files are as cryptography writes them by default. The loop has them in memory and does nothing but
``pkcs12.load_key_and_certificates``; the import checks the ZIP archive, reads them out of it, compares each key with
its certificate, and commits record, file and encrypted password. What an import adds to the memory of its process is
measured in a process of its own, with a tenth of the files and with all (on Linux). SQLite keeps up to 64 MB of a
database's pages, however they come in; they are filled before, with rows of nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median

from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from certfleet.simulator.company.bulk_archive import write_bulk_archive
from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.simulator.engine.processes.workers import executor_for
from certfleet.store.authorities.validity import Validity
from certfleet.store.bulk.archive import open_archive
from certfleet.store.bulk.reading import read_all
from certfleet.store.bulk.results import Outcome
from certfleet.store.model.bulk import IdentityType
from certfleet.store.persistence.engine import Row
from certfleet.store.workspace import Workspace

from .report import Report

FILES = 2000
ROUNDS = 3
MOST_GROWTH = 4.0  # MiB that ten times as many files may add: only each one's position in the archive is kept
PAGES = 90 * 1024 * 1024

Loaded = list[tuple[bytes, bytes]]


def write_archive(path: Path, count: int) -> Loaded:
    """Write an archive of this many files; returns each file and its password."""
    now = datetime.now(UTC).replace(microsecond=0)
    validity = Validity(now - timedelta(days=1), now + timedelta(days=365))
    root = IssuingAuthority.root(x509_name("Example Root CA", "Example"), Random(7), validity)
    authority = root.subordinate(x509_name("Example Device CA", "Example"), validity)
    passwords = write_bulk_archive(path, (f"F2LX{number:08}" for number in range(count)), authority, validity)
    with zipfile.ZipFile(path) as archive:
        return [(archive.read(f"{name}.p12"), password.encode()) for name, password in passwords.items()]


def bare_loop(files: Loaded) -> float:
    """Seconds to open every file, and nothing else."""
    start = time.perf_counter()
    for data, password in files:
        key, certificate, _ = load_key_and_certificates(data, password)
        assert key is not None
        assert certificate is not None
    return time.perf_counter() - start


def importing(path: Path, files: Loaded, workers: int) -> tuple[float, float]:
    """Seconds to import the archive into a new workspace on disk, and to import it again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "workspace") as workspace,
        executor_for(workers) as executor,
    ):
        if executor is not None:  # the processes have started and imported their modules
            sample = [(data, password.decode()) for data, password in files[:10]]
            list(executor.map(read_all, [sample] * 4 * workers))
        taken = []
        for outcome in (Outcome.IMPORTED, Outcome.ALREADY_THERE):
            start = time.perf_counter()
            result = workspace.bulk.import_archive(path, identity_type=IdentityType.SERIAL_NUMBER, executor=executor)
            taken.append(time.perf_counter() - start)
            assert len(result.with_outcome(outcome)) == len(files)
        return taken[0], taken[1]


def grow(path: Path, answer: Connection) -> None:
    """Print the MiB that an import adds at most to the memory that this process holds before."""
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "workspace") as workspace:
        _fill(workspace)
        before = _held("VmRSS")
        with open_archive(path) as archive:
            for result in workspace.bulk.import_files(archive, IdentityType.SERIAL_NUMBER):
                assert result.outcome is Outcome.IMPORTED
        answer.send(_held("VmHWM") - before)


def _fill(workspace: Workspace) -> None:
    """Make the database larger than the number of its pages that SQLite caches."""
    table, size = workspace.database.table("bulk_files"), 20_000
    first = 2**40  # the ids before it are free for the import
    for start in range(first, first + PAGES // size, 100):
        table.write(Row(id, {"pkcs12": "0" * size}) for id in range(start, start + 100))


def growth(path: Path) -> float:
    """The MiB that an import adds to a separate process."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=grow, args=(path, theirs))
    process.start()
    theirs.close()
    grown: float = ours.recv()
    process.join()
    return grown


def _held(what: str) -> float:
    """The MiB that this process holds (``VmRSS``), or has held at most (``VmHWM``): ``ru_maxrss`` would include its
    parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == what:
            return int(value.split()[0]) / 1024
    raise LookupError(what)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks bulk", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(argv)
    report = Report("bulk", argv)
    number = options.files
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.zip", Path(folder) / "many.zip"
        write_archive(few, number // 10)
        files = write_archive(many, number)
        bare, one, two, again = [], [], [], []
        for _ in range(options.rounds):
            bare.append(bare_loop(files))
            single, repeated = importing(many, files, 1)
            double, _ = importing(many, files, 2)
            one.append(single)
            two.append(double)
            again.append(repeated)
        small, large = growth(few), growth(many)
    report.figure("bare_loop", number / median(bare), "files/s")
    report.figure("import_one_worker", number / median(one), "files/s")
    report.figure("import_two_workers", number / median(two), "files/s")
    report.figure("import_of_what_is_there_already", number / median(again), "files/s")
    report.figure(f"memory_for_{number // 10}_files", small, "MiB over the baseline")
    report.figure(f"memory_for_{number}_files", large, "MiB over the baseline")
    times = median(single / loop for loop, single in zip(bare, one, strict=True))
    report.ratio("import_one_worker_against_bare_loop", times, "at most 1.25", times <= 1.25)
    gain = median(single / double for single, double in zip(one, two, strict=True))
    report.ratio("two_workers_against_one", gain, "at least 1.6", gain >= 1.6)
    more = large - small
    report.ratio("memory_more_for_ten_times_as_many", more, f"at most {MOST_GROWTH:.0f} MiB", more <= MOST_GROWTH)
    return report.show()
