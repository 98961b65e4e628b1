"""Every route of the OpenAPI page: without a login it answers nothing, and a viewer changes nothing."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest

from certfleet.api.server.application import openapi
from certfleet.api.server.surfaces import NEWEST, OWN, PRODUCT, Surface
from certfleet.store.clock import FixedClock
from certfleet.store.model.account import Role
from certfleet.store.model.permissions import least_role, may
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.conftest import content

from .conftest import Rest

MARKS = {"notices/read", "notices/read/all", "notices/unread", "authentication/logout", "logout"}
"""What changes no more than somebody's own read marks and session."""

READING = {
    *(
        "device/filter",
        "device/filter/v2",
        "devices/filter",
        "plans/check",
        "scenarios/check",
        "serverproperties/filter",
    ),
    "certificates/export",  # without its private key
}
"""What asks by POST."""
ASKING = {
    *("accounts", "accounts/1", "sessions", "scrape-tokens", "backups", "delivery", "scenario/files/1"),
}
"""What not everybody may see."""
DOING = {"certificates/csr"}
"""What the product does by GET."""


@functools.cache
def routes() -> list[tuple[Surface, str, str, dict[str, Any]]]:
    """Surface, method, path below the prefix with an id in it, and what the page says, of every route for those who are
    logged in."""
    return [
        (surface, method.upper(), re.sub(r"\{\w+\}", "1", path.removeprefix(f"{surface.prefix}/")), operation)
        for page in (PRODUCT, OWN)
        for path, operations in openapi(page)["paths"].items()
        for surface in (PRODUCT, NEWEST, OWN)
        if path.startswith(f"{surface.prefix}/")
        for method, operation in operations.items()
        if "security" in operation
    ]


def test_what_needs_no_login_is_named() -> None:
    free = [
        path
        for surface in (PRODUCT, OWN)
        for path, operations in openapi(surface)["paths"].items()
        for operation in operations.values()
        if "security" not in operation
    ]
    logins = [f"{PRODUCT.prefix}/authentication/login", f"{PRODUCT.prefix}/authentication/login/cloud"]
    assert free == [*logins, "/health", "/metrics", f"{OWN.prefix}/login"]


def at(person: Rest, surface: Surface) -> Rest:
    """The same person at a surface."""
    return Rest(person.client, person.token, surface)


def test_every_route_says_whether_it_changes_something() -> None:
    for _, method, path, operation in routes():
        changes = (method != "GET" and path not in MARKS | READING) or path in DOING | ASKING
        assert ("x-action" in operation) == changes or "profile" in path, path
        assert {"400", "401", "413", "429"} <= operation["responses"].keys(), path
        assert "422" not in operation["responses"], path
        assert operation["description"] and operation["tags"] and operation["security"] == [{"APIKeyHeader": []}], path
        if "x-action" in operation:
            assert "403" in operation["responses"], path
            assert operation["x-least-role"] == least_role(operation["x-action"]), path
    assert len(routes()) > 50


def test_nobody_gets_anything_without_a_token(stranger: Rest) -> None:
    bad = Rest(stranger.client, "no token")
    broken: dict[str, Any] = {"content": b"{", "headers": {"content-type": "application/json"}}
    for surface, method, path, _ in routes():
        assert at(stranger, surface).refused(method, path) == (401, "not-logged-in"), path
        assert at(bad, surface).refused(method, path, **broken) == (401, "not-logged-in"), path


def test_nobody_gets_anything_once_the_session_has_ended(
    rest: Rest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace.logins, "_now", FixedClock(NOW.replace(year=2100)).now)
    for surface, method, path, _ in routes():
        assert at(rest, surface).refused(method, path, [1]) == (401, "session-expired"), path


def test_a_role_that_may_not_is_refused_whatever_it_sends(viewer: Rest, operator: Rest, workspace: Workspace) -> None:
    before = content(workspace)
    for surface, method, path, operation in routes():
        if (action := operation.get("x-action")) is None:
            continue
        assert at(viewer, surface).refused(method, path) == (403, "not-permitted"), path
        assert at(viewer, surface).refused(method, path, [1]) == (403, "not-permitted"), path
        if not may(Role.OPERATOR, action):
            assert at(operator, surface).refused(method, path, [1]) == (403, "not-permitted"), path
    assert content(workspace) == before


def test_what_a_viewer_may_ask_changes_nothing(viewer: Rest, workspace: Workspace) -> None:
    viewer.own.done("GET", "notices")  # what is due by the clock is told of, whoever asks
    before = content(workspace)
    for surface, method, path, operation in routes():
        if "x-action" in operation or path.endswith("logout"):
            continue
        answer = at(viewer, surface).ask(method, path, None if method == "GET" else {})
        assert answer.status_code in (200, 400, 404), answer.text
        assert str(answer.status_code) in operation["responses"], path
    assert content(workspace) == before


def test_the_store_refuses_too_what_a_route_forgot_to_ask_for(
    viewer: Rest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a route to ask for nothing beforehand, a viewer would change nothing either."""
    monkeypatch.setattr(workspace.audit, "permit", lambda action: None)
    before = content(workspace)
    for method, path, body in [
        ("POST", "authorities", {"ready_after_hours": 0}),
        ("POST", "components/use", {"need": "saml", "use": "not used"}),
        ("POST", "devices", {"platform": "ios", "serial_number": "F2LX"}),
        ("POST", "apns/renew", {"apple_id": "it@company.example"}),
        ("POST", "apns/request", {}),
    ]:
        assert viewer.own.refused(method, path, body) == (403, "not-permitted"), path
    assert content(workspace) == before


def test_another_role_counts_from_the_next_request_on(operator: Rest, workspace: Workspace) -> None:
    said = {"need": "saml", "use": "not used"}
    operator.own.done("POST", "components/use", said)
    workspace.accounts.set_role("the operator", Role.VIEWER)
    assert operator.own.refused("POST", "components/use", said) == (403, "not-permitted")
    workspace.accounts.remove("the operator")
    assert operator.refused("GET", "certificates") == (401, "not-logged-in")
