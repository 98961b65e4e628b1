"""Watching: a replacement, from the open task to the notice that somebody has put the old certificate back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.model.account import Role
from certfleet.store.model.audit import SYSTEM, Actor
from certfleet.store.model.endpoint_verdict import EndpointVerdict
from certfleet.store.watching.watch_thread import WatchThread
from certfleet.store.workspace import Workspace
from tests.material import issue, needs_openssl
from tests.store.deployment import replace, use
from tests.store.endpoints.servers import HERE, free_port, s_server
from tests.waiting import wait_until

pytestmark = needs_openssl


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certfleet.store.watching.watching.LOOK", 0.05)
    monkeypatch.setattr("certfleet.store.watching.watching.OTHER", 0.05)


@contextmanager
def watched(workspace: Workspace) -> Iterator[list[EndpointVerdict]]:
    """What a watcher finds, in a thread as a server has it."""
    found: list[EndpointVerdict] = []
    thread = WatchThread(
        workspace.watching, pytest.fail, acting=lambda: workspace.acting_as(SYSTEM), found=found.append
    ).start()
    try:
        yield found
    finally:
        thread.close()
        wait_until(lambda: not thread.is_alive)


def next_check(found: list[EndpointVerdict], clock: FixedClock) -> EndpointVerdict:
    """The next thing that the watcher finds, an hour later."""
    before = len(found)
    clock.at += timedelta(hours=7)
    wait_until(lambda: len(found) > before)
    return found[before]


def test_the_story_of_a_replaced_gateway_certificate(workspace: Workspace, clock: FixedClock, tmp_path: Path) -> None:
    old, new = issue("gw.example.com", days=60), issue("gw.example.com", days=300)
    component = use(workspace, "gateway-ssl", old)
    workspace.site.set(ssl_offload=True)
    port = free_port()
    with watched(workspace) as found:
        with s_server(tmp_path, old, port=port):
            workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}", need="gateway-ssl"))
            wait_until(lambda: found)
            assert found[0].verdict == "served"
            replace(workspace, component, new)
            (task,) = workspace.tasks.list(done=False)
            assert next_check(found, clock).verdict == "older"
            assert workspace.tasks.list(done=False) == (task,)
        with s_server(tmp_path, new, port=port):
            assert next_check(found, clock).verdict == "served"
            done = workspace.tasks.get(task.id)
            assert (done.done_at, done.done_by) == (clock.at, "certfleet")
            assert workspace.components.get(component.id).still_serves is None
        with s_server(tmp_path, old, port=port):
            assert next_check(found, clock).verdict == "older"
            next_check(found, clock)
    told = [one.title for one in reversed(workspace.notices.list()) if one.kind.startswith("endpoint-")]
    assert told == [
        f"{HERE}:{port} serves certificate {workspace.components.get(component.id).certificate_id}",
        f"{HERE}:{port} serves the older certificate {component.certificate_id} again",
    ]
    assert workspace.check().clean


def test_a_replacement_makes_the_next_check_soon(workspace: Workspace, clock: FixedClock, tmp_path: Path) -> None:
    old = issue("gw.example.com", days=60)
    component = use(workspace, "gateway-ssl", old)
    with s_server(tmp_path, old) as port, watched(workspace) as found:
        workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}", need="gateway-ssl"))
        wait_until(lambda: found)
        clock.at += timedelta(minutes=11)
        replace(workspace, component, issue("gw.example.com"))
        wait_until(lambda: len(found) == 2)


def test_only_one_watches_a_workspace_and_another_goes_on_when_it_ends(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    issued = issue("gw.example.com")
    assert workspace.path is not None
    with Workspace.open(workspace.path, clock=clock, actor=Actor("bob")) as other, s_server(tmp_path, issued) as port:
        waits: list[bool] = []
        with watched(workspace) as found:
            workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}"))
            wait_until(lambda: found)
            second = WatchThread(other.watching, pytest.fail, waits=waits.append).start()
            wait_until(lambda: waits)
            assert waits == [True]
            next_check(found, clock)
            assert waits == [True]
        wait_until(lambda: waits == [True, False])
        second.close()


def test_a_viewer_watches_nothing(workspace: Workspace) -> None:
    trouble: list[str] = []
    workspace.endpoints.add(NewEndpoint(where="gw.invalid"))
    thread = WatchThread(
        workspace.watching,
        trouble.append,
        acting=lambda: workspace.acting_as(Actor("vera", "192.0.2.9", Role.VIEWER)),
    ).start()
    wait_until(lambda: trouble)
    thread.close()
    assert workspace.endpoints.reading(1) is None
