"""The Notices screen: an inbox for each user, and going to a notice's subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet.store.model.audit import Actor
from certfleet.store.model.documents import to_document
from certfleet.store.model.notice import Notice, Urgency
from certfleet.store.persistence.engine import Row
from certfleet.store.workspace import Workspace
from certfleet.tui.notices.table import NoticeTable
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look
from tests.material import NOW

from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_deployment import deploy


def tell(workspace: Workspace, title: str, hours: int = 0, **more: object) -> int:
    """A notice that is so many hours old."""
    with workspace.database.transaction():
        id = workspace.notices.tell(
            **{  # type: ignore[arg-type]
                "kind": "gateway-expiry",
                "record": "certificate:5",
                "title": title,
                "text": f"{title}. Replace it in time.",
                "at": NOW - timedelta(hours=hours),
                **more,
            }
        )
    assert id is not None
    return id


def tell_some(workspace: Workspace) -> None:
    tell(workspace, "CA group group-2 is ready", 30, kind="authority-ready", record="authority-group:2")
    tell(workspace, "The LDAPS certificate expires", 20, urgency=Urgency.WARNING)
    tell(workspace, "The APNs certificate expires", 10, urgency=Urgency.URGENT, recipient="it@example.com")


def table_of(pilot: Pilot[None]) -> NoticeTable:
    return pilot.app.screen.query_one(NoticeTable)


def titles(pilot: Pilot[None]) -> list[str]:
    return [line.notice.title for line in table_of(pilot).rows]


def unread(pilot: Pilot[None]) -> list[str]:
    return [line.notice.title for line in table_of(pilot).rows if line.unread]


# The inbox


async def test_the_newest_is_first_with_its_text_below_or_beside(console: Open, workspace: Workspace) -> None:
    tell_some(workspace)

    for size in ((80, 24), (140, 45)):
        async with console(size=size) as pilot:
            await pilot.press("8")
            await shows(pilot, "3 unread  3 notices")
            assert titles(pilot) == [
                "The APNs certificate expires",
                "The LDAPS certificate expires",
                "CA group group-2 is ready",
            ]
            text = text_of(pilot)
            for part in ("▲ urgent", "◆ warning", "○ info", "12-31 14:00", "Replace it in time."):
                assert part in text
            assert "the administrators, and it@example.com" in text

            await pilot.press("end")
            await shows(pilot, "CA group group-2 is ready. Replace it in time.")


@pytest.mark.parametrize("look", [Look.ANSI, Look.PLAIN])
async def test_urgency_and_unread_are_told_without_colour(console: Open, workspace: Workspace, look: Look) -> None:
    tell_some(workspace)
    workspace.notices.mark_read([1], "alice")

    async with console(settings=ConsoleSettings(look=look)) as pilot:
        await pilot.press("8")
        await shows(pilot, "2 unread")
        lines = text_of(pilot).splitlines()
        assert any("●     ▲ urgent" in line for line in lines)
        assert any("○ info" in line and "●" not in line for line in lines)


async def test_the_masthead_counts_what_is_unread_on_every_screen(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        assert "✉" not in text_of(pilot)
        tell_some(workspace)
        await shows(pilot, "✉ 3")
        await pilot.press("3")
        await shows(pilot, "✉ 3")
        await pilot.press("8", "A")
        await shows(pilot, "3 notices marked as read.")
        assert "✉" not in text_of(pilot)


async def test_a_click_on_the_count_goes_to_the_notices(console: Open, workspace: Workspace) -> None:
    tell_some(workspace)
    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "✉ 3")
        await pilot.click("Masthead", offset=(text_of(pilot).split("\n")[0].index("✉"), 0))
        assert pilot.app.current_mode == "notices"


async def test_opening_reads_and_r_takes_it_back(console: Open, workspace: Workspace) -> None:
    tell_some(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("8", "enter")
        await shows(pilot, "│ The APNs certificate expires. Replace it in time.")
        await until(pilot, lambda: workspace.notices.unread("alice") == 2)
        await pilot.press("escape")
        await until(pilot, lambda: len(unread(pilot)) == 2)
        assert workspace.notices.unread("bob") == 3

        await pilot.press("m")
        await until(pilot, lambda: workspace.notices.unread("alice") == len(unread(pilot)) == 3)

        await pilot.press("space", "space", "m")  # both that are selected
        await until(pilot, lambda: unread(pilot) == ["CA group group-2 is ready"])


async def test_only_what_is_unread_is_shown_and_what_is_read_meanwhile_stays(
    console: Open, workspace: Workspace
) -> None:
    tell_some(workspace)
    workspace.notices.mark_read([2], "alice")

    async with console() as pilot:
        await pilot.press("8", "F")
        await until(pilot, lambda: len(titles(pilot)) == 2)
        await pilot.press("m")
        await until(pilot, lambda: unread(pilot) == ["CA group group-2 is ready"])
        assert len(titles(pilot)) == 2

        await pilot.press("F", "F")
        await until(pilot, lambda: titles(pilot) == ["CA group group-2 is ready"])
        await pilot.press("A")
        await shows(pilot, "Nothing unread. F shows all.")
        await pilot.press("escape")
        await until(pilot, lambda: len(titles(pilot)) == 3)


async def test_words_filter_by_all_that_is_in_a_notice(console: Open, workspace: Workspace) -> None:
    tell_some(workspace)

    async with console() as pilot:
        await pilot.press("8", "slash")
        await paste(pilot, "urgent it@example")
        await until(pilot, lambda: titles(pilot) == ["The APNs certificate expires"])
        await shows(pilot, "1 of 3 notices")
        await pilot.press("escape")
        await until(pilot, lambda: len(titles(pilot)) == 3)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Callable[[str], Workspace]]:
    """Opens one workspace on disk as this user or that."""
    opened: list[Workspace] = []

    def open_as(user: str) -> Workspace:
        opened.append(Workspace.open(tmp_path / "shared", actor=Actor(user), start=NOW))
        return opened[-1]

    yield open_as
    for workspace in opened:
        workspace.close()


async def test_consoles_of_one_user_see_each_other_read(console: Open, shared: Callable[[str], Workspace]) -> None:
    mine, also_mine, hers = shared("alice"), shared("alice"), shared("bob")
    tell_some(mine)

    async with console(mine) as first, console(also_mine) as second, console(hers) as third:
        for pilot in (first, second, third):
            await pilot.press("8")
            await shows(pilot, "3 unread")
        await first.press("enter")
        await shows(second, "2 unread")
        await second.press("down", "m")
        await shows(first, "✉ 1")
        assert "3 unread" in text_of(third)

        tell(hers, "The gateway certificate expires")
        await until(first, lambda: "✉ 2" in text_of(first))
        await until(second, lambda: titles(second)[0] == "The gateway certificate expires")


async def test_ten_thousand_are_read_a_page_at_a_time(console: Open, shared: Callable[[str], Workspace]) -> None:
    workspace = shared("alice")
    many = [
        Notice(id=id, at=NOW + timedelta(minutes=id), kind="x", record="fleet:1", title=f"Notice {id}", text="Text.")
        for id in range(1, 10_001)
    ]
    with workspace.database.transaction():
        workspace.database.table("notices").write([Row(notice.id, to_document(notice)) for notice in many])
    workspace.poll()

    async with console(workspace, size=(80, 24)) as pilot:
        await pilot.press("8")
        await shows(pilot, "500 notices, older ones at the end")
        assert "✉ 10,000" in text_of(pilot)
        await pilot.press("end")
        await shows(pilot, "1,000 notices, older ones at the end")

        await pilot.press("slash")
        await paste(pilot, "notice 777")
        await shows(pilot, "19 of 10,000 notices")
        await pilot.press("escape", "A")
        await shows(pilot, "10,000 notices marked as read.")


async def test_a_long_title_is_there_to_its_end(console: Open, workspace: Workspace) -> None:
    name = "com.apple.mgmt.External.5c0b9097-d4d7-4270-9ff0-52e35109bf51"
    tell(workspace, f"The push certificate {name} expires on 2026-01-10", hours=1, text="Renew it.")

    async with console(size=(80, 24)) as pilot:
        await pilot.press("8", "enter")
        await shows(pilot, "Delivery")
        await shows(pilot, "2026-01-10")


# Going to what it is about


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(
    ("record", "kind", "mode", "shown"),
    [
        ("certificate:5", "gateway-expiry", "certificates", "#5 gateway.example.com"),
        ("certificate:0", "capability-stopped", "checklist", "Endpoint Management"),
        ("certificate:99", "gateway-expiry", "notices", "Certificate 99 is no longer in the inventory."),
        ("authority-group:2", "authority-ready", "authorities", "group-2"),
        ("profile:1", "certificate-expiry", "checklist", "Endpoint Management"),
        ("device:7", "other", "devices", "#7 "),
        ("workspace:1", "other", "notices", "It is about nothing that has a screen of its own."),
    ],
)
async def test_f_goes_to_what_it_is_about(
    console: Open, workspace: Workspace, record: str, kind: str, mode: str, shown: str
) -> None:
    tell(workspace, "Something", hours=-1, record=record, kind=kind)

    async with console(size=(140, 45)) as pilot:
        await pilot.press("8", "f")
        await until(pilot, lambda: pilot.app.current_mode == mode)
        await shows(pilot, shown)


@pytest.mark.prepared(by=deploy)
async def test_failed_renewals_lead_to_the_devices_with_something_pending(console: Open, workspace: Workspace) -> None:
    tell(workspace, "Certificate renewal fails", hours=-1, record="fleet:1", kind="renewal-failed")

    async with console() as pilot:
        await pilot.press("8", "enter")
        await shows(pilot, "About      the devices")
        await pilot.press("f")
        await until(pilot, lambda: pilot.app.current_mode == "devices")
        await until(pilot, lambda: pilot.app.screen.query_one("#filter", Input).value == "pending:yes")


async def test_a_notice_is_acknowledged_and_no_longer(console: Open, workspace: Workspace) -> None:
    workspace.site.set(default_owner="bob@example.com")
    id = tell(workspace, "The LDAPS certificate expires")
    async with console(size=(140, 45)) as pilot:
        await pilot.press("8")
        await shows(pilot, "bob@example.com")
        await shows(pilot, "by nobody; a acknowledges it")
        await pilot.press("a")
        await shows(pilot, f"by {workspace.actor.user} until ")
        assert workspace.notices.get(id).acknowledged_by == workspace.actor.user
        await pilot.press("a")
        await shows(pilot, "by nobody; a acknowledges it")
    assert workspace.notices.get(id).acknowledged_by == ""
