"""A workspace in PostgreSQL by the command line: made, used from two machines, moved both ways, and what it refuses."""

from __future__ import annotations

import json
import shlex
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from certfleet.simulator.engine.processes.lock import is_locked, simulator_lock
from certfleet.store.errors import Refusal
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.process_lock import ProcessLock
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import folder_of
from docs.sql_questions import ask, questions
from tests.cut_wire import CutWire
from tests.postgresql_server import DATABASE, PASSWORD, USER, PostgresqlServer
from tests.waiting import wait_until

from .conftest import Command, Material


@pytest.fixture
def address(postgresql_workspace: str) -> PostgresqlAddress:
    return postgresql_address(postgresql_workspace)


class Machine:
    """One of several machines: its state folder is its own."""

    def __init__(self, folder: Path, address: PostgresqlAddress, patch: pytest.MonkeyPatch) -> None:
        self._state, self._address, self._patch = folder / "state", address, patch
        self.command = Command(folder)

    def __enter__(self) -> Command:
        self._patch.setenv("XDG_STATE_HOME", str(self._state))
        self.command.workspace = str(self._address)  # type: ignore[assignment]  # what is named in place of a folder
        return self.command

    def __exit__(self, *error: object) -> None:
        pass

    @property
    def folder(self) -> Path:
        """Of the workspace, on this machine."""
        (found,) = (self._state / "certfleet" / "postgresql").iterdir()
        return found


@pytest.fixture
def here(tmp_path: Path, address: PostgresqlAddress, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "here", address, monkeypatch)


@pytest.fixture
def there(tmp_path: Path, address: PostgresqlAddress, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "there", address, monkeypatch)


def with_chain(command: Command, material: Material) -> None:
    command.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")


def test_it_is_made_by_what_adds_something_and_by_nothing_else(here: Machine, material: Material) -> None:
    with here as command:
        assert command.refused("certificate", "list")["code"] == "workspace-missing"
        with_chain(command, material)
        assert len(command.json("certificate", "list")["certificates"]) == 3
        info = command.json("workspace", "info")["workspace"]
        assert info["database"].endswith(str(command.workspace).rpartition("?")[2])
        assert info["path"] == str(here.folder)
        assert command.json("workspace", "check")["clean"]
    assert stat.S_IMODE((here.folder / "vault.key").stat().st_mode) == 0o600
    assert not (here.folder / "store.db").exists()


