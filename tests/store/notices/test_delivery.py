"""The courier: delivers once, whatever happens in between; retries until success or giving up; never blocks others."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.model.notice import Channel, DeliveryState
from certfleet.store.notices.courier_thread import CourierThread
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.conftest import content
from tests.store.notices.conftest import Tell, send_mail_to, tell_in
from tests.store.notices.servers import Hook, Mailbox, free_port, mail_server, silent_server, web_server
from tests.store.notices.test_settings import delivery
from tests.waiting import wait_until

ROOT = Path(__file__).parents[3]
DELIVER = """
import sys
from pathlib import Path
from certfleet.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    print("ready", flush=True)
    sys.stdin.readline()
    while workspace.outbox.pending():
        workspace.courier.deliver_due()
"""


def deliverer(workspace: Workspace) -> subprocess.Popen[str]:
    """A process that delivers everything, once it is told to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", DELIVER, str(workspace.path)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def subjects(mailbox: Mailbox) -> list[str]:
    return [message["Subject"] for message in mailbox.messages]


def test_both_channels_get_each_notice_once_also_after_a_restart(tmp_path: Path) -> None:
    with mail_server() as mailbox, web_server() as hook:
        with Workspace.open(tmp_path / "w", clock=FixedClock(NOW)) as workspace:
            send_mail_to(workspace, mailbox.port)
            workspace.deliveries.set_webhook(url=hook.url)
            tell_in(workspace, "First")
            workspace.courier.deliver_due()
            tell_in(workspace, "Second")
        with Workspace.open(tmp_path / "w", clock=FixedClock(NOW)) as workspace:
            workspace.courier.deliver_due()
            workspace.courier.deliver_due(datetime.now(UTC) + timedelta(days=3))
            assert workspace.check().clean
    assert subjects(mailbox) == ["First", "Second"]
    assert [post.body.count(b'"title":"First"') for post in hook.posts] == [1, 0]


@pytest.mark.slow
def test_killed_between_two_deliveries(workspace: Workspace, tell: Tell) -> None:
    hangs = threading.Event()

    class Hanging(Mailbox):
        reached = False

        async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
            while len(self.messages) == 1 and not hangs.is_set():
                self.reached = True
                await asyncio.sleep(0.01)
            envelope.mail_from = address
            return "250 OK"

    mailbox = Hanging()
    with mail_server(mailbox):
        send_mail_to(workspace, mailbox.port)
        for title in ("First", "Second", "Third"):
            tell(title)
        process = deliverer(workspace)
        begin(process)
        wait_until(lambda: mailbox.reached)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        hangs.set()
        assert workspace.courier.deliver_due().delivered == 1  # the one that was under way waits for its next attempt
        assert workspace.courier.deliver_due(datetime.now(UTC) + timedelta(minutes=1)).delivered == 1
    assert sorted(subjects(mailbox)) == ["First", "Second", "Third"]
    assert workspace.check().clean


@pytest.mark.slow
def test_two_processes_send_each_notice_once(workspace: Workspace, tell: Tell) -> None:
    with mail_server() as mailbox, web_server() as hook:
        send_mail_to(workspace, mailbox.port)
        workspace.deliveries.set_webhook(url=hook.url)
        for number in range(20):
            tell(f"Notice {number}")
        processes = [deliverer(workspace) for _ in range(2)]
        for process in processes:
            begin(process)
        assert [process.wait(120) for process in processes] == [0, 0]
    assert Counter(subjects(mailbox)) == Counter(f"Notice {number}" for number in range(20))
    assert len({post.headers["X-Certfleet-Delivery"] for post in hook.posts}) == len(hook.posts) == 20
    assert workspace.outbox.counts() == (0, 0)


def test_who_comes_second_goes_on_at_once(workspace: Workspace, tell: Tell) -> None:
    workspace.courier.timeout = 30
    with silent_server() as port:
        send_mail_to(workspace, port)
        tell()
        thread = CourierThread(workspace.courier).start()
        wait_until(lambda: workspace.outbox.pending()[0].attempts)
        tell("Another")
        with Workspace.open(workspace.path, actor=Actor("bob")) as other:
            report = other.courier.deliver_due()
            assert (report.busy, report.waiting) == (True, 2)
        thread.close()


