"""A list that memory may not hold looks like one that was made as a whole, and is read as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from certfleet.cli.device import listed_devices
from certfleet.cli.frame import record_list, tables
from certfleet.cli.frame.answer import Answer, print_answer
from certfleet.cli.frame.list_choice import ListChoice
from certfleet.cli.frame.many_records import ManyRecords
from certfleet.cli.frame.record_list import as_chosen
from certfleet.cli.frame.tables import Listing
from certfleet.store.devices.device_tables import Batch
from certfleet.store.model.device import Reported
from certfleet.store.workspace import Workspace
from tests.cli.conftest import Command
from tests.prepared import Prepared

FORMS = [
    (),
    ("--format", "csv"),
    ("--format", "markdown"),
    ("--format", "json"),
    ("--columns", "owner,pending,id"),
    ("--columns", "id,reported.issuer,serial-number", "--format", "csv"),
    ("--columns", "id,days-left", "--format", "json"),
    ("--columns", "model,owner", "--format", "markdown"),
]


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    """Twenty devices. A renewal is pending for the last but one; of the last one an import has told something."""
    certfleet.after(prepared, "simulate fleet --devices 20 --seed 3 --start 2026-01-05")
    certfleet.done("device", "renew", 19, "--yes")
    with Workspace.open(certfleet.workspace) as workspace, workspace.database.transaction():
        batch, last = Batch(), workspace.devices.get(20)
        reported = Reported(1, workspace.now(), "Corporate CA")
        batch.devices[20] = replace(last, owner="Ann Example of the very long name", reported=reported)
        workspace.devices.records.write(batch)
    return certfleet


def few_together(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    for module in (tables, record_list, listed_devices):
        monkeypatch.setattr(module, "TOGETHER", together)


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_it_looks_the_same(fleet: Command, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]) -> None:
    whole = fleet.done("device", "list", *form)
    few_together(monkeypatch, 2)  # two devices don't tell how wide the columns have to be
    assert fleet.done("device", "list", *form).split() == whole.split()


def test_a_name_that_only_a_late_record_has_is_a_column(fleet: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    few_together(monkeypatch, 2)
    header, *lines = fleet.done("device", "list", "--format", "csv").splitlines()
    assert "reported.issuer" in header.split(",")
    assert "Corporate CA" in lines[-1]
    assert "there is no 'reported.ca'" in fleet.run("device", "list", "--columns", "reported.ca").stderr


def numbers(total: int, texts: list[str]) -> tuple[Answer, list[int]]:
    """A list of numbers, the text of each in a column, and a list of those that were made so far."""
    made: list[int] = []

    def things() -> Iterator[int]:
        for number in range(total):
            made.append(number)
            yield number

    many = ManyRecords[int](
        things(),
        lambda number: {"number": number, "text": texts[number % len(texts)]},
        lambda number: {"NUMBER": str(number), "TEXT": texts[number % len(texts)]},
    )
    listing = Listing(many.rows(), right=["NUMBER"], many=many)
    return Answer(lambda: {"numbers": many.documents(), "total": total}, listing), made


@pytest.mark.parametrize("form", ["text", "csv", "markdown", "json"])
@pytest.mark.parametrize("columns", [(), ("text", "number")], ids=["all", "chosen"])
def test_no_more_than_is_printed_together_is_in_memory(
    monkeypatch: pytest.MonkeyPatch, form: str, columns: tuple[str, ...]
) -> None:
    printed = 0

    def echo(text: str | bytes, **_: Any) -> None:
        nonlocal printed
        assert len(made) - printed <= 2100  # the first thousand are looked at before anything is printed
        printed = max(printed, len(made) - 1000)

    monkeypatch.setattr("click.echo", echo)
    answer, made = numbers(5000, ["a"])
    choice = ListChoice((), columns, form)
    chosen = as_chosen(answer, "numbers", choice) if choice.changes else answer
    print_answer(chosen, as_json=form == "json")
    assert len(made) == 5000
    assert printed >= 3000


def test_columns_are_wider_from_a_longer_text_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few_together(monkeypatch, 2)
    answer, _ = numbers(5, ["a", "b", "c", "long text", "e"])
    print_answer(answer, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "NUMBER  TEXT",
        "     0  a",
        "     1  b",
        "     2  c",
        "     3  long text",
        "     4  e",
    ]
