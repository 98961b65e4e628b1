"""What is named as a workspace: a folder, or an address of PostgreSQL, which has a folder on this machine."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.folder import is_workspace
from certfleet.store.persistence.database_file import DATABASE_FILE, address_in
from certfleet.store.workspace_place import folder_of, place_of


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "certfleet" / "postgresql"


def test_a_path_is_a_path() -> None:
    assert place_of("some/folder") == Path("some/folder")
    assert place_of(Path("/postgresql:/x")) == Path("/postgresql:/x")


def test_an_address_has_a_folder_for_what_belongs_to_this_machine(state: Path) -> None:
    folder = folder_of("postgresql://fleet@db.example.com/customers?schema=one&sslmode=verify-full")
    assert folder == state / "one@customers@db.example.com"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / DATABASE_FILE).stat().st_mode) == 0o600
    assert str(address_in(folder)) == "postgresql://fleet@db.example.com/customers?sslmode=verify-full&schema=one"


@pytest.mark.parametrize(
    "others",
    [
        ("postgresql://db/a?schema=x", "postgresql://db/a?schema=y"),
        ("postgresql://db/a", "postgresql://db/b"),
        ("postgresql://db/a", "postgresql://db2/a"),
        ("postgresql://db/a", "postgresql://db:5433/a"),
        ("postgresql://db/a_b?schema=c", "postgresql://db/b?schema=c_a"),
        ("postgresql:///a?host=/run/one", "postgresql:///a?host=/run/two"),
        ("postgresql://db1,db2/a", "postgresql://db1/a"),
        ("postgresql://ann@db", "postgresql://bob@db"),
        ("postgresql:///?service=one", "postgresql:///?service=two"),
    ],
)
def test_each_schema_has_a_folder_of_its_own(others: tuple[str, str]) -> None:
    assert folder_of(others[0]) != folder_of(others[1])


@pytest.mark.parametrize(
    "same",
    [
        ("postgresql://db/a", "postgres://db:5432/a?schema=certfleet"),
        ("postgresql://ann@db/a", "postgresql://bob@db/a?sslmode=require"),
        ("postgresql://db:5433/a", "postgresql:///a?host=db&port=5433"),
        ("postgresql://db/B%C3%BCcher%20%25", "postgresql://db/Bücher %25"),
        ("postgresql://%2Frun%2Fpg/a", "postgresql:///a?host=/run/pg"),
        ("postgresql://db/ann", "postgresql://ann@db"),
    ],
)
def test_who_logs_in_and_how_makes_no_other_workspace(same: tuple[str, str]) -> None:
    first = folder_of(same[0])
    assert folder_of(same[1]) == first
    assert address_in(first) is not None


@pytest.mark.parametrize(
    ("variable", "one", "two"),
    [("PGHOST", "one", "two"), ("PGPORT", "5433", "5434"), ("PGDATABASE", "one", "two"), ("PGSERVICE", "one", "two")],
)
def test_what_the_environment_says_makes_another_workspace(
    variable: str, one: str, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = set()
    for value in (one, two):
        monkeypatch.setenv(variable, value)
        folders.add(folder_of("postgresql://"))
    assert len(folders) == 2
    assert folder_of("postgresql://db:5432/a").name == "certfleet@a@db"


def test_the_environment_and_the_address_name_the_same_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGDATABASE", "a")
    assert folder_of("postgresql://") == folder_of("postgresql://db:5433/a")


def test_a_long_name_has_a_folder_too() -> None:
    folders = {folder_of(f"postgresql://db/{'ü' * 31}?host=db{n},{'x' * 100}") for n in range(2)}
    assert len(folders) == 2


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://fleet:hunter2@db/a",
        "postgresql://fleet:hunter2/hunter2@db/a",
        "postgresql://fleet@db/a?password=hunter2",
        "postgresql://fleet@db/a?sslpassword=hunter2",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str, state: Path) -> None:
    with pytest.raises(Refusal, match="password-in-address") as refused:
        folder_of(address)
    assert "hunter2" not in f"{refused.value.message}{refused.value.hint}"
    assert not state.exists()


def test_an_address_that_cannot_be_read_makes_no_folder(state: Path) -> None:
    with pytest.raises(Refusal, match="workspace-address-invalid"):
        folder_of("postgresql://db/a?schema=No Name")
    assert not state.exists()


def test_a_folder_whose_address_was_damaged_says_so(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_text("address = 7\n")
    with pytest.raises(Refusal, match="workspace-damaged"):
        is_workspace(tmp_path)
