"""Accounts: names, passwords, roles, and that somebody can always administer them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.logins import Logins
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.views.account import account_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.store.accounts.conftest import NEW_PASSWORD, PASSWORD
from tests.store.conftest import content


def test_an_account_is_found_however_its_name_is_written(accounts: Accounts, wall: FixedClock) -> None:
    added = accounts.add("Jürgen Groß", Role.OPERATOR, PASSWORD)
    assert (added.id, added.name, added.role, added.created_by) == (1, "Jürgen Groß", Role.OPERATOR, "alice")
    assert added.created_at == added.password_at == wall.now()
    for written in ("Jürgen Groß", "jürgen gross", "JÜRGEN GROSS", "Ju\u0308rgen Groß", "Ｊürgen Groß"):
        assert accounts.get(written) == added
        with pytest.raises(Refusal, match="account-exists"):
            accounts.add(written, Role.VIEWER, PASSWORD)
    assert accounts.list() == (added,)


@pytest.mark.parametrize(
    "name", ["", " ", " ann", "ann ", "a\nb", "a\x1b[31mb", "a\u202eb", "a\ud800b", "a" * 65, "certfleet", "CertFleet"]
)
def test_a_name_that_is_none_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(Refusal, match="account-name-invalid"):
        accounts.add(name, Role.VIEWER, PASSWORD)


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1001, "line\nline", "a lone \ud800 half", "e\u0301" * 7])
def test_a_password_that_is_none_is_refused_and_not_repeated(accounts: Accounts, ann: str, password: str) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: accounts.add("Ben", Role.VIEWER, password),
        lambda: accounts.set_password(ann, password),
    )
    for attempt in attempts:
        with pytest.raises(Refusal, match="password-not-accepted") as refused:
            attempt()
        assert not password or password not in f"{refused.value!r}{refused.value.hint}"
    assert [account.name for account in accounts.list()] == [ann]


def test_a_password_is_the_same_from_every_keyboard(accounts: Accounts, logins: Logins) -> None:
    accounts.add("ann", Role.VIEWER, "pâté de campagne")
    logins.login("ann", "pa\u0302te\u0301 de\u00a0campagne")
    with pytest.raises(Refusal, match="login-failed"):
        logins.login("ann", "PÂTÉ DE CAMPAGNE")


def test_an_unknown_account_is_refused(accounts: Accounts) -> None:
    uses: tuple[Callable[[str], object], ...] = (
        accounts.get,
        accounts.remove,
        accounts.unlock,
        lambda name: accounts.set_password(name, PASSWORD),
        lambda name: accounts.set_role(name, Role.VIEWER),
    )
    for use in uses:
        with pytest.raises(Refusal, match="account-unknown"):
            use("nobody")


def test_the_last_administrator_stays_one_while_there_are_others(accounts: Accounts, ann: str) -> None:
    accounts.add("Ben", Role.VIEWER, PASSWORD)
    for attempt in (lambda: accounts.remove(ann), lambda: accounts.set_role(ann, Role.OPERATOR)):
        with pytest.raises(Refusal, match="last-administrator"):
            attempt()
    accounts.set_role("Ben", Role.ADMINISTRATOR)
    accounts.set_role(ann, Role.OPERATOR)
    with pytest.raises(Refusal, match="last-administrator"):
        accounts.remove("Ben")
    accounts.remove(ann)
    assert accounts.remove("Ben").name == "Ben"
    assert accounts.list() == ()


def test_every_change_leaves_a_line_and_what_changes_nothing_leaves_none(
    workspace: Workspace, accounts: Accounts, ann: str
) -> None:
    accounts.add("Ben", Role.OPERATOR, PASSWORD)
    accounts.set_role("Ben", Role.VIEWER)
    accounts.set_role("Ben", Role.VIEWER)
    accounts.set_password("Ben", NEW_PASSWORD)
    accounts.unlock("Ben")
    accounts.remove("Ben")
    lines = workspace.audit.about("account:2")
    assert [(line.user, line.action) for line in reversed(lines)] == [
        ("alice", "account.add"),
        ("alice", "account.role"),
        ("alice", "account.password"),
        ("alice", "account.remove"),
    ]
    assert lines[2].summary == "account Ben is a viewer now, not an operator"


def test_what_is_kept_of_a_password_is_shown_nowhere(workspace: Workspace, accounts: Accounts, ann: str) -> None:
    account = accounts.get(ann)
    kept = (PASSWORD, account.password.hash, account.password.salt)
    document = account_document(account, accounts.now())
    shown = f"{account!r}{as_json(document)}{document!r}{workspace.audit.tail()}"
    assert not any(secret in shown for secret in kept)
    assert PASSWORD.encode() not in content(workspace)
    assert as_json(document).keys() == {
        "id",
        "name",
        "role",
        "created_at",
        "created_by",
        "password_at",
        "last_login_at",
        "locked_until",
        "login",
    }


def test_only_administrators_administer(workspace: Workspace, accounts: Accounts, ann: str) -> None:
    before = content(workspace)
    with workspace.acting_as(Actor("Olga", role=Role.OPERATOR)):
        for attempt in (
            lambda: accounts.add("Ben", Role.ADMINISTRATOR, PASSWORD),
            lambda: accounts.remove(ann),
            lambda: accounts.remove("nobody"),
            lambda: accounts.set_password(ann, NEW_PASSWORD),
            lambda: accounts.set_role(ann, Role.ADMINISTRATOR),
            lambda: accounts.unlock(ann),
            lambda: workspace.logins.timeout.set(minutes=30),
        ):
            with pytest.raises(Refusal, match="not-permitted"):
                attempt()
    assert content(workspace) == before


def test_an_account_that_does_not_hold_together_shows(workspace: Workspace, accounts: Accounts, ann: str) -> None:
    accounts.add("Ben", Role.VIEWER, PASSWORD)
    workspace.logins.login("Ben", PASSWORD)
    assert workspace.check().clean
    table = workspace.database.table("accounts")
    table.update({"name": "ANN"}, doc_ids=[2])
    assert [(found.code, found.record) for found in workspace.check().problems] == [("same-name", "account:2")]
    table.remove(doc_ids=[2])
    assert [(found.code, found.record) for found in workspace.check().problems] == [
        ("reference-broken", "account-session:1")
    ]
    costly = {"memory_kib": 2**31, "iterations": 3, "lanes": 1}
    table.update({"password": {**table.get(doc_id=1)["password"], "parameters": costly}}, doc_ids=[1])
    workspace.database.table("settings").insert(
        workspace.database.table("settings").document_class({"kind": "never", "minutes": 30}, 3)
    )
    assert {(found.code, found.record) for found in workspace.check().problems} == {
        ("document-invalid", "accounts:1"),
        ("document-invalid", "settings:3"),
    }
