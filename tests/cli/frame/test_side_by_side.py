"""Several workspaces side by side, as for the customers of a service provider."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from certfleet.cli.main import main
from tests.cli.conftest import Command
from tests.prepared import Prepared


@pytest.fixture
def customers(tmp_path: Path, prepared: Prepared) -> tuple[Path, Path]:
    """Two customers' workspaces; one has devices and something to do."""
    first, second = tmp_path / "north" / "store", tmp_path / "south shore"
    first.parent.mkdir()
    Command(first).after(prepared, "simulate company --seed 3 --start 2026-01-05", "simulate fleet --devices 8")
    Command(second).after(prepared, "simulate fleet --devices 2 --start 2026-01-05")
    return first, second


def run(customers: tuple[Path, ...], *arguments: object) -> Result:
    words = [word for path in customers for word in ("--workspace", str(path))]
    return CliRunner(env={"CERTFLEET_PASSPHRASE_FILE": None}).invoke(main, [*words, *map(str, arguments)])


def document(customers: tuple[Path, ...], *arguments: object) -> Any:
    result = run(customers, "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_list_of_several_workspaces_names_each(customers: tuple[Path, Path]) -> None:
    found = document(customers, "authority", "list")["authorities"]
    assert [(one["workspace"], one["name"]) for one in found] == [("store", "default"), ("south shore", "default")]
    shown = run(customers, "authority", "list").stdout.splitlines()
    assert shown[0].split()[0] == "WORKSPACE"
    assert [line.split("  ")[0] for line in shown[1:]] == ["store", "south shore"]


def test_it_is_sorted_and_written_as_one(customers: tuple[Path, Path]) -> None:
    written = run(
        customers, "certificate", "list", "--format", "csv", "--sort", "-id", "--columns", "workspace,id"
    ).stdout
    rows = list(csv.DictReader(io.StringIO(written)))
    assert {row["workspace"] for row in rows} == {"store", "south shore"}
    assert [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)


def test_nothing_in_any_of_them_is_said_once(customers: tuple[Path, Path]) -> None:
    assert run(customers, "policy", "list").stdout == "there is no policy; `certfleet policy create` creates one\n"
    assert "nothing is computed yet" in run(customers, "start-by").stdout


def test_workspaces_of_one_name_are_told_apart_by_their_paths(customers: tuple[Path, Path]) -> None:
    first = customers[0]
    found = document((first, first.parent / ".." / "north" / "store"), "authority", "list")["authorities"]
    assert [one["workspace"] for one in found] == [str(first), str(first.parent / ".." / "north" / "store")]


def test_check_has_the_worst_state_of_all_and_figures_of_each(customers: tuple[Path, Path]) -> None:
    result = run(customers, "check")
    assert result.exit_code == 2
    assert "store: APNs certificate for device management: 8 days left" in result.stdout
    assert " store/stopped=" in result.stdout
    assert " 'south shore/stopped'=" in result.stdout
    alone = run(customers[1:], "check")
    assert (alone.exit_code, "south shore" in alone.stdout) == (0, False)


@pytest.mark.parametrize("words", ["certificate show 1", "certificate describe 1 x", "certificate requests", ""])
def test_what_works_on_one_workspace_refuses_several(customers: tuple[Path, Path], words: str) -> None:
    result = run(customers, *words.split())
    assert result.exit_code == 2
    assert "Only lists and `check` take more than one --workspace." in result.stderr.replace("\n", " ")


def test_one_that_is_missing_refuses_the_list(customers: tuple[Path, Path], tmp_path: Path) -> None:
    result = run((*customers, tmp_path / "none"), "certificate", "list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "workspace-missing" in result.stderr


def test_a_confined_person_names_no_further_one(customers: tuple[Path, Path], tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir(mode=0o700)
    environment = {"CERTFLEET_CONFINED": str(inbox), "CERTFLEET_WORKSPACE": str(customers[1])}
    result = CliRunner(env=environment).invoke(main, ["--workspace", str(customers[0]), "authority", "list"])
    assert (result.exit_code, "confined" in result.stderr) == (1, True)
