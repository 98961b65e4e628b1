"""The acting person: each thread and each asyncio task has its own, by default the workspace's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.request import KeySpec
from certfleet.store.workspace import Workspace
from tests.store.accounts.conftest import PASSWORD

BEN, EVE = Actor("ben", "192.0.2.7", Role.OPERATOR), Actor("eve", "192.0.2.8", Role.VIEWER)


def request(workspace: Workspace, subject: str) -> str:
    """Request a certificate; the answer is in whose name that was."""
    return workspace.requests.create(subject=f"CN={subject}", key=KeySpec.EC_P256, use_as=UseAs.SERVER).created_by


def test_what_is_done_is_done_in_the_name_of_who_acts(workspace: Workspace) -> None:
    with workspace.acting_as(BEN):
        assert request(workspace, "a.example") == "ben"
        with workspace.acting_as(Actor("ann")):
            assert request(workspace, "b.example") == "ann"
        assert (workspace.actor.user, workspace.actor.role) == ("ben", Role.OPERATOR)
    assert request(workspace, "c.example") == "alice"
    lines = workspace.audit.tail(3)
    assert [(line.user, line.origin) for line in lines] == [("alice", None), ("ann", None), ("ben", "192.0.2.7")]


def test_who_acts_is_over_when_something_fails(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="not-permitted"), workspace.acting_as(EVE):
        request(workspace, "a.example")
    assert workspace.actor.user == "alice"


def test_who_logs_in_acts_with_the_role_of_the_account(workspace: Workspace, accounts: Accounts) -> None:
    accounts.add("Vera", Role.VIEWER, PASSWORD)
    account = workspace.logins.account_of(workspace.logins.login("vera", PASSWORD))
    person = Actor.of(account, "192.0.2.9")
    assert person == Actor("Vera", "192.0.2.9", Role.VIEWER)
    with workspace.acting_as(person), pytest.raises(Refusal, match="not-permitted") as refused:
        request(workspace, "a.example")
    assert "role operator" in refused.value.message
    accounts.set_role("vera", Role.OPERATOR)
    with workspace.acting_as(Actor.of(accounts.get("vera"))):
        assert request(workspace, "a.example") == "Vera"


def test_one_workspace_does_not_know_who_acts_on_another(workspace: Workspace, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "other", actor=Actor("bob")) as other, workspace.acting_as(EVE):
        assert request(other, "a.example") == "bob"
        with other.acting_as(BEN):
            assert (workspace.actor.user, other.actor.user) == ("eve", "ben")
            assert request(other, "b.example") == "ben"


def test_threads_keep_apart(workspace: Workspace) -> None:
    both_are_in = threading.Barrier(2)

    def work(person: Actor) -> tuple[str, str]:
        before = workspace.actor.user
        with workspace.acting_as(person):
            both_are_in.wait(timeout=120)
            return before, request(workspace, f"{person.user}.example")

    with workspace.acting_as(EVE), ThreadPoolExecutor(2) as pool:
        people = [BEN, Actor("ann", None, Role.ADMINISTRATOR)]
        assert list(pool.map(work, people)) == [("alice", "ben"), ("alice", "ann")]
        assert workspace.actor.user == "eve"


def test_tasks_keep_apart_and_what_they_start_acts_as_they_do(workspace: Workspace) -> None:
    async def work(person: Actor, both_are_in: asyncio.Barrier) -> list[str]:
        with workspace.acting_as(person):
            async with both_are_in:
                done = [request(workspace, "a.example"), await asyncio.to_thread(request, workspace, "b.example")]
            started = asyncio.create_task(started_by())
        return [*done, await started]

    async def started_by() -> str:
        await asyncio.sleep(0)
        return workspace.actor.user

    async def all_of_it() -> tuple[list[str], list[str]]:
        both_are_in = asyncio.Barrier(2)
        ann = Actor("ann", None, Role.ADMINISTRATOR)
        first, second = await asyncio.gather(work(BEN, both_are_in), work(ann, both_are_in))
        return first, second

    assert asyncio.run(all_of_it()) == (["ben"] * 3, ["ann"] * 3)
    assert workspace.actor.user == "alice"


def test_a_bare_thread_acts_as_the_workspace_unless_it_gets_the_context(workspace: Workspace) -> None:
    found: list[str] = []

    def in_a_thread(work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    with workspace.acting_as(EVE):
        in_a_thread(lambda: found.append(workspace.actor.user))
        context = copy_context()
        in_a_thread(lambda: context.run(lambda: found.append(workspace.actor.user)))
    assert found == ["alice", "eve"]


def test_a_server_that_forgets_to_say_who_acts_is_refused(workspace: Workspace) -> None:
    with Workspace.open(workspace.path, actor=Actor("server", role=Role.VIEWER)) as server:
        with pytest.raises(Refusal, match="not-permitted"):
            request(server, "a.example")
        with server.acting_as(BEN):
            assert request(server, "a.example") == "ben"
