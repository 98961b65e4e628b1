"""Endpoints over REST: as ``certfleet endpoint``, except that nobody gets into a private network by a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.workspace import Workspace
from tests.documents import export_of
from tests.material import issue, needs_openssl
from tests.store.deployment import replace, use
from tests.store.endpoints.servers import HERE, free_port, s_server

from .conftest import Rest


def test_they_are_added_listed_shown_and_removed(rest: Rest) -> None:
    new = {"host": "Gateway.Example.com:8443", "need": "gateway-ssl", "starttls": None, "description": "in front"}
    added = rest.own.done("POST", "endpoints", new)["endpoint"]
    assert (added["host"], added["port"], added["verdict"]) == ("gateway.example.com", 8443, None)
    assert rest.own.done("GET", "endpoints")["endpoints"] == [added]
    assert rest.own.done("GET", "endpoints?verdict=served")["endpoints"] == []
    assert rest.own.done("GET", "endpoints/1")["endpoint"] == added
    assert rest.own.done("GET", "endpoints/1/history")["history"] == []
    assert rest.own.refused("POST", "endpoints", new) == (409, "endpoint-exists")
    assert rest.own.done("DELETE", "endpoints/1")["endpoint"] == added
    assert rest.own.refused("GET", "endpoints/1") == (404, "endpoint-unknown")
    assert rest.own.refused("GET", "endpoints/1/history") == (404, "endpoint-unknown")


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"host": "no host"}, "host-invalid"),
        ({"host": "gw.example.com:0"}, "port-invalid"),
        ({"host": "gw.example.com", "need": "nothing"}, "need-unknown"),
        ({"host": ""}, "request-invalid"),
        ({"host": "gw.example.com", "starttls": "gopher"}, "request-invalid"),
        ({}, "request-invalid"),
    ],
)
def test_what_is_none_is_refused(rest: Rest, workspace: Workspace, new: dict[str, str], code: str) -> None:
    before = export_of(workspace)
    status, refused = rest.own.refused("POST", "endpoints", new)
    assert refused == code
    assert status in (400, 404)
    assert export_of(workspace) == before


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"]
)
def test_a_token_is_no_way_into_a_private_network(rest: Rest, host: str) -> None:
    rest.own.done("POST", "endpoints", {"host": f"{host}:{free_port()}"})
    (found,) = rest.own.done("POST", "endpoints/check", {"ids": [1]})["endpoints"]
    assert {one["failure"] for one in found["addresses"]} == {"not-allowed"}


@needs_openssl
def test_a_check_closes_the_task_that_it_shows_to_be_done_and_tells_so(
    rest: Rest, workspace: Workspace, tmp_path: Path
) -> None:
    new = issue("gw.example.com", days=300)
    component = use(workspace, "gateway-ssl", issue("gw.example.com", days=20))
    workspace.site.set(ssl_offload=True)
    replace(workspace, component, new)
    with s_server(tmp_path, new) as port:
        workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}", need="gateway-ssl"))
        before = export_of(workspace)
        tried = rest.own.done("POST", "endpoints/check", {"ids": [1]}, params={"dryRun": "true"})
        assert export_of(workspace) == before
        checked = rest.own.done("POST", "endpoints/check", {"ids": ["1"], "timeout": 10})
    assert tried["endpoints"][0]["verdict"] == checked["endpoints"][0]["verdict"] == "served"
    assert tried["tasks_done"] == checked["tasks_done"] == [1]
    assert rest.own.done("GET", "tasks")["tasks"] == []
    (seen,) = rest.own.done("GET", "endpoints/1/history")["history"]
    assert (seen["address"], seen["until"], seen["name"]) == (HERE, None, "gw.example.com")
    assert seen["certificate_id"] == workspace.components.get(component.id).certificate_id


@needs_openssl
def test_what_is_served_is_imported_after_it_was_tried(rest: Rest, workspace: Workspace, tmp_path: Path) -> None:
    with s_server(tmp_path, issue("gw.example.com")) as port:
        workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}", need="gateway-ssl"))
        assert rest.own.refused("POST", "endpoints/1/import", {}) == (409, "endpoint-serves-nothing")
        rest.own.done("POST", "endpoints/check", {"ids": [1]})
    before = export_of(workspace)
    tried = rest.own.done("POST", "endpoints/1/import", {}, params={"dryRun": "true"})
    assert tried["imported"][0]["subject"] == "CN=gw.example.com"
    assert export_of(workspace) == before
    done = rest.own.done("POST", "endpoints/1/import", {"on_conflict": "fail"})
    assert workspace.components.get(done["component_id"]).certificate_id == done["certificate_id"]


def test_a_viewer_sees_them_and_connects_to_nothing(viewer: Rest, workspace: Workspace) -> None:
    workspace.endpoints.add(NewEndpoint(where="gw.example.com"))
    assert len(viewer.own.done("GET", "endpoints")["endpoints"]) == 1
    for path, body in (("endpoints", {"host": "x.example.com"}), ("endpoints/check", {"ids": [1]})):
        assert viewer.own.refused("POST", path, body) == (403, "not-permitted")
    assert viewer.own.refused("DELETE", "endpoints/1") == (403, "not-permitted")
