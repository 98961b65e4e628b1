"""PostgreSQL against SQLite on the same machine: durable one-document updates of one process and of eight at once, and
whole fleets written and read.

It starts a server of its own in a temporary folder, where Debian's programs are.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.postgresql_server import PostgresqlServer, programs

from .report import Report
from .store import INDEXES, change_one, document, rate

SIZE = 10_000
WRITERS = 8
SECONDS = 6.0


def opened(where: str) -> Engine:
    """The engine at a path or an address."""
    if "://" in where:
        return PostgresqlEngine(postgresql_address(where), INDEXES)
    return SqliteEngine(Path(where), INDEXES)


def updates(where: str, begin: float, seconds: float, writer: int) -> int:
    """How many updates one of several processes makes, from a moment on (Unix time), each of documents of its own."""
    with Database(opened(where), INDEXES) as database:
        devices = database.table("devices")
        time.sleep(max(0.0, begin - time.time()))
        end, done = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            change_one(devices, SIZE // WRITERS, done + writer * SIZE // WRITERS)
            done += 1
    return done


def at_once(where: str) -> float:
    """Updates per second of eight processes together."""
    begin = time.time() + 8  # they have been started by then
    with ProcessPoolExecutor(WRITERS, mp_context=multiprocessing.get_context("spawn")) as processes:
        done = list(processes.map(partial(updates, where, begin, SECONDS), range(WRITERS)))
    return sum(done) / SECONDS


def measure(report: Report, name: str, where: str) -> tuple[float, float]:
    """All figures of one engine; returns the rates with one writer and with eight."""
    start = time.perf_counter()
    with Database(opened(where), INDEXES) as database:
        database.table("devices").insert_multiple(document(number) for number in range(SIZE))
        report.figure(f"{name}_{SIZE}_written_in_one_transaction", time.perf_counter() - start, "s")
    with Database(opened(where), INDEXES) as database:
        devices = database.table("devices")
        found = rate(lambda number: devices.find("serial_number", f"S{number * 7 % SIZE:09}"), 2)
        report.figure(f"{name}_lookups_per_second", found, "/s")
        start = time.perf_counter()
        devices.all()
        report.figure(f"{name}_{SIZE}_read", time.perf_counter() - start, "s")
        one = report.figure(
            f"{name}_updates_per_second_one_writer", rate(partial(change_one, devices, SIZE), SECONDS), "/s"
        )
    return one, report.figure(f"{name}_updates_per_second_eight_writers", at_once(where), "/s")


def main(argv: list[str]) -> int:
    report, found = Report("postgresql", argv), programs()
    if found is None:
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        return 2
    server = PostgresqlServer(found, durable=True)
    try:
        server.begin()
        with tempfile.TemporaryDirectory() as folder:
            one, eight = measure(report, "sqlite", str(Path(folder) / "store.db"))
            one_there, eight_there = measure(report, "postgresql", server.address("benchmark"))
    finally:
        server.end()
    report.ratio("one_writer_of_sqlites_rate", one_there / one, ">= 0.3", one_there >= 0.3 * one)
    report.ratio("eight_writers_of_sqlites_rate", eight_there / eight, "> 1", eight_there > eight)
    return report.show()
