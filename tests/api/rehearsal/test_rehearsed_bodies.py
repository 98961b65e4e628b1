"""Bodies: the same for the same request, and halved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certfleet.api.rehearsal.rehearsed_bodies import digest_of, halved


def form(boundary: str, text: str) -> tuple[bytes, bytes]:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n{text}\r\n--{boundary}--\r\n'
    return body.encode(), f'multipart/form-data; charset=utf-8; boundary="{boundary}"'.encode()


def test_the_boundary_of_an_upload_makes_no_difference() -> None:
    assert digest_of(b"", *form("one", "text")) == digest_of(b"", *form("two", "text"))
    assert digest_of(b"", *form("one", "text")) != digest_of(b"", *form("one", "other"))


def test_query_and_body_do() -> None:
    found = {digest_of(*parts) for parts in [(b"", b"[1]"), (b"", b"[2]"), (b"a=1", b"[1]"), (b"a=1[1", b"]")]}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("body", "half"),
    [
        ([1, 2, 3, 4], [1, 2]),
        ([1, 2, 3], [1]),
        ({"certificateIds": ["1", "2"], "a": 1}, {"certificateIds": ["1"], "a": 1}),
        ([1], None),
        ({"a": [1, 2], "b": [1, 2]}, None),
        ({"a": 1}, None),
        ("text", None),
    ],
    ids=str,
)
def test_half_of_the_records(body: Any, half: Any) -> None:
    found = halved(json.dumps(body).encode())
    assert (found and json.loads(found)) == half


@pytest.mark.parametrize("body", [b"", b"\xff", b"[1, 2", b"[" * 100_000])
def test_what_is_no_json_has_no_half(body: bytes) -> None:
    assert halved(body) is None
