"""What strangers may take of the server. An application that does nothing stands in for ours, and limits are small."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from itertools import pairwise
from types import SimpleNamespace

import pytest

from certfleet.api.server.connections import Connections
from certfleet.api.server.limits import RESERVE, Limits, limits_of_process
from certfleet.api.server.memory import give_back
from tests.waiting import wait_until

from .bare_server import GET, NEVER, answer, ask, connect, running


def test_headers_that_do_not_come_are_not_waited_for() -> None:
    with running(headers=0.2) as port, connect(port) as silent, connect(port) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert answer(silent).startswith(b"HTTP/1.1 408 ")
        assert answer(half).startswith(b"HTTP/1.1 408 ")
        wait_until(lambda: ask(port).startswith(b"HTTP/1.1 200 "))  # on a busy machine these may not come in time


def test_a_drop_of_header_now_and_then_does_not_help() -> None:
    with running(headers=0.5) as port, connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError):
            while True:
                connection.sendall(b"X-Slow: 1\r\n")
                time.sleep(0.1)


def test_headers_without_end_are_refused() -> None:
    with running(header_bytes=4096) as port, connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 8192)
        assert answer(connection).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "request_line",
    [b"\x16\x03\x01\x02\0", b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n"],
)
def test_what_is_no_http_is_refused_in_the_shape_of_every_refusal(request_line: bytes) -> None:
    with running() as port, connect(port) as connection:
        connection.sendall(request_line + b"\r\n")
        head, _, body = answer(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n")
        assert json.loads(body)["code"] == "request-refused"


def test_a_body_that_hardly_comes_is_not_waited_for() -> None:
    with running(body=0.3, body_bytes=1000) as port, connect(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
        assert answer(connection).startswith(b"HTTP/1.1 408 ")
        assert ask(port).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_comes_steadily_is_taken() -> None:
    def answered() -> tuple[bytes, float]:
        """The answer to a body that took longer than the limit, and the longest pause in it."""
        found, times = b"", list[float]()
        with connect(port) as connection, suppress(ConnectionError):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n")
            for _ in range(30):
                times.append(time.monotonic())
                connection.sendall(b"x")
                time.sleep(0.05)
            found = connection.recv(65536)
        return found, max((b - a for a, b in pairwise(times)), default=0.0)

    with running(body=1.0, body_bytes=1) as port:
        found, pause = answered()
        while pause > 0.3:  # the machine is so busy that it didn't come steadily
            found, pause = answered()
        assert found.endswith(b"30")


def test_a_chunked_body_is_counted_too() -> None:
    chunks = b"400\r\n" + b"x" * 1024 + b"\r\n"
    with running() as port:
        request = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks * 3 + b"0\r\n\r\n"
        assert ask(port, request).endswith(b"3072")


def test_a_body_that_nobody_wants_is_not_read_for_ever() -> None:
    with running(unwanted=100_000) as port, connect(port) as connection:
        connection.sendall(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 700000000\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        with pytest.raises(OSError):
            for _ in range(700):
                connection.sendall(b"x" * 1_000_000)


def test_idle_connections_are_closed() -> None:
    with running(idle=0.2) as port, connect(port) as connection:
        connection.sendall(GET)
        assert answer(connection).startswith(b"HTTP/1.1 200 ")


def test_too_many_are_told_so_and_then_closed_at_once(caplog: pytest.LogCaptureFixture) -> None:
    with running(connections=3, per_address=3, turned_away=1, spared=NEVER, goodbye=NEVER) as port:
        waiting = [connect(port) for _ in range(3)]
        with connect(port) as one_more:
            one_more.sendall(GET)
            found = answer(one_more)
            assert found.startswith(b"HTTP/1.1 503 ") and b'"code":"connections-busy"' in found
        with connect(port), connect(port) as beyond:
            assert answer(beyond) == b""
        for one in waiting:
            one.sendall(GET)
            assert one.recv(65536).startswith(b"HTTP/1.1 200 ")
            one.close()
    assert len([line for line in caplog.records if "too many connections" in line.message]) == 1


def test_who_waits_longest_makes_room() -> None:
    with running(connections=3, per_address=3, spared=0) as port:
        waiting = [connect(port) for _ in range(3)]
        waiting[2].sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")  # asks for something
        for _ in range(5):
            waiting.append(connect(port))
            waiting[-1].sendall(GET)
            assert waiting[-1].recv(65536).startswith(b"HTTP/1.1 200 ")
        assert [answer(one) for one in waiting[:2]] == [b"", b""]
        waiting[2].sendall(b"abc")
        assert waiting[2].recv(65536).endswith(b"3")
        for one in waiting:
            one.close()


def test_an_address_has_a_share() -> None:
    closed: list[str] = []
    connections = Connections(Limits(connections=4, per_address=2, turned_away=1, spared=5), lambda: 0.0)
    taken = [connections.admit("192.0.2.1", lambda: closed.append("first")) for _ in range(2)]
    turned_away = connections.admit("192.0.2.1", lambda: None)
    assert turned_away is not None and turned_away.turned_away
    assert connections.admit("192.0.2.1", lambda: None) is None
    other = connections.admit("192.0.2.2", lambda: None)
    assert other is not None and not other.turned_away
    assert taken[0] is not None
    taken[0].end()
    turned_away.end()
    again = connections.admit("192.0.2.1", lambda: None)
    assert again is not None and not again.turned_away
    assert closed == []


def test_a_line_a_minute_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]
    connections = Connections(Limits(connections=1, per_address=1, turned_away=0), lambda: clock[0])
    connections.admit("192.0.2.1", lambda: None)
    with caplog.at_level(logging.WARNING, "certfleet.api"):
        for _ in range(100):
            assert connections.admit("192.0.2.1", lambda: None) is None
        clock[0] = 61.0
        first = connections.admit("192.0.2.1", lambda: None)
    assert first is not None  # the one that had waited for a minute made room
    assert [line.args for line in caplog.records] == [(1, 0, 1, 1, 1), (99, 1, 0, 1, 1)]


def test_the_limits_are_below_that_of_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for files, most in ((1024, 1024 - RESERVE - 64), (100, 16), (10**6, 1000)):
        monkeypatch.setattr("resource.getrlimit", lambda _, files=files: (files, files))
        limits = limits_of_process()
        assert (limits.connections, limits.per_address) == (most, max(16, most // 2))


def test_a_request_that_is_cut_off_at_the_end_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    with running() as port:
        connection = connect(port)
        connection.sendall(b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n" + GET)
        half = connect(port)
        half.sendall(b"GET / HT")
        assert ask(port).startswith(b"HTTP/1.1 200 ")
    assert b"server-stopping" in answer(connection)
    assert answer(half) == b""
    assert not [line for line in caplog.records if line.exc_info]


@pytest.mark.parametrize("has_it", [True, False])
def test_memory_is_given_back_where_the_c_library_keeps_it(monkeypatch: pytest.MonkeyPatch, has_it: bool) -> None:
    called: list[int] = []
    library = SimpleNamespace(**({"malloc_trim": called.append} if has_it else {}))
    monkeypatch.setattr("ctypes.CDLL", lambda name: library)
    give_back()
    assert called == [0] * has_it
