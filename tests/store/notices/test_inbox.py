"""The inbox: each notice once, with each user's own read marks."""

from __future__ import annotations

import pytest

from certfleet.store.clock import rfc3339
from certfleet.store.errors import Refusal
from certfleet.store.model.audit import Actor
from certfleet.store.model.notice import Urgency
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.notices.conftest import Tell


def titles(workspace: Workspace, unread_by: str | None = None) -> list[str]:
    return [notice.title for notice in workspace.notices.list(unread_by=unread_by)]


def test_what_was_told_under_a_key_is_not_told_again(workspace: Workspace, tell: Tell) -> None:
    id = tell("30 days left", key="apns-expiry:12:30", urgency=Urgency.WARNING, recipient="ann@example.com")
    assert tell("30 days left", key="apns-expiry:12:30") is None
    assert tell("10 days left", key="apns-expiry:12:10", urgency=Urgency.URGENT)
    assert titles(workspace) == ["10 days left", "30 days left"]
    assert workspace.notices.told("apns-expiry:12:30")
    assert not workspace.notices.told("apns-expiry:12:1")
    assert id is not None
    notice = workspace.notices.get(id)
    assert (notice.at, notice.urgency, notice.recipient) == (NOW, Urgency.WARNING, "ann@example.com")


def test_without_a_key_it_may_come_again(workspace: Workspace, tell: Tell) -> None:
    assert tell("Again") != tell("Again")
    assert not workspace.notices.told("")


def test_what_is_taken_back_was_not_told(workspace: Workspace, tell: Tell) -> None:
    assert workspace.notices.unread("ann") == 0
    with pytest.raises(RuntimeError), workspace.database.transaction():
        tell("Undone", key="k")
        assert workspace.notices.unread("ann") == 1
        raise RuntimeError
    assert workspace.notices.unread("ann") == 0
    assert tell("Done", key="k")


def test_each_user_reads_for_himself(workspace: Workspace, tell: Tell) -> None:
    first, second, third = tell("First"), tell("Second"), tell("Third")
    assert (workspace.notices.unread("ann"), workspace.notices.unread("bob")) == (3, 3)
    assert workspace.notices.mark_read([first, third], "ann") == 2  # type: ignore[list-item]
    assert workspace.notices.mark_read([first], "ann") == 0  # type: ignore[list-item]
    assert (workspace.notices.unread("ann"), workspace.notices.unread("bob")) == (1, 3)
    assert titles(workspace, unread_by="ann") == ["Second"]
    assert titles(workspace, unread_by="bob") == ["Third", "Second", "First"]
    assert titles(workspace) == ["Third", "Second", "First"]

    assert workspace.notices.mark_unread([third, second], "ann") == 1  # type: ignore[list-item]
    assert titles(workspace, unread_by="ann") == ["Third", "Second"]
    assert workspace.notices.mark_all_read("bob") == 3
    assert workspace.notices.mark_all_read("bob") == 0
    assert (workspace.notices.unread("ann"), workspace.notices.unread("bob")) == (2, 0)
    assert workspace.notices.list(1, unread_by="ann")[0].read_by == ("bob",)


def test_they_are_listed_page_by_page(workspace: Workspace, tell: Tell) -> None:
    ids = [id for number in range(5) if (id := tell(f"Number {number}"))]
    workspace.notices.mark_read([ids[1]], "ann")

    assert [notice.id for notice in workspace.notices.list(2, before=ids[3])] == [ids[2], ids[1]]
    assert [notice.id for notice in workspace.notices.list(2, before=ids[3], unread_by="ann")] == [ids[2], ids[0]]
    assert workspace.notices.list(2, before=ids[0]) == []


def test_marks_leave_no_audit_line(workspace: Workspace, tell: Tell) -> None:
    tell()
    before = workspace.audit.tail(1)
    workspace.notices.mark_all_read("ann")
    assert workspace.audit.tail(1) == before


def test_a_notice_that_is_not_there(workspace: Workspace, tell: Tell) -> None:
    tell()
    with pytest.raises(Refusal, match="notice-unknown"):
        workspace.notices.get(2)
    with pytest.raises(Refusal, match="notice-unknown"):
        workspace.notices.mark_read([1, 2], "ann")
    assert workspace.notices.unread("ann") == 1


def test_another_session_sees_what_was_told_and_read(workspace: Workspace, tell: Tell) -> None:
    with Workspace.open(workspace.path, actor=Actor("bob")) as other:
        assert other.notices.unread("bob") == 0
        tell()
        assert other.notices.unread("bob") == 1
        other.notices.mark_all_read("bob")
        assert (workspace.notices.unread("bob"), workspace.notices.unread("alice")) == (0, 1)


def test_notices_of_an_earlier_release_are_read(workspace: Workspace) -> None:
    old = {"at": rfc3339(NOW), "kind": "authority-ready", "record": "authority-group:2", "title": "Old", "text": "…"}
    workspace.database.table("notices").insert_multiple([old, {**old, "title": "Older"}])
    notice = workspace.notices.get(1)
    assert (notice.key, notice.urgency, notice.recipient, notice.read_by) == ("", Urgency.INFO, None, ())
    assert workspace.notices.unread("ann") == 2
    workspace.notices.mark_read([1], "ann")
    assert titles(workspace, unread_by="ann") == ["Older"]
    assert workspace.check().clean


def test_without_a_channel_nothing_is_on_its_way(workspace: Workspace, tell: Tell) -> None:
    tell()
    assert workspace.outbox.counts() == (0, 0)
    assert workspace.outbox.states([1]) == {}
    assert workspace.courier.deliver_due().delivered == 0
