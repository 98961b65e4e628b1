"""The header Host: RFC 9112 section 3.2."""

from __future__ import annotations

import json

import pytest

from .bare_server import GET, answer, ask, connect, running


@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        ("", "the request has no Host header"),
        ("Host: a\r\nHost: a\r\n", "the request has more than one Host header"),
        ("Host:\r\n", "the request's Host header names no host"),
        ("Host: mdm.example.test/devices\r\n", "the request's Host header names no host"),
        ("Host: admin@mdm.example.test\r\n", "the request's Host header names no host"),
        ("Host: mdm.example.test:https\r\n", "the request's Host header names no host"),
        ("Host: [::1\r\n", "the request's Host header names no host"),
        ("Host: [1::2::3]\r\n", "the request's Host header names no host"),
        ("Host: b\xfccher.example.test\r\n", "the request's Host header names no host"),
    ],
)
@pytest.mark.parametrize("body", ["", "Content-Length: 3\r\n"])
def test_a_request_names_one_host(hosts: str, message: str, body: str) -> None:
    with running() as port, connect(port) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{hosts}{body}\r\n".encode("latin-1") + (b"abc" if body else b""))
        head, _, said = answer(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert json.loads(said) == {"status": 400, "message": message, "code": "request-refused", "hint": None}


@pytest.mark.parametrize(
    "request_line",
    [
        *(
            f"GET / HTTP/1.1\r\nHost: {host}\r\n"
            for host in (
                "x",
                "mdm.example.test:4443",
                "192.0.2.7",
                "[2001:db8::7]:4443",
                "[v1.x]",
                "a%2Db",
                "x:",
                "x \t",
            )
        ),
        "GET http://mdm.example.test/ HTTP/1.1\r\nHost: mdm.example.test\r\n",
        "GET / HTTP/1.0\r\n",
    ],
)
def test_whatever_names_a_host_is_taken_and_the_old_http_needs_none(request_line: str) -> None:
    with running() as port:
        assert ask(port, request_line.encode() + b"\r\n").startswith(b"HTTP/1.1 200 ")


def test_the_second_request_of_a_connection_names_its_host_too() -> None:
    with running() as port, connect(port) as connection:
        connection.sendall(GET)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 400 ")
