"""REST over a workspace in PostgreSQL whose server goes away: what a script is told, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest
from litestar.testing import TestClient

from certfleet.api.server.application import create_application, served
from certfleet.store.model.account import Role
from certfleet.store.persistence.postgresql import engine as postgresql
from certfleet.store.persistence.postgresql import silence as postgresql_silence
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.second_handle import second_handle
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import folder_of
from tests.cut_wire import CutWire
from tests.postgresql_server import DATABASE, PASSWORD, USER, PostgresqlServer

from .conftest import Rest


class Cut(NamedTuple):
    """An administrator at a server, the wire between that and PostgreSQL, and the same workspace by another way."""

    rest: Rest
    wire: CutWire
    workspace: Workspace


@pytest.fixture
def cut(
    postgresql_server: PostgresqlServer, postgresql_workspace: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cut]:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    schema = postgresql_address(postgresql_workspace).schema
    with (
        closing(CutWire(postgresql_server.port)) as wire,
        Workspace.open(folder_of(postgresql_workspace)) as beside,
    ):
        beside.accounts.add("ann", Role.ADMINISTRATOR, PASSWORD)
        token = beside.logins.login("ann", PASSWORD)
        there = folder_of(f"postgresql://{USER}@127.0.0.1:{wire.port}/{DATABASE}?schema={schema}")
        with Workspace.open(there) as workspace, second_handle(workspace) as reading:
            app = served(create_application(workspace, reading))
            with TestClient(app, raise_server_exceptions=False) as client:
                yield Cut(Rest(client, token).own, wire, beside)


def is_commit(said: bytes) -> bool:
    return b"certfleet_workspace_" in said  # the channel on which commits are told; the statements are prepared


def name_of(cut: Cut) -> str:
    cut.workspace.catch_up()
    return cut.workspace.site.get().mdm_fqdn


def put(cut: Cut, name: str) -> tuple[int, str]:
    return cut.rest.refused("PUT", "site", {"mdm_fqdn": name})


def test_what_did_not_arrive_is_refused_and_can_be_repeated(cut: Cut) -> None:
    cut.wire.before = is_commit
    assert put(cut, "first.example.com") == (429, "database-unreachable")
    assert name_of(cut) == ""
    cut.rest.done("PUT", "site", {"mdm_fqdn": "first.example.com"})
    assert name_of(cut) == "first.example.com"


def test_health_is_asked_of_the_database(cut: Cut) -> None:
    client = cut.rest.client
    assert client.get("/health").status_code == 200
    cut.wire.is_down = True
    cut.wire.cut()
    assert client.get("/health").json()["code"] == "database-unreachable"
    cut.wire.is_down = False
    assert client.get("/health").status_code == 200


def test_a_change_whose_answer_was_lost_is_done(cut: Cut) -> None:
    cut.wire.after = is_commit
    cut.rest.done("PUT", "site", {"mdm_fqdn": "second.example.com"})
    assert (name_of(cut), cut.wire.cuts) == ("second.example.com", 1)


@pytest.mark.parametrize("arrives", [True, False], ids=["committed", "not committed"])
def test_one_that_nobody_can_ask_about_is_no_refusal(cut: Cut, arrives: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that gets 500 and this code must look before it repeats; it may have been done or not."""
    monkeypatch.setattr(postgresql, "OUTCOME_SECONDS", 0.5)

    def and_all_is_down(said: bytes) -> bool:
        cut.wire.is_down = cut.wire.is_down or is_commit(said)
        return cut.wire.is_down

    cut.wire.before, cut.wire.after = (None, and_all_is_down) if arrives else (and_all_is_down, None)
    answer = cut.rest.ask("PUT", "site", {"mdm_fqdn": "third.example.com"})
    assert answer.status_code == 500
    told = answer.json()
    assert (told["status"], told["code"]) == (500, "outcome-unknown")
    assert "the server can't be asked whether it was" in told["message"]
    assert "look whether the change was made" in told["hint"]
    assert PASSWORD not in answer.text

    assert cut.rest.refused("GET", "site") == (429, "database-unreachable")
    cut.wire.is_down = False
    assert cut.rest.done("GET", "site")["site"]["mdm_fqdn"] == name_of(cut) == ("third.example.com" if arrives else "")
    cut.rest.done("PUT", "site", {"mdm_fqdn": "fourth.example.com"})
    assert name_of(cut) == "fourth.example.com"


def test_a_connection_that_is_dropped_in_the_middle_holds_nobody_up(cut: Cut, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others get through meanwhile, and nobody closes it: as a firewall does that forgets one flow."""
    monkeypatch.setattr(postgresql_silence, "SURE_SECONDS", 1.0)
    cut.wire.drops, cut.wire.before = True, is_commit
    status, code = put(cut, "fifth.example.com")
    assert (status, code) == (429, "database-unreachable")
    assert name_of(cut) == ""
    cut.rest.done("PUT", "site", {"mdm_fqdn": "fifth.example.com"})
    assert name_of(cut) == "fifth.example.com"
