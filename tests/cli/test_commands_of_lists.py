"""The command that the console gives for a list is one of the program: its columns and orders are the command's."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from certfleet.store.undoing.command_lines import Into, command_line
from certfleet.tui.lists.list_commands import LIST_COMMANDS
from tests.prepared import Prepared
from tests.store.bulk.material import p12, packed

from .conftest import Command


@pytest.fixture
def company(certfleet: Command, prepared: Prepared, tmp_path: Path) -> Command:
    """A company with something in each list."""
    certfleet.after(
        prepared,
        "simulate company --seed 3 --start 2026-01-05",
        "simulate fleet --devices 30 --seed 3",
        "policy create VPN --server vpn.company.example --identity-type imei --everybody",
        "endpoint add gateway.invalid",
    )
    archive = tmp_path / "devices.zip"
    archive.write_bytes(packed({"A12BC3D4EFGH.p12": p12("A12BC3D4EFGH")}).getvalue())
    certfleet.done("bulk", "import", archive, "--identity-type", "serial-number")
    return certfleet


@pytest.mark.parametrize("name", LIST_COMMANDS)
def test_columns_and_orders_are_those_of_the_command(company: Command, name: str) -> None:
    listing = LIST_COMMANDS[name]
    for column in [None, *listing.sorts]:
        order = () if column is None else ((column, True),)
        words = listing.line("csv", [*listing.columns, "none-of-them"], order, "", 20)
        assert words is not None
        lines = list(csv.reader(io.StringIO(company.done(*words))))
        wanted = [part for names in listing.columns.values() for part in names.split(",")]
        assert len(lines) > 1
        assert len(lines[0]) == len(wanted)


def test_a_filter_goes_along_where_the_command_has_one(company: Command) -> None:
    words = LIST_COMMANDS["devices"].line("json", ["owner"], (), "platform:ios", 30)
    assert words == ("device", "list", "--search", "platform:ios", "--columns", "owner", "--format", "json")
    assert len(company.json(*words)["devices"]) < 30
    assert LIST_COMMANDS["policies"].line("csv", ["name"], (), "vpn", 1) is None


def test_what_a_command_prints_goes_to_a_file_by_the_shell() -> None:
    line = command_line("device", "list", Into(Path("/tmp/my devices.csv")))
    assert line == "certfleet device list > '/tmp/my devices.csv'"