def test_the_environment_and_the_settings_name_it_too(
    here: Machine, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here as command:
        with_chain(command, material)
        address = str(command.workspace)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        line = [sys.executable, "-m", "certfleet", "--json"]

        def run(environment: dict[str, str], *words: str) -> bytes:
            return subprocess.run([*line, *words], env=environment, capture_output=True, check=True).stdout

        environment = {**command.env(), "CERTFLEET_WORKSPACE": address}
        by_environment = run(environment, "certificate", "list")
        assert len(json.loads(by_environment)["certificates"]) == 3
        run(command.env(), "config", "set", "workspace", address)
        assert run(command.env(), "certificate", "list") == by_environment


def test_a_schema_with_other_things_is_left_alone(
    here: Machine, material: Material, address: PostgresqlAddress
) -> None:
    with psycopg.connect(address.uri) as connection:
        connection.execute(f"CREATE SCHEMA {address.schema}".encode())
        connection.execute(f"CREATE TABLE {address.schema}.orders (id INTEGER)".encode())
    with here as command:
        refused = command.refused("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
        assert refused["code"] == "not-a-workspace"


def test_a_second_machine_needs_the_key_file_for_secrets_alone(
    here: Machine, there: Machine, material: Material
) -> None:
    with here as command:
        with_chain(command, material)
    with there as command:
        assert len(command.json("certificate", "list")["certificates"]) == 3
        refused = command.refused(
            "certificate", "export", 1, "--format", "pkcs12", "--password-file", material / "password"
        )
        assert refused["code"] == "key-file-missing"
        assert str(there.folder / "vault.key") in refused["message"]
        assert "Copy vault.key from the machine" in refused["hint"]
        shutil.copy(here.folder / "vault.key", there.folder / "vault.key")
        command.done("certificate", "describe", 1, "changed there")
        assert command.json("workspace", "check")["clean"]
    with here as command:
        assert command.json("certificate", "show", 1)["certificate"]["description"] == "changed there"
        assert command.json("workspace", "check")["clean"]


def test_a_schema_that_is_gone_does_not_look_like_a_new_workspace(
    here: Machine, material: Material, address: PostgresqlAddress
) -> None:
    with here as command:
        with_chain(command, material)
        with psycopg.connect(address.uri) as connection:
            connection.execute(f"DROP SCHEMA {address.schema} CASCADE".encode())
        assert command.refused("certificate", "import", material / "root.pem")["code"] == "workspace-damaged"


def test_what_is_about_the_file_is_refused_with_what_to_do(here: Machine, material: Material, tmp_path: Path) -> None:
    with here as command:
        with_chain(command, material)
        for line in (
            ("workspace", "backup"),
            ("workspace", "backup", tmp_path / "x.backup"),
            ("workspace", "backups"),
            ("workspace", "restore", material / "root.pem", "--yes"),
            ("workspace", "share", "--group", "root", "--yes"),
            ("workspace", "share", "--end", "--yes"),
        ):
            refused = command.refused(*line)
            assert refused["code"] == "database-elsewhere", line
            assert "pg_dump --schema=" in refused["hint"]


def test_it_moves_both_ways(here: Machine, material: Material, tmp_path: Path, certfleet: Command) -> None:
    with here as command:
        with_chain(command, material)
        command.done("certificate", "describe", 2, "the issuing CA")
        command.done("workspace", "export", tmp_path / "there.json")
        before = command.json("certificate", "list")
    key = here.folder / "vault.key"
    certfleet.done("workspace", "import", tmp_path / "there.json", "--key-file", key)
    assert certfleet.json("certificate", "list") == before
    assert certfleet.json("workspace", "check")["clean"]
    certfleet.done("workspace", "export", tmp_path / "back.json")
    assert json.loads((tmp_path / "back.json").read_bytes())["vault_secrets"]


def test_an_import_goes_into_postgresql(here: Machine, filled: Command, tmp_path: Path, material: Material) -> None:
    filled.done("workspace", "export", tmp_path / "export.json")
    before = filled.json("certificate", "list")
    with here as command:
        line = ("workspace", "import", tmp_path / "export.json", "--key-file", filled.workspace / "vault.key")
        command.done(*line, "--dry-run")
        assert command.refused("certificate", "list")["code"] == "workspace-missing"
        command.done(*line)
        assert command.json("certificate", "list") == before
        assert command.json("workspace", "check")["clean"]
        assert command.refused(*line)["code"] == "workspace-not-empty"
        command.done(
            "certificate",
            "export",
            1,
            "--format",
            "pkcs12",
            "--password-file",
            material / "password",
            "--output",
            tmp_path / "x.p12",
        )


def test_two_processes_that_make_it_at_once_make_one(here: Machine, material: Material) -> None:
    with here as command:
        lines = [
            command.line("certificate", "import", material / name) for name in ("root.pem", "two.pem", "renewed.pem")
        ]
        makers = [
            subprocess.Popen(line, env=command.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for line in lines
        ]
        said = [maker.communicate()[1] for maker in makers]
        assert [maker.returncode for maker in makers] == [0, 1, 0], said  # the second is no chain
        assert command.json("workspace", "check")["clean"]
        assert len(command.json("certificate", "list")["certificates"]) == 3


def test_the_lock_of_the_simulator_holds_over_machines(
    here: Machine, there: Machine, address: PostgresqlAddress, material: Material
) -> None:
    with here as command:
        with_chain(command, material)
        ours = Workspace.open(folder_of(str(address)))
    with there:
        theirs = Workspace.open(folder_of(str(address)))
    assert ours.path != theirs.path
    with ours, theirs:
        with simulator_lock(ours):
            assert is_locked(ours)
            assert is_locked(theirs)
            with pytest.raises(Refusal, match="simulator-running"), simulator_lock(theirs):
                pass
        assert not is_locked(theirs)
        with simulator_lock(theirs):
            assert is_locked(ours)


def test_a_lock_is_taken_again_when_its_connection_was_lost(here: Machine, address: PostgresqlAddress) -> None:
    with here:
        lock = ProcessLock(folder_of(str(address)), "some.lock")
    assert lock.acquire()
    try:
        end_sessions(address, "certfleet lock")
        wait_until(lock.is_held)
        assert not lock.is_lost
    finally:
        lock.release()


def test_a_lock_that_another_machine_took_meanwhile_is_lost(
    here: Machine, there: Machine, address: PostgresqlAddress
) -> None:
    with here:
        ours = ProcessLock(folder_of(str(address)), "some.lock")
    with there:
        theirs = ProcessLock(folder_of(str(address)), "some.lock")
    assert ours.acquire()
    try:
        end_sessions(address, "certfleet lock")
        assert theirs.acquire(timeout=1)
        wait_until(lambda: ours.is_lost)
    finally:
        ours.release()
        theirs.release()


def end_sessions(address: PostgresqlAddress, name: str) -> None:
    with psycopg.connect(address.uri) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (name,)
        )


def test_no_password_is_taken_from_an_address(here: Machine, address: PostgresqlAddress) -> None:
    with here as command:
        command.workspace = "postgresql://fleet:hunter2@127.0.0.1/fleet"  # type: ignore[assignment]  # as typed, before it is read
        refused = command.refused("certificate", "list")
        assert refused["code"] == "password-in-address"
        assert "hunter2" not in str(refused)


def test_each_question_of_the_page_is_answered(here: Machine, address: PostgresqlAddress) -> None:
    with here as command:
        command.done("simulate", "company", "--start", "2026-01-05")
        command.done("simulate", "fleet", "--devices", 30)
    assert [question.number for question in questions()] == list(range(1, 21))
    rows = {asked.question.number: asked.rows for asked in ask(address)}
    assert len(rows) == 20
    for number in (1, 3, 6, 8, 9, 13, 15, 16, 20):
        assert rows[number], number


def test_a_moment_is_branched_off_compared_and_gone_back_to(
    here: Machine, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    other = postgresql_server.address(postgresql_server.new_schema())
    with here as command:
        command.done("simulate", "fleet", "--devices", 12, "--start", "2026-01-05")
        command.done("moment", "save", "before")
        counts = command.json("device", "list")
        command.done("device", "revoke", 1, 2, "--yes")
        assert command.json("device", "list") != counts
        difference = command.done("moment", "compare", "before", "now")

        for place in (other, tmp_path / "branch"):
            assert f"work on it with --workspace {shlex.quote(str(place))}" in command.done(
                "moment", "branch", "before", place
            )
            assert command.json("--workspace", place, "device", "list") == counts
            assert command.json("--workspace", place, "workspace", "check")["clean"]
            assert command.refused("moment", "branch", "before", place)["code"] == "workspace-not-empty"
            same = command.done("moment", "compare", "before", place)
            assert "no difference" in same, same
            assert "no difference" not in difference

        command.done("moment", "go", "before", "--yes")
        assert command.json("device", "list") == counts
        assert command.json("workspace", "check")["clean"]


def test_a_command_that_has_done_something_before_the_database_went_away_does_not_say_that_nothing_was_changed(
    here: Machine, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with here as command, closing(CutWire(postgresql_server.port)) as wire:
        schema = postgresql_server.new_schema()
        command.workspace = f"postgresql://{USER}@127.0.0.1:{wire.port}/{DATABASE}?schema={schema}"  # type: ignore[assignment]  # as above
        commits = 0

        def and_is_gone(said: bytes) -> bool:
            nonlocal commits
            wire.is_down = wire.is_down or commits == 2  # the first one has made the workspace
            commits += f"certfleet_{schema}".encode() in said  # the channel on which commits are told
            return wire.is_down

        wire.before = and_is_gone
        result = command.run("simulate", "company", json=True)
        refused = json.loads(result.output)["error"]
        assert refused["code"] == "outcome-unknown", refused
        assert "Nothing was changed" not in refused["hint"]
        assert "stays" in refused["message"]
        refused = command.refused("certificate", "list")
        assert refused["code"] == "database-unreachable"