def test_nobody_waits_while_a_server_does_not_answer(workspace: Workspace, tell: Tell) -> None:
    workspace.courier.timeout = 600
    with silent_server() as port:
        send_mail_to(workspace, port)
        tell()
        thread = CourierThread(workspace.courier).start()
        wait_until(lambda: workspace.outbox.pending()[0].attempts)
        with workspace.database.transaction():  # by another thread and by another process
            tell("Written meanwhile")
        with Workspace.open(workspace.path) as other:
            other.notices.mark_all_read("bob")
        thread.close()
        assert "courier" not in {thread.name for thread in threading.enumerate()}
    assert len(workspace.outbox.pending()) == 2
    assert thread.last_trouble is None


def test_after_the_server_was_down(workspace: Workspace, tell: Tell) -> None:
    mailbox = Mailbox(port=free_port())
    send_mail_to(workspace, mailbox.port)
    tell()
    start = datetime.now(UTC)
    assert workspace.courier.deliver_due(start).failed == 1
    waiting = delivery(workspace)
    assert (waiting.last_error, waiting.next_try_at) == ("Connection refused", start + timedelta(minutes=1))
    with mail_server(mailbox):
        assert workspace.courier.deliver_due(start + timedelta(seconds=59)).delivered == 0
        assert workspace.courier.deliver_due(start + timedelta(seconds=60)).delivered == 1
    assert len(mailbox.messages) == 1
    assert delivery(workspace).last_error == ""


def test_waits_double_up_to_an_hour_and_end_after_two_days(workspace: Workspace, tell: Tell) -> None:
    send_mail_to(workspace, free_port())
    tell()
    start = now = datetime.now(UTC)
    waits = []
    while delivery(workspace).state is DeliveryState.WAITING:
        assert workspace.courier.deliver_due(now).failed == 1
        waits.append((delivery(workspace).next_try_at - now) // timedelta(minutes=1))
        now = delivery(workspace).next_try_at
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert timedelta(days=1.9) < now - start < timedelta(days=2.1)
    given_up = delivery(workspace)
    assert workspace.outbox.counts() == (0, 1)
    assert workspace.outbox.failed() == [given_up]
    assert workspace.outbox.states([1]) == {1: DeliveryState.FAILED}
    assert workspace.courier.deliver_due(now + timedelta(days=1)).failed == 0

    (again,) = workspace.outbox.retry(given_up.notice_id)
    assert (again.state, again.attempts, again.uuid) == (DeliveryState.WAITING, 0, given_up.uuid)
    assert workspace.audit.tail(1)[0].summary == "delivery by mail is tried again"


def test_a_permanent_refusal_is_tried_five_times(workspace: Workspace, tell: Tell) -> None:
    with web_server(Hook(status=410)) as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell()
        now, reports = datetime.now(UTC), []
        for _ in range(6):
            reports.append(workspace.courier.deliver_due(now))
            now += timedelta(hours=1)
        assert [report.failed for report in reports] == [1, 1, 1, 1, 1, 0]
        assert [report.given_up for report in reports] == [0, 0, 0, 0, 1, 0]
        hook.status = 200
        assert workspace.outbox.retry_all() == 1
        assert workspace.courier.deliver_due().delivered == 1
    assert len({post.headers["X-Certfleet-Delivery"] for post in hook.posts}) == 1
    assert len({post.body for post in hook.posts}) == 1


def test_one_that_fails_does_not_keep_others_from_arriving(workspace: Workspace, tell: Tell) -> None:
    mailbox = Mailbox(refuse=lambda address: "451 Later" if address == "apple@example.net" else None)
    with mail_server(mailbox), web_server() as hook:
        send_mail_to(workspace, mailbox.port, "apple@example.net")
        workspace.deliveries.set_webhook(url=hook.url)
        tell("To nobody")
        send_mail_to(workspace, mailbox.port, "ann@example.com")
        tell("To Apple", recipient="apple@example.net")
        tell("To all")
        workspace.courier.deliver_due()
    assert subjects(mailbox) == ["To nobody", "To Apple", "To all"]
    assert len(hook.posts) == 3


def test_new_settings_are_tried_at_once(workspace: Workspace, tell: Tell) -> None:
    send_mail_to(workspace, free_port())
    tell()
    assert workspace.courier.deliver_due().failed == 1
    assert workspace.courier.deliver_due().failed == 0
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, "bob@example.com")
        assert workspace.courier.deliver_due().delivered == 1
    assert delivery(workspace).to == ("bob@example.com",)


