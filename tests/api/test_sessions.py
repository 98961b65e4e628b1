"""Logging in and out, expired and invalid tokens, and what clients ask right after logging in."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from certfleet.api.server.application import CALLS
from certfleet.api.server.surfaces import OWN
from certfleet.store.clock import FixedClock
from certfleet.store.inventory.inventory import Inventory
from certfleet.store.model.account import Timeout
from certfleet.store.workspace import Workspace
from tests.material import NOW

from .conftest import PASSWORD, Client, Rest

LOGIN = {"login": "the administrator", "password": PASSWORD}


def test_a_token_is_for_one_session(stranger: Rest, workspace: Workspace) -> None:
    answer = stranger.ask("POST", "authentication/login", LOGIN)
    assert answer.json().keys() == {"auth_token"}
    session = Rest(stranger.client, answer.json()["auth_token"])
    session.done("GET", "certificates")
    session.done("POST", "authentication/logout")
    assert session.refused("GET", "certificates") == (401, "not-logged-in")
    assert [line.action for line in workspace.audit.tail(2)] == ["account.logout", "account.login"]
    assert workspace.audit.tail(1)[0].origin == "testclient"


def test_wrong_logins_tell_nothing_and_lock(stranger: Rest) -> None:
    wrong = {"login": "the administrator", "password": "not it at all"}
    nobody = {"login": "nobody", "password": "not it at all"}
    assert (
        stranger.ask("POST", "authentication/login", wrong).json()
        == stranger.ask("POST", "authentication/login", nobody).json()
    )
    for _ in range(4):
        assert stranger.refused("POST", "authentication/login", wrong) == (401, "login-failed")
    assert stranger.refused("POST", "authentication/login", LOGIN) == (423, "account-locked")
    long = {"login": "x" * 300, "password": "y"}
    bodies: list[Any] = [{}, {"login": "x"}, {"login": 7, "password": 7}, [], "text", long]
    for body in bodies:
        assert stranger.refused("POST", "authentication/login", body) == (400, "request-invalid")


@pytest.mark.parametrize("token", [None, "", "x", "é" * 20, "A" * 43, "a" * 5000])
def test_a_token_that_is_none_gets_nothing(client: Client, token: str | None) -> None:
    headers: dict[bytes, bytes] = {} if token is None else {b"auth_token": token.encode()}
    answer = client.get("/xenmobile/api/v1/certificates", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-logged-in")


def test_a_token_counts_in_its_header_alone(rest: Rest) -> None:
    for options in (
        {"params": {"auth_token": rest.token}},
        {"headers": {"cookie": f"auth_token={rest.token}"}},
        {"headers": {"authorization": f"Bearer {rest.token}"}},
    ):
        answer = rest.client.get("/xenmobile/api/v1/certificates", **options)
        assert answer.status_code == 401


def test_a_session_that_has_ended_is_said_to_have(
    rest: Rest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = FixedClock(NOW.replace(year=2100))
    monkeypatch.setattr(workspace.logins, "_now", wall.now)
    assert rest.refused("GET", "certificates") == (401, "session-expired")
    assert rest.refused("POST", "authentication/logout") == (401, "session-expired")


def test_the_timeout_is_told_as_a_server_property(rest: Rest, workspace: Workspace) -> None:
    def value(name: str) -> str:
        body = {"start": "0", "limit": "1000", "orderBy": "name", "sortOrder": "desc", "searchStr": name}
        (found,) = rest.done("POST", "serverproperties/filter", body)["allEwProperties"]
        return str(found["value"])

    assert value("xms.publicapi.timeout.type") == "INACTIVITY_TIMEOUT"
    assert value("xms.publicapi.inactivity.timeout") == "30"
    workspace.logins.timeout.set(kind=Timeout.STATIC, minutes=45)
    assert (value("xms.publicapi.timeout.type"), value("xms.publicapi.static.timeout")) == ("STATIC_TIMEOUT", "45")
    assert len(rest.done("GET", "serverproperties")["allEwProperties"]) == 4
    assert rest.done("POST", "serverproperties/filter", {"limit": 1, "start": 1})["allEwProperties"]
    assert rest.done("POST", "serverproperties/filter", {"searchStr": "nothing"})["allEwProperties"] == []


def test_the_audit_trail_names_the_account_and_its_address(rest: Rest) -> None:
    rest.own.done("POST", "authorities", {"name": "autumn"})
    line = rest.own.done("GET", "audit?limit=1")["audit"][0]
    assert (line["action"], line["user"], line["origin"]) == ("authority.refresh", "the administrator", "testclient")


def test_health_is_told_to_everybody_and_nothing_else_is(client: Client) -> None:
    assert client.get("/health").json() == {"status": 0, "message": "Success"}


def test_the_access_log_has_no_secret(rest: Rest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="certfleet"):
        rest.ask("POST", "authentication/login?password=in-the-query", LOGIN)
        rest.ask("GET", "certificates?auth_token=in-the-query", headers={"x-secret": "in-a-header"})
        rest.own.ask("GET", "certificates/%0a%1b[31m\u00e9")
    lines = [record.getMessage() for record in caplog.records if record.name == "certfleet.access"]
    assert lines[0].startswith("testclient - POST /xenmobile/api/v1/authentication/login 200 ")
    assert lines[1].startswith("testclient the administrator GET /xenmobile/api/v1/certificates 200 ")
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert not any(word in caplog.text for word in (PASSWORD, "in-the-query", "in-a-header", str(rest.token)))


@pytest.mark.parametrize("path", ["/xenmobile/api/v1/certificates", "/health", "/nothing", "/docs", "/openapi.json"])
def test_every_answer_has_the_headers_that_keep_it_where_it_belongs(rest: Rest, path: str) -> None:
    for token in ({}, {"auth_token": str(rest.token)}):
        answer = rest.client.get(path, headers={**token, "origin": "https://elsewhere.example"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_page_about_the_api_needs_no_network(client: Client) -> None:
    for root in ("", OWN.prefix):
        page = client.get(f"{root}/docs").text
        assert client.get(f"{root}/docs").headers["content-type"] == "text/html; charset=utf-8"
        assert "http://" not in page and "https://" not in page
        assert "<script" not in page and " src=" not in page
        assert all(path in page for path in client.get(f"{root}/openapi.json").json()["paths"])


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "CONNECT", "PATCH"])
def test_methods_that_nobody_needs_are_refused(rest: Rest, method: str) -> None:
    assert rest.refused(method, "certificates") == (405, "method-not-allowed")


def test_what_a_path_takes_is_told_whole(rest: Rest) -> None:
    for call in CALLS:
        told = rest.client.options(call.path.replace("{", "").replace("}", ""))
        methods = {call.method, "HEAD"} if call.method == "GET" else {call.method}
        assert (told.status_code, methods - set(told.headers["allow"].split(", "))) == (204, set()), call.path


def test_paths_and_hosts(rest: Rest) -> None:
    rest.done("GET", "certificates/")
    rest.done("GET", "certificates", headers={"host": "evil.example"})
    assert rest.refused("GET", "certificate") == (404, "path-unknown")
    assert rest.refused("GET", "../../etc/passwd")[0] == 404


def test_an_error_of_our_own_shows_nothing_of_it(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Inventory) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(Inventory, "list", broken)
    answer = rest.ask("GET", "certificates")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_that_is_too_large_is_refused_after_the_token(rest: Rest, stranger: Rest) -> None:
    large = b'{"search": "' + b"x" * (4 * 1024 * 1024) + b'"}'
    assert rest.refused("POST", "device/filter", content=large) == (413, "body-too-large")
    assert stranger.refused("POST", "device/filter", content=large) == (401, "not-logged-in")
    pieces = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    assert rest.refused("POST", "device/filter", content=pieces) == (413, "body-too-large")


def test_a_stranger_sends_little(stranger: Rest) -> None:
    large = {"login": "x", "password": "y" * 20_000}
    assert stranger.refused("POST", "authentication/login", large) == (413, "body-too-large")


@pytest.mark.parametrize("path", ["certificates", "device/1", "certificates/1/export", "nothing", "device/nine"])
def test_head_is_get_without_its_body(rest: Rest, path: str) -> None:
    head, whole = rest.ask("HEAD", path), rest.ask("GET", path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    "path", ["device/nine", "device/-1", "device/1/nothing", "device/1e3/certificate", "tasks/x/done"]
)
def test_a_path_that_is_none_is_unknown(rest: Rest, path: str) -> None:
    assert rest.refused("POST" if path.endswith("done") else "GET", path) == (404, "path-unknown")


@pytest.mark.parametrize(
    "path",
    ["application/filter", "deliverygroups", "device/wipe", "device/1/lock", "ldap", "rbac/roles", "sharefile"],
)
def test_of_the_product_s_calls_that_are_not_offered_it_is_said(rest: Rest, path: str) -> None:
    for method in ("GET", "POST"):
        answer = rest.ask(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "path-unknown")
        assert answer.json()["message"].startswith("certfleet doesn't do this call of the product (")


def test_a_token_is_good_for_both_surfaces(stranger: Rest, rest: Rest) -> None:
    token = stranger.own.ask("POST", "login", LOGIN).json()["auth_token"]
    session = Rest(stranger.client, token)
    session.done("GET", "certificates")
    assert session.own.done("POST", "logout") == {}
    assert session.refused("GET", "certificates") == (401, "not-logged-in")
    assert session.own.refused("GET", "certificates") == (401, "not-logged-in")


def test_numbers_come_as_texts_and_nothing_as_an_empty_one(rest: Rest) -> None:
    assert rest.own.done("GET", "devices?limit=10&start=") == {"devices": [], "total": 0}
    assert rest.own.refused("GET", "devices?limit=many") == (400, "request-invalid")
    answer = rest.own.ask("PUT", "site", {"apns_grace_days": 99_999})
    assert answer.json()["message"] == "apns_grace_days: expected `int` <= 3650"
