"""The store against stock TinyDB: durable one-document updates, transactions, opening, lookups."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tinydb import TinyDB
from tinydb.table import Table

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.persistence.table import DocumentTable

from .report import Report

INDEXES = {"devices": ("serial_number", "issuer_group")}
SIZES = (10_000, 100_000)


def document(number: int) -> dict[str, Any]:
    """A device of about 1.1 kB as JSON."""
    return {
        "serial_number": f"S{number:09}",
        "issuer_group": f"group-{number % 4}",
        "platform": ("ios", "android", "windows", "macos")[number % 4],
        "owner": f"user{number}@example.com",
        "state": "enrolled",
        "history": [f"2026-01-{day:02}T08:00:00Z checked in" for day in range(1, 22)],
        "note": "x" * 200,
    }


def rate(update: Callable[[int], object], seconds: float, at_least: int = 10) -> float:
    """Calls per second of ``update``, over about ``seconds``."""
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds or done < at_least:
        update(done)
        done += 1
    return done / (time.perf_counter() - start)


def change_one(devices: Table, size: int, number: int) -> None:
    devices.update({"state": f"changed {number}"}, doc_ids=[number % size + 1])


def find_one(devices: DocumentTable, number: int) -> None:
    devices.find("serial_number", f"S{number % SIZES[0]:09}")


def stock_rate(folder: Path, size: int) -> float:
    """One-document updates per second of TinyDB's own ``JSONStorage``."""
    devices = TinyDB(folder / "stock.json").table("devices")
    devices.insert_multiple(document(number) for number in range(size))
    return rate(partial(change_one, devices, size), 3)


def main(argv: list[str]) -> int:
    report = Report("store", argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stock = report.figure("stock_updates_per_second_10000", stock_rate(folder, SIZES[0]), "/s")
        rates = {}
        for size in SIZES:
            path = folder / f"{size}.db"
            devices = Database(SqliteEngine(path, INDEXES), INDEXES).table("devices")
            devices.insert_multiple(document(number) for number in range(size))

            database = Database(SqliteEngine(path, INDEXES), INDEXES)
            devices = database.table("devices")
            start = time.perf_counter()
            devices.find("serial_number", "S000000077")
            report.figure(f"lookup_before_loading_{size}", (time.perf_counter() - start) * 1e3, "ms")
            start = time.perf_counter()
            devices.all()
            report.figure(f"open_{size}", time.perf_counter() - start, "s")

            runs = [rate(partial(change_one, devices, size), 1) for _ in range(5)]
            rates[size] = report.figure(f"updates_per_second_{size}", median(runs), "/s")
            lookups = rate(partial(find_one, devices), 0.5)
            report.figure(f"lookup_by_index_{size}", 1e6 / lookups, "µs")
            start = time.perf_counter()
            devices.insert_multiple(document(size + number) for number in range(1000))
            report.figure(f"transaction_of_1000_documents_{size}", time.perf_counter() - start, "s")
            database.close()
        times = rates[SIZES[0]] / stock
        report.ratio("updates_against_stock", times, "at least 300", times >= 300)
        held = rates[SIZES[1]] / rates[SIZES[0]]
        report.ratio("updates_at_100000_against_10000", held, "at least 0.7", held >= 0.7)
    return report.show()