def test_a_clock_that_was_wrong_holds_nothing_up(workspace: Workspace, tell: Tell) -> None:
    send_mail_to(workspace, free_port())
    tell()
    workspace.courier.deliver_due(datetime.now(UTC) + timedelta(days=4000))
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port)
        assert workspace.courier.deliver_due().delivered == 1


def test_a_virtual_clock_holds_nothing_up(tmp_path: Path) -> None:
    with mail_server() as mailbox, Workspace.open(tmp_path / "w", start=datetime(2031, 5, 1, tzinfo=UTC)) as workspace:
        send_mail_to(workspace, mailbox.port)
        tell_in(workspace, "Then")
        assert workspace.courier.deliver_due().delivered == 1
    assert mailbox.messages[0]["Date"].datetime < datetime.now(UTC) + timedelta(minutes=1)


def test_a_workspace_in_memory_delivers_too() -> None:
    with web_server() as hook, Workspace.open(None) as workspace:
        workspace.deliveries.set_webhook(url=hook.url, secret="hunter2")
        tell_in(workspace, "Kept nowhere")
        assert workspace.courier.deliver_due().delivered == 1


def test_under_a_passphrase_notices_wait_until_it_is_given(workspace: Workspace, tell: Tell) -> None:
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url, secret="hunter2")
        tell()
        workspace.change_passphrase("open sesame")
        with Workspace.open(workspace.path, passphrase=lambda: "open sesame") as locked:
            report = locked.courier.deliver_due()
            assert (report.delivered, report.failed, report.waiting) == (0, 0, 1)
            assert report.trouble is not None
            assert "passphrase" in report.trouble
            assert locked.outbox.pending()[0].attempts == 0
            locked.vault.unlock()
            assert locked.courier.deliver_due().delivered == 1
    assert len(hook.posts) == 1


def test_what_leaves_the_workspace_holds_no_secret(workspace: Workspace, tell: Tell) -> None:
    send_mail_to(workspace, free_port(), user="ann", password="open sesame")
    workspace.deliveries.set_webhook(url="http://127.0.0.1:9/T0K3N", secret="hunter2")
    tell()
    workspace.courier.deliver_due()
    exported = content(workspace)
    assert b"open sesame" not in exported
    assert b"hunter2" not in exported
    lines = " ".join(line.summary for line in workspace.audit.tail())
    errors = " ".join(delivery.last_error for delivery in workspace.outbox.pending())
    assert "T0K3N" not in lines + errors
    assert {waiting.channel for waiting in workspace.outbox.pending()} == set(Channel)


def test_a_thread_delivers_what_is_told(workspace: Workspace, tell: Tell) -> None:
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        thread = CourierThread(workspace.courier, interval=600).start()
        tell("First")
        thread.nudge()
        wait_until(lambda: len(hook.posts) == 1)
        tell("Second")
        thread.nudge()
        wait_until(lambda: workspace.outbox.counts() == (0, 0))
        thread.close()
    assert len(hook.posts) == 2


def test_a_thread_tells_of_its_trouble_and_goes_on(workspace: Workspace, tell: Tell) -> None:
    assert workspace.path is not None
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url, secret="hunter2")
        tell()
        (workspace.path / "vault.key").rename(workspace.path / "elsewhere")
        with Workspace.open(workspace.path) as other:
            thread = CourierThread(other.courier, interval=0.01).start()
            wait_until(lambda: thread.last_trouble)
            assert "vault.key is not there" in str(thread.last_trouble)
            (workspace.path / "elsewhere").rename(workspace.path / "vault.key")
            wait_until(lambda: hook.posts)
            wait_until(lambda: thread.last_trouble is None)
            thread.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_recorded_nothing_is_sent(workspace: Workspace, tell: Tell) -> None:
    assert workspace.path is not None
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell()
        workspace.close()
        for file in workspace.path.iterdir():
            file.chmod(0o400)
        workspace.path.chmod(0o500)
        with Workspace.open(workspace.path) as locked:
            thread = CourierThread(locked.courier).start()
            wait_until(lambda: thread.last_trouble)
            thread.close()
    assert hook.posts == []
