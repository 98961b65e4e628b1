"""Accounts, sessions, scrape tokens, delivery, moments and backups over REST."""

from __future__ import annotations

import json

import pytest

from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace

from .conftest import PASSWORD, Client, Rest


@pytest.fixture
def own(rest: Rest) -> Rest:
    """An administrator at our own surface."""
    return rest.own


def test_an_account_from_its_adding_to_its_removal(own: Rest, client: Client) -> None:
    added = own.done("POST", "accounts", {"name": "ann", "role": "operator", "password": PASSWORD})
    assert added["account"]["role"] == "operator"
    assert "password" not in added["account"]
    assert own.refused("POST", "accounts", {"name": "Ann", "role": "viewer", "password": PASSWORD}) == (
        409,
        "account-exists",
    )
    token = client.post("/api/certfleet/v1/login", json={"login": "ann", "password": PASSWORD}).json()["auth_token"]
    assert "ann" in [one["account"] for one in own.done("GET", "sessions")["sessions"]]
    assert own.done("POST", "accounts/ann/role", {"role": "viewer"})["account"]["role"] == "viewer"
    own.done("POST", "accounts/ann/password", {"password": f"{PASSWORD} battery"})
    ended = client.get("/api/certfleet/v1/site", headers={"auth_token": token})
    assert ended.json()["code"] == "not-logged-in"
    assert own.done("POST", "accounts/ann/unlock")["account"]["locked_until"] is None
    own.done("DELETE", "accounts/ann")
    assert own.refused("GET", "accounts/ann") == (404, "account-unknown")


def test_a_password_is_in_no_message(own: Rest) -> None:
    answer = own.ask("POST", "accounts", {"name": "ann", "role": "king", "password": "my secret word"})
    assert answer.status_code == 400
    assert "my secret word" not in answer.text


def test_an_account_that_is_only_tried_is_not_there(own: Rest) -> None:
    body = {"name": "ann", "role": "viewer", "password": PASSWORD}
    assert own.done("POST", "accounts?dryRun=true", body)["dry_run"] is True
    assert own.refused("GET", "accounts/ann") == (404, "account-unknown")


def test_others_see_no_accounts(operator: Rest) -> None:
    for path in ("accounts", "sessions", "scrape-tokens", "backups", "delivery"):
        assert operator.own.refused("GET", path) == (403, "not-permitted"), path
        assert operator.own.ask("HEAD", path).status_code == 403
    assert operator.own.done("GET", "sessions/timeout")["session_timeout"]["kind"] == "inactivity"


def test_the_timeout_of_sessions(own: Rest) -> None:
    changed = own.done("PUT", "sessions/timeout", {"minutes": 45})
    assert changed["session_timeout"] == {"kind": "inactivity", "minutes": 45}


def test_a_scrape_token_reads_metrics_until_it_is_revoked(own: Rest, client: Client) -> None:
    made = own.done("POST", "scrape-tokens", {"name": "prometheus"})
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert client.get("/metrics", headers=headers).status_code == 200
    (listed,) = own.done("GET", "scrape-tokens")["scrape_tokens"]
    assert listed == made["scrape_token"]
    own.done("DELETE", "scrape-tokens/prometheus")
    assert client.get("/metrics", headers=headers).status_code == 401


def test_delivery_is_configured_without_showing_secrets(own: Rest) -> None:
    mail = {"host": "127.0.0.1", "sender": "certfleet@example.com", "recipients": ["it@example.com"]}
    told = own.done("PUT", "delivery/smtp", {**mail, "user": "certfleet", "password": "very secret"})
    assert told["smtp"]["port"] == 587
    assert told["smtp"]["has_password"] is True
    told = own.done("PUT", "delivery/webhook", {"url": "https://chat.example.com/hooks/key", "secret": "very secret"})
    assert told["webhook"] == {"url": "https://chat.example.com", "signed": True}
    assert "very secret" not in json.dumps(own.done("GET", "delivery"))
    assert own.done("DELETE", "delivery/webhook")["webhook"] is None
    assert own.refused("POST", "delivery/webhook/test")[1] == "channel-not-configured"
    assert own.refused("POST", "delivery/pigeon/test") == (404, "path-unknown")


def test_deliveries_are_tried_again(own: Rest, workspace: Workspace) -> None:
    own.done("PUT", "delivery/webhook", {"url": "http://127.0.0.1:9/"})
    workspace.notices.tell("test", "workspace:1", "A notice", "Its text.", workspace.now(), key="a")
    notice = own.done("GET", "notices")["notices"][0]
    report = own.done("POST", "delivery/deliver")["report"]
    assert report["failed"] >= 1
    assert own.done("POST", "delivery/retry", {"notice_id": notice["id"]})["retried"] == 1
    assert own.done("POST", "delivery/retry", {})["retried"] >= 1
    assert own.refused("POST", "delivery/retry", {"notice_id": 999}) == (404, "notice-unknown")


def test_moments_are_kept_compared_and_forgotten(own: Rest) -> None:
    moment = own.done("POST", "moments", {"name": "before"})["moment"]
    own.done("POST", "devices", {"platform": "ios", "serial_number": "F2LXMOMENT01"})
    found = own.done("GET", "moments/before/comparison")
    assert (found["first"]["devices"]["total"], found["second"]["devices"]["total"]) == (0, 1)
    assert own.done("GET", f"moments/{moment['id']}")["moment"]["name"] == "before"
    assert own.refused("POST", "moments/before/go") == (409, "cannot-go-back")  # the wall clock
    assert own.refused("POST", "moments", {"name": "before"}) == (409, "moment-name-taken")
    own.done("DELETE", "moments/before")
    assert own.done("GET", "moments")["moments"] == []


def test_no_folder_of_the_server_is_a_moment(own: Rest, workspace: Workspace) -> None:
    own.done("POST", "moments", {"name": "before"})
    for path in (f"moments/before/comparison?second={workspace.path}", "moments/before/comparison?second=./other"):
        assert own.refused("GET", path) == (404, "moment-unknown")


def test_a_backup_is_made_in_the_folder_of_the_backups(own: Rest) -> None:
    made = own.done("POST", "backups")["backup"]
    assert made["reason"] == "by-hand"
    assert own.done("GET", "backups")["backups"] == [made]
    assert own.refused("POST", "backups?dryRun=true") == (400, "request-invalid")
    assert own.done("GET", "backups")["backups"] == [made]


def test_the_last_administrator_stays(own: Rest, workspace: Workspace) -> None:
    for account in workspace.accounts.list():
        if account.role is Role.ADMINISTRATOR:
            assert own.refused("POST", f"accounts/{account.name}/role", {"role": "viewer"}) == (
                409,
                "last-administrator",
            )
