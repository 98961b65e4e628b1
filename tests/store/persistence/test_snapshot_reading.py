"""Reading exports document by document: any layout of the same JSON, anything else refused, little in memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.errors import Refusal
from certfleet.store.persistence import snapshot_reading
from certfleet.store.persistence.snapshot_reading import read_snapshot

TABLES = ("certificates", "devices", "audit")
CONTENT: dict[str, dict[str, dict[str, Any]]] = {
    "certificates": {"1": {"subject": 'CN="ä{", 日本', "days": [1, 2.5, None]}, "7": {}},
    "audit": {},
    "devices": {"12345678901": {"nested": {"deep": {"deeper": ["}", "{"]}}}},
}


def read(data: bytes) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for table, row in read_snapshot(io.BytesIO(data), TABLES):
        found.setdefault(table, {})[str(row.id)] = row.body
    return found


def without_empty(content: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {table: rows for table, rows in content.items() if rows}


@pytest.mark.parametrize("layout", [{}, {"indent": 4}, {"separators": (",", ":")}, {"ensure_ascii": False}])
@pytest.mark.parametrize("part", [1, 3, 17, 1024])
def test_any_layout_is_read_and_in_parts_of_any_size(
    layout: dict[str, Any], part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_reading, "_PART", part)
    assert read(json.dumps(CONTENT, **layout).encode()) == without_empty(CONTENT)


@given(
    st.dictionaries(
        st.sampled_from(TABLES),
        st.dictionaries(
            st.integers(1, 2**62).map(str),
            st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)),
        ),
    )
)
def test_what_json_holds_comes_out(content: dict[str, dict[str, Any]]) -> None:
    assert read(json.dumps(content).encode()) == without_empty(content)


def test_a_file_that_ends_anywhere_is_refused() -> None:
    whole = json.dumps(CONTENT, ensure_ascii=False).encode()
    for length in range(len(whole)):
        with pytest.raises(Refusal, match="snapshot-unreadable"):
            read(whole[:length])


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"null",
        b'{"audit": []}',
        b'{"audit": {"1": []}}',
        b'{"audit": {"1": {"x": NaN}}}',
        b'{"audit": {"0": {}}}',
        b'{"audit": {"-1": {}}}',
        b'{"audit": {"x": {}}}',
        b'{"audit": {"1": {}},}',
        b'{"audit": {"1": {}}} {}',
        b'{"audit": {"1": {} "2": {}}}',
        b'{"audit" {}}',
        b'{"audit": {"1": {"x": "\xff"}}}',
        b'{"audit": {"1": {"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}}",
    ],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="snapshot-unreadable"):
        read(data)


def test_a_table_that_no_workspace_has_is_named() -> None:
    with pytest.raises(Refusal, match="'strange'"):
        read(b'{"strange": {}}')


class GrowingExport(io.RawIOBase):
    """A large export that is made while it is read."""

    def __init__(self, documents: int) -> None:
        self._parts = self._made(documents)
        self._left = b""

    def _made(self, documents: int) -> Iterator[bytes]:
        yield b'{"devices": {'
        for id in range(1, documents + 1):
            yield b'%s"%d": {"text": "%s"}' % (b"," if id > 1 else b"", id, b"x" * 1000)
        yield b"}}"

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        found, self._left = self._left[:size], self._left[size:]
        return found


def test_what_is_in_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_reading, "_PART", 64 * 1024)

    def peak(documents: int) -> int:
        tracemalloc.start()
        try:
            found = read_snapshot(cast(BinaryIO, GrowingExport(documents)), TABLES)
            assert len([None for _ in found]) == documents
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(8000) < 2 * peak(1000)
