"""Delivery on the Notices screen: mail and webhooks, set up and tried out, and what could not be sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from textual.widgets import Input

from certfleet.store.model.audit import Actor
from certfleet.store.model.notice import DeliveryState, Urgency
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.notices.table import NoticeTable
from tests.material import NOW
from tests.store.notices.conftest import send_mail_to
from tests.store.notices.servers import Mailbox, free_port, mail_server, silent_server, web_server

from ..conftest import Open
from ..driving import paste, shows, text_of, until
from .test_notices import tell


async def test_mail_is_set_up_tried_out_and_delivered(console: Open, workspace: Workspace) -> None:
    with mail_server() as mailbox:
        async with console(deliver=True, size=(80, 24)) as pilot:
            await pilot.press("8", "comma")
            await shows(pilot, "Not set up: nothing goes out this way.")
            await pilot.press("tab")
            await paste(pilot, "127.0.0.1")
            await pilot.press("tab", "down", "down", "enter")  # without TLS, to this machine
            await until(pilot, lambda: pilot.app.screen.query_one("#port", Input).value == "25")
            await pilot.press("tab", "ctrl+u")
            await paste(pilot, str(mailbox.port))
            await pilot.press("tab", "tab", "tab")
            await paste(pilot, "certfleet@example.com")
            await pilot.press("tab")
            await paste(pilot, "ann@example.com, ben@example.com")
            await pilot.press("tab", "tab", "enter")
            await shows(pilot, "The test message was sent: the mail server took it.")
            await pilot.press("escape")
            assert [message["Subject"] for message in mailbox.messages] == ["Test message"]

            tell(workspace, "The LDAPS certificate expires", urgency=Urgency.WARNING)
            await shows(pilot, "delivered")
            await shows(pilot, "to ann@example.com")

    assert [message["Subject"] for message in mailbox.messages[1:]] == ["The LDAPS certificate expires"]
    settings = workspace.deliveries.get().smtp
    assert settings is not None
    assert settings.recipients == ("ann@example.com", "ben@example.com")


async def test_what_a_server_refuses_is_shown_and_tried_again(console: Open, workspace: Workspace) -> None:
    port = free_port()
    send_mail_to(workspace, port)
    id = tell(workspace, "The LDAPS certificate expires")

    async with console(deliver=True, size=(140, 45)) as pilot:
        await pilot.press("8")
        await shows(pilot, "●  …  ○ info")
        await shows(pilot, "Connection refused")
        await shows(pilot, "waiting after 1 attempt, next")
        await shows(pilot, "R tries it now")
        with mail_server(Mailbox(port=port)):
            await pilot.press("R")
            await until(pilot, lambda: workspace.outbox.list_for(id)[0].state is DeliveryState.DELIVERED)
            await shows(pilot, "delivered")
        await pilot.press("R")
        await shows(pilot, "It has arrived. Send it once more")
        with mail_server(Mailbox(port=port)) as mailbox:
            await pilot.press("y")
            await until(pilot, lambda: mailbox.messages)


async def test_what_was_given_up_is_counted_and_a_channel_is_removed(console: Open, workspace: Workspace) -> None:
    send_mail_to(workspace, free_port())
    tell(workspace, "The LDAPS certificate expires")

    async with console(size=(80, 24)) as pilot:
        await pilot.press("8", "comma")
        await shows(pilot, "Set up. In all 1 wait, and 0 failed.")
        await pilot.press(*["shift+tab"] * 2, "enter")
        await shows(pilot, "Send no more notices by mail?")
        await pilot.press("y")
        await shows(pilot, "No more notices go by mail.")
        await shows(pilot, "× 1 not delivered")
        await shows(pilot, "R tries it again")
        await pilot.press("R")
        await shows(pilot, "neither a mail server")

    assert workspace.deliveries.get().smtp is None


async def test_a_webhook_is_signed_with_a_secret_that_is_never_shown(console: Open, workspace: Workspace) -> None:
    with web_server() as hook:
        async with console(size=(80, 24)) as pilot:
            await pilot.press("8", "comma", "down", "tab")
            await paste(pilot, hook.url)
            await pilot.press("tab", "space")
            await shows(pilot, "Secret  ")
            await pilot.press("tab")
            await paste(pilot, "hunter2")
            assert "hunter2" not in text_of(pilot)
            await pilot.press("tab", "tab", "enter")
            await shows(pilot, "The test message was sent: the web server took it.")
            await pilot.press("escape", "comma", "down")
            await shows(pilot, "kept, encrypted; empty leaves it")
            assert "hunter2" not in text_of(pilot)

    assert hook.posts[0].headers["X-Certfleet-Signature"].startswith("sha256=")


async def test_what_is_written_wrong_is_refused_and_stays(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("8", "comma", "tab")
        await paste(pilot, "mail.example.com")
        await pilot.press("enter")
        await shows(pilot, "is not a valid mail address")
        assert pilot.app.screen.query_one("#host", Input).value == "mail.example.com"

        await pilot.press("tab", "tab", "ctrl+u")
        await paste(pilot, "many")
        await pilot.press("enter")
        await shows(pilot, "write the port as a number")

    assert workspace.deliveries.get().smtp is None


async def test_nothing_waits_for_a_server_that_says_nothing(console: Open, workspace: Workspace) -> None:
    with couriers_end(), silent_server() as port:
        send_mail_to(workspace, port)
        tell(workspace, "The LDAPS certificate expires")
        async with console(deliver=True, size=(80, 24)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: workspace.outbox.pending()[0].attempts == 1)
            await pilot.press("m")
            await until(pilot, lambda: workspace.notices.unread("alice") == 0)
            await pilot.press("comma", *["shift+tab"] * 3, "enter")
            await shows(pilot, "Sending …")
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.focused, NoticeTable))


@contextmanager
def couriers_end() -> Iterator[None]:
    """No courier is at work any more when the console is closed."""
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "courier"]


async def test_why_nothing_can_be_delivered_is_said(console: Open, tmp_path: Path) -> None:
    path = tmp_path / "locked"
    with Workspace.open(path, actor=Actor("alice"), passphrase=lambda: "pass", start=NOW) as workspace:
        workspace.deliveries.set_webhook(url="https://example.com/hook", secret="hunter2")
        workspace.change_passphrase("pass")
        tell(workspace, "The LDAPS certificate expires")
    with Workspace.open(path, actor=Actor("alice"), passphrase=lambda: "pass") as workspace:
        async with console(workspace, size=(140, 45)) as pilot:
            await pilot.press("8")
            app = pilot.app
            assert isinstance(app, CertfleetApp)
            await until(pilot, lambda: app.notice_delivery.trouble is not None)
            await pilot.press("1", "8", "m")
            await shows(pilot, "not delivered: notices wait in the outbox")
