"""Twenty writers from four processes on one workspace in PostgreSQL, with a rule that must hold across all of them."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.postgresql_server import PostgresqlServer
from tests.waiting import wait_until

INDEXES = {"keys": ("name",), "counters": ()}
PROCESSES, THREADS, TURNS = 4, 5, 20

# Each thread has an engine of its own, as each console has. Every name is wanted by all of them, and may exist once.
WRITER = f"""
import sys, threading, time
from tinydb.operations import increment
from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.postgresql.address import postgresql_address

indexes, failures, unknown = {INDEXES!r}, [], []

def once(database, name):
    with database.transaction():
        if not database.table("keys").find("name", name):
            database.table("keys").insert({{"name": name}})
        database.table("counters").update(increment("value"), doc_ids=[1])

def insist(does):
    while True:
        try:
            return does()
        except Refusal as refusal:  # which says that nothing was changed, or that nobody knows
            if refusal.code == "outcome-unknown":
                return unknown.append(refusal)
            if refusal.code != "database-unreachable":
                raise
            time.sleep(0.1)

def opened():
    return Database(PostgresqlEngine(postgresql_address(sys.argv[1]), indexes), indexes)

def write():
    try:
        with insist(opened) as database:
            for turn in range({TURNS}):
                insist(lambda: once(database, f"key {{turn}}"))
    except BaseException as error:
        failures.append(repr(error))

threads = [threading.Thread(target=write) for _ in range({THREADS})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(unknown))
sys.exit("; ".join(failures) or 0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", [None, signal.SIGINT, signal.SIGQUIT], ids=["undisturbed", "restarted", "crashed"])
def test_twenty_writers_break_no_rule_and_lose_nothing(
    postgresql_server: PostgresqlServer, how: signal.Signals | None
) -> None:
    address = postgresql_address(postgresql_server.address(postgresql_server.new_schema()))
    database = Database(PostgresqlEngine(address, INDEXES), INDEXES)
    database.table("counters").insert({"value": 0})
    line = [sys.executable, "-c", WRITER, postgresql_server.address(address.schema)]
    processes = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(PROCESSES)]
    try:
        if how is not None:
            wait_until(lambda: (database.engine.get("counters", 1) or {})["value"] > 20)
            postgresql_server.restart(how)
        told = [process.communicate(timeout=240) for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * PROCESSES, told
    unknown = sum(int(output) for output, _ in told)
    assert how is signal.SIGQUIT or not unknown
    database.catch_up()
    [counter] = database.table("counters").all()
    assert PROCESSES * THREADS * TURNS - unknown <= counter["value"] <= PROCESSES * THREADS * TURNS
    assert sorted(key["name"] for key in database.table("keys")) == sorted(f"key {turn}" for turn in range(TURNS))
    assert database.engine.check() == []
    database.close()
