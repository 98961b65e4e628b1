"""Notices from the command line: reading and marking them, and their recipients."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.model.audit import Actor
from tests.edited_store import stored_in
from tests.prepared import Prepared
from tests.store.notices.servers import (
    PASSWORD,
    USER,
    Hook,
    Mailbox,
    free_port,
    login,
    mail_server,
    silent_server,
    web_server,
)
from tests.waiting import wait_until

from ..conftest import Command


@pytest.fixture
def company(certfleet: Command, prepared: Prepared) -> Command:
    """The company on a virtual clock, which has been told of five ends to come."""
    return certfleet.after(prepared, "simulate company --start 2026-01-05")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def mail_to(command: Command, port: int, *options: object) -> Any:
    """Configure a mail server on this machine."""
    line = ("--port", port, "--security", "none", "--from", "certfleet@company.example", "--to", "ann@company.example")
    return command.json("notice", "smtp", "set", "--host", "127.0.0.1", *line, *options)["smtp"]


def tell(command: Command, name: str) -> None:
    """Have something told: a CA group is ready."""
    command.done("authority", "refresh", "--now", "--name", name)


# Reading


def test_list_and_show(company: Command) -> None:
    told = company.json("notice", "list")
    notices = told["notices"]
    assert [notice["id"] for notice in notices] == [5, 4, 3, 2, 1]
    assert told["unread"] == 5
    push = next(notice for notice in notices if notice["kind"] == "apns-expiry")
    assert (push["urgency"], push["read"], push["delivery"]) == ("urgent", False, None)
    assert push["recipient"].startswith("mobile@")
    assert push["at"] == "2026-01-05T00:00:00Z"
    assert [notice["id"] for notice in company.json("notice", "list", "--limit", 2)["notices"]] == [5, 4]
    assert push["title"] in company.done("notice", "list")
    shown = company.json("notice", "show", push["id"])
    assert shown == {"notice": push, "deliveries": []}
    text = company.done("notice", "show", push["id"])
    assert push["text"] in text
    assert push["recipient"] in text
    assert company.refused("notice", "show", 99)["code"] == "notice-unknown"


def test_a_table_fits_a_terminal(company: Command) -> None:
    shown, status = company.on_a_terminal("notice", "list")
    assert status == 0
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())) <= 80


def test_marks(company: Command) -> None:
    assert company.json("notice", "read", 1, 2, 1) == {"changed": 2, "unread": 3}
    assert company.json("notice", "read", 1) == {"changed": 0, "unread": 3}
    unread = company.json("notice", "list", "--unread")
    assert [notice["id"] for notice in unread["notices"]] == [5, 4, 3]
    assert company.json("notice", "show", 1)["notice"]["read_by"] == [Actor.current().user]
    assert company.done("notice", "unread", 2) == "1 marked as unread; 4 unread\n"
    assert company.json("notice", "read", "--all") == {"changed": 4, "unread": 0}
    assert company.done("notice", "list", "--unread") == "no unread notice\n"
    assert company.refused("notice", "read", 99)["code"] == "notice-unknown"
    for arguments in (["read"], ["read", 1, "--all"], ["unread"]):
        assert company.run("notice", *arguments).exit_code == 2


# Mail


def test_a_notice_arrives_by_mail(company: Command, mailbox: Mailbox) -> None:
    settings = mail_to(company, mailbox.port, "--to", "bob@company.example")
    assert (settings["recipients"], settings["has_password"]) == (["ann@company.example", "bob@company.example"], False)
    assert company.json("notice", "smtp", "test") == {"sent": "smtp"}
    tell(company, "group-2")
    (notice,) = company.json("notice", "list", "--limit", 1)["notices"]
    assert notice["delivery"] == "waiting"
    assert company.json("notice", "deliver") == {
        "delivered": 3,
        "failed": 0,
        "given_up": 0,
        "waiting": 0,
        "next_attempt_at": None,
        "busy": False,
        "trouble": None,
    }
    subjects = [message["Subject"] for message in mailbox.messages]
    assert subjects[0] == "Test message"
    assert subjects[1].strip().startswith("Urgent: The push certificate")  # to its Apple ID alone
    assert subjects[2:] == ["Urgent: 5 notices that still hold", "CA group group-2 is ready"]
    (delivery,) = company.json("notice", "show", notice["id"])["deliveries"]
    assert (delivery["channel"], delivery["state"], delivery["attempts"]) == ("smtp", "delivered", 1)
    assert "smtp: delivered to ann@company.example, bob" in company.done("notice", "show", notice["id"])
    assert company.json("notice", "deliver")["delivered"] == 0
    assert company.done("notice", "deliver") == "nothing is due; nothing is waiting\n"
    assert company.run("notice", "deliver", "--quiet").output == ""  # cron sends a mail of whatever is printed
    assert len(mailbox.messages) == 4


def test_what_does_not_arrive_is_tried_again(company: Command) -> None:
    port = free_port()
    assert company.done("notice", "deliver").startswith("nothing is due: neither a mail server nor a webhook")
    mail_to(company, port)
    tell(company, "group-2")
    result = company.run("notice", "deliver")
    assert (result.exit_code, result.stdout) == (1, "1 failed; 7 waiting\n")  # the first; no other is tried then
    assert "smtp: waiting" in company.done("notice", "show", 6)
    push = next(one for one in company.json("notice", "list")["notices"] if one["kind"] == "apns-expiry")
    assert "one attempt, next on " in company.done("notice", "show", push["id"])
    later = company.run("notice", "deliver", json=True)
    assert json.loads(later.stdout)["next_attempt_at"] is not None
    assert company.json("notice", "retry") == {"retried": 7, "waiting": 7, "failed": 0}
    with mail_server(Mailbox(port=port)) as mailbox:
        assert company.done("notice", "deliver") == "7 delivered; 0 waiting\n"
        assert len(mailbox.messages) == 7
        error = company.refused("notice", "retry", 6)
        assert (error["code"], "--again" in error["hint"]) == ("already-delivered", True)
        assert company.json("notice", "retry", 6, "--again")["retried"] == 1
        assert company.done("notice", "deliver") == "1 delivered; 0 waiting\n"
    assert company.run("notice", "retry", "--again").exit_code == 2
    assert company.refused("notice", "retry", 99)["code"] == "notice-unknown"
    assert company.json("notice", "retry")["retried"] == 0


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_password_of_the_mail_server(company: Command, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(f"{PASSWORD}\n")
    bad.write_text("open sesame\n")
    options: dict[str, Any] = {"authenticator": login, "auth_require_tls": False, "auth_required": True}
    with mail_server(**options) as mailbox:
        set_smtp = ("notice", "smtp", "set", "--host", "127.0.0.1", "--port", mailbox.port, "--security", "none",
                    "--from", "a@company.example", "--to", "b@company.example", "--user", USER)  # fmt: skip
        error = company.refused(*set_smtp)
        assert (error["code"], "--password-file" in error["hint"]) == ("password-needed", True)
        assert company.json(*set_smtp, "--password-file", bad)["smtp"]["has_password"]
        error = company.refused("notice", "smtp", "test")
        assert (error["code"], "open sesame" in error["message"]) == ("delivery-failed", False)
        company.done(*set_smtp, "--password-file", "-", input=f"{PASSWORD}\n")
        company.done("notice", "smtp", "test")
        company.done(*set_smtp)  # the one that is kept stays
        company.done("notice", "smtp", "test")
        shown, status = company.on_a_terminal(*set_smtp, answers=[("Password of", "open sesame\n")])
        assert (status, "open sesame" in shown) == (0, False)
        assert company.refused("notice", "smtp", "test")["code"] == "delivery-failed"
        assert len(mailbox.messages) == 2
    assert PASSWORD.encode() not in stored_in(company.workspace)
    assert "sesame" not in company.done("audit", "list")
    assert f"{USER}, with a password" in company.done("notice", "smtp", "show")


def test_the_mail_server_is_shown_and_removed(company: Command) -> None:
    assert company.json("notice", "smtp", "show") == {"smtp": None}
    assert company.done("notice", "smtp", "show") == "no mail server is configured\n"
    for what in ("remove", "test"):
        assert company.refused("notice", "smtp", what)["code"] == "channel-not-configured"
    settings = mail_to(company, 2525)
    assert company.json("notice", "smtp", "show")["smtp"] == settings
    text = company.done("notice", "smtp", "show")
    assert "127.0.0.1, port 2525" in text
    tell(company, "group-2")
    assert company.json("notice", "smtp", "remove") == {"removed": "smtp"}
    assert company.json("notice", "list", "--limit", 1)["notices"][0]["delivery"] == "failed"
    assert company.refused("notice", "retry", 6)["code"] == "channel-not-configured"


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_ports(company: Command, security: str, port: int) -> None:
    line = ("--host", "mail.company.example", "--security", security, "--from", "a@b.example", "--to", "c@b.example")
    assert company.json("notice", "smtp", "set", *line)["smtp"]["port"] == port


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "no host", "--from", "a@b.example", "--to", "c@b.example"],
        ["--host", "mail.example", "--from", "nobody", "--to", "c@b.example"],
        ["--host", "mail.example", "--from", "a@b.example", "--to", "nobody"],
        ["--host", "mail.example", "--from", "a@b.example", "--to", "c@b.example", "--security", "none",
         "--user", "ann", "--password-file", "-"],
    ],
)  # fmt: skip
def test_mail_servers_that_are_none(company: Command, options: list[str]) -> None:
    assert company.refused("notice", "smtp", "set", *options, input="secret\n")["code"] == "smtp-invalid"


# Webhook


def test_a_notice_is_posted(company: Command, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("between us\n")
    with web_server() as hook:
        told = company.json("notice", "webhook", "set", hook.url, "--secret-file", secret)["webhook"]
        assert told == {"url": f"http://127.0.0.1:{hook.port}", "signed": True}
        tell(company, "group-2")
        assert company.done("notice", "deliver") == "2 delivered; 0 waiting\n"
        company.done("notice", "webhook", "set", hook.url)  # the secret that is kept stays
        company.done("notice", "webhook", "test")
        assert company.json("notice", "webhook", "set", hook.url, "--no-secret")["webhook"]["signed"] is False
        company.done("notice", "webhook", "test")
    titles = [json.loads(post.body)["notice"]["title"] for post in hook.posts[:2]]
    assert titles == ["5 notices that still hold", "CA group group-2 is ready"]
    assert ["X-Certfleet-Signature" in post.headers for post in hook.posts] == [True, True, True, False]
    assert "not signed" in company.done("notice", "webhook", "show")
    assert "room" not in company.done("notice", "webhook", "show")
    assert company.json("notice", "webhook", "remove") == {"removed": "webhook"}
    assert company.json("notice", "webhook", "show") == {"webhook": None}
    assert company.done("notice", "webhook", "show") == "no webhook is configured\n"
    for what in ("remove", "test"):
        assert company.refused("notice", "webhook", what)["code"] == "channel-not-configured"


def test_webhooks_that_are_none(company: Command, tmp_path: Path) -> None:
    assert company.refused("notice", "webhook", "set", "ftp://company.example/")["code"] == "webhook-invalid"
    set_webhook = ("notice", "webhook", "set", "http://company.example/")
    assert company.run(*set_webhook, "--no-secret", "--secret-file", "-").exit_code == 2
    error = company.refused(*set_webhook, "--secret-file", "-", input="between us\n")
    assert (error["code"], "between us" in error["message"]) == ("webhook-invalid", False)
    shown, status = company.on_a_terminal(
        "notice", "webhook", "set", "https://company.example/hook", answers=[("Secret", "between us\n")]
    )
    assert (status, "signed with a secret" in shown, "between us" in shown) == (0, True, False)


def test_a_copy_of_a_workspace_writes_to_nobody(company: Command, tmp_path: Path, mailbox: Mailbox) -> None:
    mail_to(company, mailbox.port)
    tell(company, "group-2")
    company.done("workspace", "export", tmp_path / "company.json")
    copy = Command(tmp_path / "copy")
    copy.done("workspace", "import", tmp_path / "company.json", "--key-file", company.workspace / "vault.key")
    assert copy.json("notice", "smtp", "show") == {"smtp": None}
    assert copy.json("notice", "deliver")["delivered"] == 0
    assert mailbox.messages == []


# While the simulator runs


def test_a_simulation_delivers_what_it_tells_of(company: Command, mailbox: Mailbox) -> None:
    mail_to(company, mailbox.port)
    company.done("simulate", "fleet", "--devices", 20)
    with web_server(Hook()) as hook:
        company.done("notice", "webhook", "set", hook.url, "--no-secret")
        company.done("simulate", "run", "--for", "9d")
    notices = company.json("notice", "list")["notices"]
    told = [notice for notice in notices if notice["delivery"] is not None]
    assert {notice["kind"] for notice in told} >= {"certificate-expiry", "capability-stopped"}
    assert {notice["delivery"] for notice in told} == {"delivered"}
    # Five were given before: by mail in one summary, and the push certificate's to its Apple ID.
    assert len(mailbox.messages) == len(told) - 5 + 2
    assert len(hook.posts) == len(told) - 5 + 1
    sent = len(mailbox.messages)
    company.done("simulate", "run", "--for", "1h")
    assert len(mailbox.messages) == sent  # once each


def test_a_server_that_does_not_answer_holds_no_simulation_up(company: Command) -> None:
    company.done("simulate", "fleet", "--devices", 20)
    with silent_server() as port:
        mail_to(company, port)
        company.done("simulate", "run", "--for", "9d")
    assert {notice["delivery"] for notice in company.json("notice", "list", "--limit", 2)["notices"]} == {"waiting"}


@pytest.mark.slow
def test_a_simulation_that_is_stopped_ends_with_its_deliveries(company: Command, mailbox: Mailbox) -> None:
    company.done("simulate", "fleet", "--devices", 20)
    mail_to(company, mailbox.port)
    line = company.line("simulate", "run", "--speed", 86_400)
    process = subprocess.Popen(line, env=company.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: mailbox.messages or process.poll() is not None)
    assert process.poll() is None
    assert mailbox.messages  # while it runs, not at its end
    process.terminate()
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (143, b"")
    assert company.json("workspace", "check")["clean"]
