"""Lists: sorted, with chosen columns, as text, CSV, Markdown and JSON; every command that lists can do it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import click
import pytest

from certfleet.cli.frame.command import CliCommand
from certfleet.cli.main import main
from tests.cli.conftest import Command
from tests.engines import backups_are_files
from tests.prepared import Prepared


def listing_commands(group: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from listing_commands(found, *names, name)
        elif isinstance(found, CliCommand) and found.lists:
            yield (*names, name)


NEEDED = {("policy", "report"): ("FieldVPN",), ("endpoint", "history"): ("1",), ("since",): ("--peek",)}
LISTS = sorted(listing_commands(main))


@pytest.fixture
def company(certfleet: Command, prepared: Prepared) -> Command:
    """A company's certificates, a fleet, and at least one of most things that can be listed."""
    certfleet.after(
        prepared,
        "simulate company --seed 3 --start 2026-01-05",
        "simulate fleet --devices 30 --seed 3",
        "moment save before",
        "site freeze add 2026-12-20..2027-01-06",
        "admin scrape-token add prometheus",
        *(["workspace backup"] if backups_are_files() else []),
        "certificate request --subject CN=new.company.example --output -",
        "endpoint add gateway.young-utilities.example --need gateway-ssl",
        "policy create FieldVPN --server vpn.company.example --identity-type serial-number",
    )
    return certfleet


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_every_list_is_a_file_for_a_spreadsheet_and_for_a_report(company: Command, words: tuple[str, ...]) -> None:
    arguments = (*words, *NEEDED.get(words, ()))
    usual = company.done(*arguments)
    as_csv, as_markdown = company.done(*arguments, "--format", "csv"), company.done(*arguments, "--format", "markdown")
    document = company.json(*arguments)
    assert company.done(*arguments, "--format", "json") == company.done(*arguments, json=True)
    if as_csv and "\r\n" in as_csv:
        found = rows(as_csv)
        assert found
        assert as_markdown.splitlines()[1].startswith("|")
        assert len(as_markdown.splitlines()) == len(found) + 2
        first = next(iter(found[0]))
        assert len(rows(company.done(*arguments, "--format", "csv", "--columns", first))) == len(found)
        downwards = rows(company.done(*arguments, "--format", "csv", "--sort", f"-{first}"))
        assert sorted(map(str, downwards)) == sorted(map(str, found))
    else:  # nothing to list, as the text says
        assert usual and document


def test_several_columns_sort_a_list_each_in_its_direction(company: Command) -> None:
    found = company.json("device", "list", "--sort", "platform,-days-left")["devices"]
    assert [(one["platform"], -one["days_left"]) for one in found] == sorted(
        (one["platform"], -one["days_left"]) for one in found
    )


def test_a_mail_merge_of_the_owners_needs_no_other_program(company: Command) -> None:
    of_windows = ("device", "list", "--platform", "windows")
    written = company.done(*of_windows, "--format", "csv", "--columns", "owner,upn,not-after", "--sort", "owner")
    windows = company.json(*of_windows)["devices"]
    assert sorted(one["upn"] for one in rows(written)) == sorted(one["upn"] for one in windows)
    assert written.splitlines()[0] == "owner,upn,not_after"


def test_columns_are_called_by_their_titles_or_as_in_json(company: Command) -> None:
    shown = company.done("certificate", "list", "--columns", "id,days,SERIAL_NUMBER")
    assert shown.splitlines()[0].split("  ") == ["ID", "DAYS", "SERIAL NUMBER"]
    only = company.json("certificate", "list", "--columns", "id,serial-number")["certificates"]
    assert all(one.keys() == {"id", "serial_number"} for one in only)


def test_numbers_are_sorted_as_numbers_and_what_is_missing_comes_last(company: Command) -> None:
    days = [one["days_left"] for one in company.json("certificate", "list", "--sort", "days-left")["certificates"]]
    assert days == sorted(days)
    names = [one["replaced_by"] for one in company.json("certificate", "list", "--sort", "replaced-by")["certificates"]]
    assert names == [name for name in names if name is not None] + [None] * names.count(None)


def test_a_cell_is_never_a_formula(filled: Command) -> None:
    filled.done("certificate", "describe", 1, "=1+1")
    assert rows(filled.done("certificate", "list", "--format", "csv"))[0]["description"] == "'=1+1"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--columns", "nam"], "there is no 'nam'; did you mean name?"),
        (["--sort", "-zzz"], "there is no 'zzz'; there are id, name"),
        (["--columns", ","], "it names no column"),
        (["--sort", "id,,days"], "names nothing to sort by"),
    ],
)
def test_what_is_no_column_is_a_usage_error(filled: Command, options: list[str], told: str) -> None:
    result = filled.run("certificate", "list", *options)
    assert result.exit_code == 2
    assert told in result.stderr.replace("\n", " ")


def test_an_empty_list_leaves_the_file_empty_and_says_so(company: Command) -> None:
    result = company.run("device", "list", "--search", "nobody", "--format", "csv")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no matching devices\n")


def test_what_lists_only_sometimes_says_when_it_does_not(company: Command) -> None:
    result = company.run("certificate", "requests", "--pem", 1, "--format", "csv")
    assert result.exit_code == 2
    assert "This answer is no list" in result.stderr


def test_csv_and_json_exclude_each_other(filled: Command) -> None:
    assert filled.run("certificate", "list", "--format", "csv", json=True).exit_code == 2
