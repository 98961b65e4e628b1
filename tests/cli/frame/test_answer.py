"""A document with a list that is written while it is made looks like one that was made as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from certfleet.cli.frame import answer
from certfleet.cli.frame.answer import Answer, print_answer

RECORDS: list[dict[str, Any]] = [
    {"id": 1, "owner": 'Ünal\n"Ü" 東京', "pending": []},
    {"id": 2, "owner": None, "pending": [{"kind": "renewal", "attempts": 0}, {"kind": "push"}]},
    {},
]


def printed(document: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    print_answer(Answer(document), as_json=True)
    return capsys.readouterr().out


@pytest.mark.parametrize("together", [1, 2, 1000])
@pytest.mark.parametrize("records", [[], RECORDS[:1], RECORDS], ids=["none", "one", "several"])
def test_a_list_is_written_as_it_is_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, together: int, records: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(answer, "_TOGETHER", together)
    whole = printed({"total": 3, "devices": records, "by": {"name": [1, "ä"]}}, capsys)
    streamed = printed({"total": 3, "devices": iter(records), "by": {"name": [1, "ä"]}}, capsys)
    assert streamed == whole
    assert json.loads(streamed)["devices"] == records
    assert streamed.isascii()


def test_no_more_of_a_list_than_is_printed_together_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "_TOGETHER", 10)
    made = written = 0

    def values() -> Iterator[int]:
        nonlocal made
        for number in range(95):
            made += 1
            yield number

    def echo(text: str, **_: object) -> None:
        nonlocal written
        assert made - written <= 10
        written = made

    monkeypatch.setattr("click.echo", echo)
    print_answer(Answer({"numbers": values()}), as_json=True)
    assert made == 95
