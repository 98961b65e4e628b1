"""How fast eight writers could be at most: what they send to PostgreSQL, sent by a client in C (pgbench) that does
nothing else, whole and without parts of it; beside the writers themselves.

``python -m benchmarks postgresql-floor [--json]``. Processor time is told for each change, because it depends on what
else the machine does less than the rate does. The server waits for the disk.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.postgresql.progress import FLUSH, LOOK_AND_NEWEST_POINT, telling
from tests.postgresql_server import DATABASE, USER, PostgresqlServer, programs

from .postgresql import SECONDS, SIZE, WRITERS
from .report import Report
from .store import INDEXES, change_one, document

SCHEMA = "floor"
_TICKS = os.sysconf("SC_CLK_TCK")
_NUMBER = "(SELECT number + 1 FROM _transactions)"
_PLACE = re.compile(r"\?(\d*)")

LOCK = "SELECT pg_advisory_xact_lock(42);"
ROW = "SELECT convert_to(body, 'UTF8'), sum FROM devices WHERE id = :id AND body IS NOT NULL;"


def filled(statement: str, values: tuple[object, ...]) -> str:
    """A statement of the engine's with these values in it."""
    left = iter(values)

    def value(found: re.Match[str]) -> str:
        value = values[int(found[1]) - 1] if found[1] else next(left)
        text = str(value)
        return f"'{text}'" if isinstance(value, str) and text != _NUMBER else text

    return f"{_PLACE.sub(value, statement)};".replace(":LEAST", ": LEAST")  # or pgbench takes it for a variable


def scripts() -> dict[str, list[list[str]]]:
    """By name: the statements of each round trip."""
    body = json.dumps(document(7), separators=(",", ":"))
    write = f"UPDATE devices SET number = {_NUMBER}, body = '{body}', sum = 1 WHERE id = :id;"
    look = filled(LOOK_AND_NEWEST_POINT, (2**60, 7))
    text, (_, *others) = telling(0, 7, ["devices"], f"certfleet_{SCHEMA}", later=True)
    tell = filled(text, (_NUMBER, *others))
    silent = tell.replace(f"pg_notify('certfleet_{SCHEMA}'::text, '0'::text), ", "")
    flush = f"{FLUSH[0]};"
    return {
        "as_sent": [["BEGIN;", LOCK, look, ROW], [write, tell, "COMMIT;", flush]],
        "without_notify": [["BEGIN;", LOCK, look, ROW], [write, silent, "COMMIT;", flush]],
        "without_advisory_lock": [["BEGIN;", look, ROW], [write, tell, "COMMIT;", flush]],
        "read_before_the_lock": [[look, ROW], ["BEGIN;", LOCK, write, tell, "COMMIT;", flush]],
        "one_round_trip_without_reading": [["BEGIN;", LOCK, write, tell, "COMMIT;", flush]],
        "the_row_alone": [[write.replace(_NUMBER, "1")]],
    }


def server_seconds(pid: int) -> float:
    """Processor time of a server and its processes so far, in seconds."""

    def fields(pid: str) -> list[str]:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

    ticks = 0
    for name in (entry.name for entry in Path("/proc").iterdir()):
        try:
            if name.isdigit() and (name == str(pid) or fields(name)[1] == str(pid)):
                ticks += sum(map(int, fields(name)[11:15]))
        except OSError:  # it has ended meanwhile
            continue
    return ticks / _TICKS


@dataclass(frozen=True)
class ProcessorCost:
    """Of some changes, in seconds of processor time."""

    changes: int
    client: float
    server: float

    def tell(self, report: Report, name: str) -> None:
        """Add it to a report."""
        changes = max(1, self.changes)
        report.figure(f"{name}_changes_per_second", self.changes / SECONDS, "/s")
        report.figure(f"{name}_server", self.server / changes * 1e3, "ms of processor time a change")
        report.figure(f"{name}_client", self.client / changes * 1e3, "ms of processor time a change")


def by_pgbench(server: PostgresqlServer, trips: list[list[str]]) -> ProcessorCost:
    """Eight clients send these round trips again and again."""
    lines = [f"\\set id random(1, {SIZE})"]
    for statements in trips:
        lines += ["\\startpipeline", *statements, "\\endpipeline"]
    script = server.folder / "script.sql"
    script.write_text("\n".join(lines))
    script.chmod(0o644)
    where = ["-h", str(server.folder), "-p", str(server.port), "-U", USER, DATABASE]
    how = ["-n", "-M", "prepared", "-c", str(WRITERS), "-j", str(WRITERS), "-T", str(round(SECONDS)), "-f", str(script)]
    environment = {**os.environ, "PGOPTIONS": f"-c search_path={SCHEMA} -c plan_cache_mode=force_generic_plan"}
    server.run(f"VACUUM {SCHEMA}.devices")
    clients, servers = _children(), server_seconds(server.pid)
    command = [str(server.bin / "pgbench"), *how, *where]
    said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"actually processed: (\d+)", said)
    return ProcessorCost(int(found[1]) if found else 0, _children() - clients, server_seconds(server.pid) - servers)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_writers(server: PostgresqlServer, address: str) -> ProcessorCost:
    """Eight processes change documents by certfleet's engine."""
    begin = time.time() + 8  # they have been started by then
    with ProcessPoolExecutor(WRITERS, mp_context=multiprocessing.get_context("spawn")) as processes:
        writing = [processes.submit(_update, address, begin, writer) for writer in range(WRITERS)]
        time.sleep(max(0.0, begin - time.time()))
        servers = server_seconds(server.pid)
        done = [one.result() for one in writing]
        servers = server_seconds(server.pid) - servers
    return ProcessorCost(sum(changes for changes, _ in done), sum(seconds for _, seconds in done), servers)


def _update(address: str, begin: float, writer: int) -> tuple[int, float]:
    with Database(PostgresqlEngine(postgresql_address(address), INDEXES), INDEXES) as database:
        devices, each = database.table("devices"), SIZE // WRITERS
        time.sleep(max(0.0, begin - time.time()))
        used, end, done = time.process_time(), time.monotonic() + SECONDS, 0
        while time.monotonic() < end:
            change_one(devices, each, done + writer * each)
            done += 1
        return done, time.process_time() - used


def main(argv: list[str]) -> int:
    report, found = Report("postgresql-floor", argv), programs()
    if found is None or not (found / "pgbench").exists():
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        return 2
    server = PostgresqlServer(found, durable=True)
    try:
        server.begin()
        address = server.address(SCHEMA)
        with Database(PostgresqlEngine(postgresql_address(address), INDEXES), INDEXES) as database:
            database.table("devices").insert_multiple(document(number) for number in range(SIZE))
        by_writers(server, address).tell(report, "certfleet")
        for name, trips in scripts().items():
            by_pgbench(server, trips).tell(report, name)
    finally:
        server.end()
    return report.show()
