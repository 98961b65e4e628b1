"""Two people on one workspace, and the passing of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.shell.following import POLL_SECONDS
from tests.material import NOW, issue

from ..conftest import Open
from ..driving import paste, shows, text_of, until


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """The same workspace, as alice's console and as bob's command line have it."""
    path = tmp_path / "shared"
    with (
        Workspace.open(path, actor=Actor("alice"), clock=FixedClock(NOW)) as alice,
        Workspace.open(path, actor=Actor("bob", "192.0.2.7"), clock=FixedClock(NOW)) as bob,
    ):
        yield alice, bob


def test_the_feed_is_asked_more_than_once_a_second() -> None:
    assert POLL_SECONDS < 1


async def test_what_another_session_does_appears_by_itself(console: Open, shared: tuple[Workspace, Workspace]) -> None:
    alice, bob = shared
    async with console(alice) as pilot:
        await pilot.press("2")
        bob.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem, name="gateway.pem"))
        await shows(pilot, "gateway.example.com")

        await shows(pilot, "» bob: gateway.example.com imported")


async def test_own_changes_leave_no_note_about_others(console: Open, shared: tuple[Workspace, Workspace]) -> None:
    alice, _ = shared
    alice.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))
    async with console(alice) as pilot:
        await pilot.press("2", "d")
        await paste(pilot, "x")
        await pilot.press("enter")
        await shows(pilot, "described")
        await pilot.pause(0.6)

        assert "another session" not in text_of(pilot)


async def test_a_screen_that_is_not_seen_catches_up_when_it_is(
    console: Open, shared: tuple[Workspace, Workspace]
) -> None:
    alice, bob = shared
    async with console(alice) as pilot:
        await pilot.press("2", "1")
        bob.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))
        await pilot.pause(0.6)
        await pilot.press("2")
        await shows(pilot, "gateway.example.com")


async def test_certificates_expire_while_the_console_is_open(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com", days=100).pem))
        async with console(workspace) as pilot:
            await shows(pilot, "● 1 valid")
            clock.at += timedelta(days=70)  # of the 99 that are left
            await shows(pilot, "◆ 1 expiring")
            clock.at += timedelta(days=20)
            await shows(pilot, "▲ 1 critical")
            clock.at += timedelta(days=30)
            await shows(pilot, "× 1 expired")


async def test_a_workspace_that_can_not_be_read_is_told_once(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("disk gone")

    async with console() as pilot:
        monkeypatch.setattr(workspace, "poll", fail)
        await shows(pilot, "can't be read")
        monkeypatch.undo()
        workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com", days=20).pem))
        await until(pilot, lambda: "gateway.example.com" in text_of(pilot))
