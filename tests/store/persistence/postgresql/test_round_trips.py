"""How often a writer asks PostgreSQL while all others wait; what it didn't ask for is asked when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.database_file import put_address
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.workspace import Workspace
from tests.cut_wire import CutWire
from tests.postgresql_server import PASSWORD, PostgresqlServer
from tests.tui.sample_inventory import fill

INDEXES = {"things": ("name",)}


@pytest.fixture
def wire(postgresql_server: PostgresqlServer) -> Iterator[CutWire]:
    with closing(CutWire(postgresql_server.port)) as wire:
        yield wire


@pytest.fixture
def both(postgresql_server: PostgresqlServer, wire: CutWire) -> Iterator[tuple[Database, Database]]:
    """A database behind the wire, with one thing in it, and the same by another way."""
    there = postgresql_server.loopback(postgresql_server.new_schema())
    here = there.replace(f":{postgresql_server.port}/", f":{wire.port}/")
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(Database(PostgresqlEngine(postgresql_address(address), INDEXES), INDEXES))
            for address in (here, there)
        )
        one.table("things").insert({"name": "first"})
        yield one, two


def test_a_change_of_one_document_takes_two_round_trips(both: tuple[Database, Database], wire: CutWire) -> None:
    one, two = both
    said: list[bytes] = []

    def listens(part: bytes) -> bool:
        said.append(part)
        return False

    for turn in range(3):
        two.table("things").update({"name": f"theirs {turn}", "seen": turn}, doc_ids=[1])
        said.clear()
        wire.before = listens
        one.table("things").update({"name": f"ours {turn}"}, doc_ids=[1])
        wire.before = None
    assert len(said) == 2, said
    assert one.engine.get("things", 1) == two.engine.get("things", 1) == {"name": "ours 2", "seen": 2}


def test_what_others_wrote_meanwhile_is_told_by_the_next_poll(both: tuple[Database, Database]) -> None:
    one, two = both
    one.poll()
    two.table("things").insert({"name": "second"})
    one.table("things").insert({"name": "third"})
    changes = one.poll()
    assert changes is not None and changes.tables == {"things": {2, 3}}
    assert one.poll() is None


def test_a_table_in_memory_has_what_others_wrote(both: tuple[Database, Database]) -> None:
    one, two = both
    assert len(one.table("things").all()) == 1  # now it is loaded
    two.table("things").insert({"name": "second"})
    with one.transaction():
        assert [thing["name"] for thing in one.table("things")] == ["first", "second"]


@pytest.mark.parametrize("count", [3, 3000], ids=["few", "many"])
def test_rows_of_all_kinds_are_written(both: tuple[Database, Database], count: int) -> None:
    one, two = both
    texts = [f'{number} "quoted" \\ \x00 ä€😀 ' for number in range(count)]
    ids = one.table("things").insert_multiple({"name": text} for text in texts)
    one.table("things").remove(doc_ids=[ids[0]])
    assert [row.body for row in two.engine.scan("things")][1:] == [{"name": text} for text in texts[1:]]
    assert two.engine.check() == []


def test_opening_a_workspace_takes_few_round_trips(
    postgresql_server: PostgresqlServer, wire: CutWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    there = postgresql_server.loopback(postgresql_server.new_schema())
    put_address(tmp_path, postgresql_address(there))
    with Workspace.open(tmp_path) as workspace:
        fill(workspace)
        assert len(workspace.inventory.list()) > 10
    Workspace.open(tmp_path, create=False).close()  # what is due is done
    put_address(tmp_path, postgresql_address(there.replace(f":{postgresql_server.port}/", f":{wire.port}/")))
    said: list[bytes] = []

    def listens(part: bytes) -> bool:
        said.append(part)
        return False

    wire.before = listens
    with Workspace.open(tmp_path, create=False):
        assert len(said) <= 16, said
