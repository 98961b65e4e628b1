"""What pgbench sends in the place of certfleet's writers: the measurement itself, for a second each."""

from __future__ import annotations

import pytest

from benchmarks import postgresql_floor
from benchmarks.postgresql import SIZE
from benchmarks.postgresql_floor import SCHEMA, by_pgbench, scripts
from benchmarks.store import INDEXES, document
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.postgresql_server import PostgresqlServer


@pytest.mark.slow
def test_each_script_makes_changes(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (postgresql_server.bin / "pgbench").exists():
        pytest.skip("pgbench is not installed")
    monkeypatch.setattr(postgresql_floor, "SECONDS", 1.0)
    address = postgresql_address(postgresql_server.address(SCHEMA))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        database.table("devices").insert_multiple(document(number) for number in range(SIZE))
        for name, trips in scripts().items():
            before = database.engine.last_transaction()
            cost = by_pgbench(postgresql_server, trips)
            assert cost.changes > 0, name
            made = database.engine.last_transaction() - before
            if name == "without_advisory_lock":  # then numbers are given twice
                assert 0 < made <= cost.changes
            else:
                assert made == (0 if name == "the_row_alone" else cost.changes), name
