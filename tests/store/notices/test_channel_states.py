"""A channel that has failed for a day is a notice itself: in the inbox, and on the other channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from certfleet.store.model.notice import Channel
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.notices.conftest import Tell, send_mail_to
from tests.store.notices.servers import Mailbox, free_port, mail_server, web_server

HOUR = timedelta(hours=1)


def test_a_day_of_failures_is_told_by_the_other_channels(workspace: Workspace, tell: Tell) -> None:
    port, now = free_port(), datetime.now(UTC)
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        send_mail_to(workspace, port)
        tell()
        for hours in range(24):
            workspace.courier.deliver_due(now + hours * HOUR)
            assert workspace.channels.failing() == ()
        workspace.courier.deliver_due(now + 25 * HOUR)
        (state,) = workspace.channels.failing()
        assert (state.channel, state.reason) == (Channel.SMTP, "Connection refused")
        notice = workspace.notices.get(state.notice_id)
        assert notice.title.startswith("No notice has gone out by mail since ")
        assert "127.0.0.1" in notice.text
        assert [one.channel for one in workspace.outbox.list_for(notice.id)] == [Channel.WEBHOOK]
        for hours in range(26, 40):
            workspace.courier.deliver_due(now + hours * HOUR)
        assert len(workspace.notices.list()) == 2  # once
        assert len(hook.posts) == 2

        with mail_server(Mailbox(port=port)):
            workspace.courier.deliver_due(now + 41 * HOUR)
    assert workspace.channels.failing() == ()
    assert workspace.notices.get(notice.id).over_at == NOW
    assert workspace.check().clean


def test_new_settings_begin_anew(workspace: Workspace, tell: Tell) -> None:
    send_mail_to(workspace, free_port())
    tell()
    now = datetime.now(UTC)
    for hours in (0, 25):
        workspace.courier.deliver_due(now + hours * HOUR)
    (state,) = workspace.channels.failing()
    send_mail_to(workspace, free_port(), "bob@example.com")
    assert workspace.channels.failing() == ()
    assert workspace.notices.get(state.notice_id).over_at is not None
