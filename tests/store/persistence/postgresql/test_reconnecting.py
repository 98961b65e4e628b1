"""A server of PostgreSQL that takes connections and never answers: whoever draws a screen doesn't wait for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.postgresql.reconnecting import Reconnecting
from tests.cut_wire import CutWire
from tests.postgresql_server import PostgresqlServer
from tests.waiting import LONG, wait_until

ADDRESS = PostgresqlAddress("postgresql://nowhere", "things", "nowhere")


class Attempt:
    """What an attempt makes, when it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.made = 0
        self.closed = 0

    def connect(self) -> Attempt:
        assert self.may.wait(LONG)
        self.made += 1
        return self

    def close(self) -> None:
        self.closed += 1


async def test_a_screen_goes_on_while_an_attempt_lasts() -> None:
    made = Attempt()
    reconnecting = Reconnecting(ADDRESS, made.connect)
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            reconnecting.connection()
        assert refused.value.code == "database-unreachable"
    made.may.set()
    connection = None
    while connection is None:
        with suppress(Refusal):
            connection = reconnecting.connection()
        await asyncio.sleep(0.01)
    assert connection is made
    assert made.made == 1


def test_whoever_draws_no_screen_waits() -> None:
    made = Attempt()
    threading.Timer(0.5, made.may.set).start()
    assert Reconnecting(ADDRESS, made.connect).connection() is made


async def test_a_connection_that_nobody_wants_any_more_is_closed() -> None:
    made = Attempt()
    reconnecting = Reconnecting(ADDRESS, made.connect)
    with pytest.raises(Refusal):
        reconnecting.connection()
    reconnecting.close()
    made.may.set()
    await asyncio.to_thread(wait_until, lambda: made.closed == 1)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of somebody who takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


async def test_polling_does_not_wait_for_a_server_that_says_nothing(
    postgresql_server: PostgresqlServer, postgresql_workspace: str, silent: int
) -> None:
    wire = CutWire(postgresql_server.port)
    schema = postgresql_address(postgresql_workspace).schema
    address = postgresql_server.loopback(schema).replace(f":{postgresql_server.port}/", f":{wire.port}/")
    with closing(wire), Database(PostgresqlEngine(postgresql_address(address), {"things": ()})) as database:
        database.poll()
        wire.server_port = silent
        wire.cut()
        said = ""
        while "doesn't answer" not in said:
            with pytest.raises(Refusal) as refused:
                while True:  # until it is noticed
                    database.poll()
                    await asyncio.sleep(0.01)
            said = refused.value.message
        with pytest.raises(Refusal, match="doesn't answer"):  # neither does who reads
            database.engine.count("things")
        wire.server_port = postgresql_server.port
        wire.cut()
        heard = False
        while not heard:
            with suppress(Refusal):
                database.poll()
                heard = database.engine.count("things") == 0
            await asyncio.sleep(0.05)
