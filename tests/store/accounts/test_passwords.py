"""Stored passwords: Argon2id with its parameters, and the same work for every login."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.logins import Logins
from certfleet.store.accounts.passwords import AT_ONCE, PARAMETERS, hash_password, turn
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Argon2Parameters, Role
from certfleet.store.model.documents import to_document
from certfleet.store.workspace import Workspace
from tests.store.accounts.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("real_passwords")


def test_a_password_is_kept_as_argon2id_with_its_own_salt(accounts: Accounts) -> None:
    ann, ben = (accounts.add(name, Role.VIEWER, PASSWORD).password for name in ("ann", "ben"))
    assert ann.parameters == PARAMETERS
    assert PARAMETERS.memory_kib >= 19 * 1024  # what OWASP asks for at least, with two passes
    assert ann.salt != ben.salt
    Argon2id(
        salt=base64.b64decode(ann.salt),
        length=32,
        iterations=ann.parameters.iterations,
        lanes=ann.parameters.lanes,
        memory_cost=ann.parameters.memory_kib,
    ).verify(PASSWORD.encode(), base64.b64decode(ann.hash))


def test_a_password_that_is_kept_at_less_cost_is_hashed_anew_at_the_next_login(
    workspace: Workspace, accounts: Accounts, logins: Logins, ann: str
) -> None:
    cheap = hash_password(PASSWORD, Argon2Parameters(memory_kib=64, iterations=1))
    workspace.database.table("accounts").update({"password": to_document(cheap)}, doc_ids=[1])
    with pytest.raises(Refusal, match="login-failed"):
        logins.login(ann, "another one")
    assert accounts.get(ann).password == cheap
    logins.login(ann, PASSWORD)
    assert accounts.get(ann).password.parameters == PARAMETERS
    kept = accounts.get(ann).password
    logins.login(ann, PASSWORD)
    assert accounts.get(ann).password == kept


def test_no_more_than_two_are_hashed_at_once() -> None:
    with turn(), turn():
        assert AT_ONCE == 2
        with pytest.raises(Refusal, match="logins-busy"), turn(timeout=0):
            pass
    with turn(timeout=0):
        pass


def work_of(login: Callable[[], object]) -> list[str]:
    """What is called while a login is refused: every function of the package's, and Argon2."""
    called = []

    def note(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and "accounts" in frame.f_code.co_filename:
            called.append(frame.f_code.co_qualname)
        elif event == "c_call" and getattr(arg, "__self__", None).__class__ is Argon2id:
            called.append(f"Argon2id.{arg.__name__}")

    sys.setprofile(note)
    try:
        login()
    except Refusal as refusal:
        called.append(str(refusal))
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize(
    "password",
    ["a wrong password", "short", "", "x" * 100_000, "\ud800" * 9],
    ids=["wrong", "short", "empty", "very long", "no text"],
)
def test_a_wrong_name_costs_what_a_wrong_password_costs(
    workspace: Workspace, accounts: Accounts, logins: Logins, ann: str, password: str
) -> None:
    workspace.poll()
    known = work_of(lambda: logins.login(ann, password))
    written_for_known = workspace.poll()
    unknown = work_of(lambda: logins.login("Bob", password))
    written_for_unknown = workspace.poll()
    hashing = [name for name in known if "password" in name or "Argon2id" in name or "_prepared" in name]
    assert hashing.count("Argon2id.verify") == 1
    assert hashing == [name for name in unknown if "password" in name or "Argon2id" in name or "_prepared" in name]
    assert known[-1] == unknown[-1] == "login-failed: the name or the password is wrong"
    assert written_for_known is not None
    assert written_for_unknown is not None
    assert written_for_known.tables.keys() == written_for_unknown.tables.keys() == {"accounts", "audit", "audit_seals"}
