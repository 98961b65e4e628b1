"""Notices by mail, with a real SMTP server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.notice import Channel, DeliveryState, Security, Urgency
from certfleet.store.workspace import Workspace
from tests.material import name
from tests.store.conftest import content
from tests.store.notices.conftest import Tell, send_mail_to
from tests.store.notices.servers import (
    PASSWORD,
    USER,
    Mailbox,
    free_port,
    login,
    mail_server,
    silent_server,
    tls_of_its_own,
)
from tests.store.notices.test_settings import delivery

APPLE_ID = "apple@example.net"


def test_a_notice_arrives_once_with_everything_in_it(workspace: Workspace, tell: Tell) -> None:
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, "ann@example.com", "bob@example.com")
        tell("The APNs certificate ends in 10 days", recipient=APPLE_ID, urgency=Urgency.URGENT)
        report = workspace.courier.deliver_due()
        assert (report.delivered, report.failed, report.waiting, report.busy) == (1, 0, 0, False)
        assert workspace.courier.deliver_due().delivered == 0
    (message,), (envelope,) = mailbox.messages, mailbox.envelopes
    everybody = ["ann@example.com", "bob@example.com", APPLE_ID]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("certfleet@example.com", everybody)
    assert message["Subject"] == "Urgent: The APNs certificate ends in 10 days"
    assert message["From"] == "certfleet <certfleet@example.com>"
    assert [address.addr_spec for address in message["To"].addresses] == everybody
    sent = delivery(workspace)
    assert message["Message-ID"] == f"<{sent.uuid}@example.com>"
    assert message["Date"].datetime.tzinfo is not None
    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == [
        "Replace it in time.",
        "",
        "-- ",
        "certfleet, workspace workspace",
        "notice 1, 2026-01-01 00:00 UTC on the workspace's clock",
    ]
    assert (sent.state, sent.attempts, sent.to, sent.last_error) == (DeliveryState.DELIVERED, 1, tuple(everybody), "")
    assert workspace.outbox.states([1]) == {1: DeliveryState.DELIVERED}


def test_names_of_certificates_can_not_end_a_header(workspace: Workspace, tell: Tell) -> None:
    evil = name("mdm\r\nBcc: eve@example.com\r\n\r\nGive me your password\x1b[31m").rfc4514_string()
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port)
        title = "mdm\r\nBcc: eve@example.com\r\n\r\nGive me your password\x1b[31m\u202e expires"
        tell(title, recipient="mallory@example.com\r\nBcc: eve@example.com")
        tell(evil)
        workspace.courier.deliver_due()
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["ann@example.com"]] * 2
    for message in mailbox.messages:
        assert message["Bcc"] is None
        assert "\\x0d\\x0aBcc: eve@example.com" in message["Subject"]
        assert message["Subject"].isprintable()
        assert message.get_content().splitlines()[0] == "Replace it in time."
    assert workspace.outbox.states([1, 2]) == {1: DeliveryState.WAITING, 2: DeliveryState.DELIVERED}
    assert "it is not a valid mail address" in delivery(workspace).last_error


def test_other_scripts(workspace: Workspace, tell: Tell) -> None:
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, "grüße@bücher.example")
        tell("Zertifikat für größte Städte läuft ab 🔥")
        assert workspace.courier.deliver_due().delivered == 1
    (message,), (envelope,) = mailbox.messages, mailbox.envelopes
    assert message["Subject"] == "Zertifikat für größte Städte läuft ab 🔥"
    assert envelope.rcpt_tos == ["grüße@xn--bcher-kva.example"]
    assert envelope.smtp_utf8


def test_a_server_without_smtputf8_gets_what_it_can_take(workspace: Workspace, tell: Tell) -> None:
    with mail_server(enable_SMTPUTF8=False) as mailbox:
        send_mail_to(workspace, mailbox.port, "grüße@example.com", "ann@example.com")
        tell("Städte")
        workspace.courier.deliver_due()
    assert mailbox.envelopes[0].rcpt_tos == ["ann@example.com"]
    assert mailbox.messages[0]["Subject"] == "Städte"
    assert mailbox.envelopes[0].original_content.isascii()  # type: ignore[union-attr]
    assert "grüße@example.com: 553 the server takes no addresses in other scripts" in delivery(workspace).last_error


def test_logging_in_over_starttls(
    workspace: Workspace, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, ca = tls_of_its_own(tmp_path)
    with mail_server(tls_context=tls, authenticator=login, auth_required=True) as mailbox:
        send_mail_to(workspace, mailbox.port, security=Security.STARTTLS, user=USER, password=PASSWORD)
        tell()
        workspace.courier.deliver_due()
        assert delivery(workspace).last_error.startswith("the server's certificate is not trusted")
        assert mailbox.messages == []

        monkeypatch.setenv("SSL_CERT_FILE", str(ca))  # what OpenSSL's users trust a CA of their own by
        workspace.outbox.retry_all()
        assert workspace.courier.deliver_due().delivered == 1
    assert len(mailbox.messages) == 1


def test_logging_in_over_tls(workspace: Workspace, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, ca = tls_of_its_own(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    options: dict[str, Any] = {"ssl_context": tls, "authenticator": login, "auth_require_tls": False}
    with mail_server(**options) as mailbox:
        send_mail_to(workspace, mailbox.port, security=Security.TLS, user=USER, password=PASSWORD)
        tell()
        assert workspace.courier.deliver_due().delivered == 1
    assert len(mailbox.messages) == 1


def test_a_password_in_another_script(workspace: Workspace, tell: Tell) -> None:
    from aiosmtpd.smtp import AuthResult

    given: list[bytes] = []

    def takes(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        given.append(data.password)  # type: ignore[attr-defined]
        return AuthResult(success=True)

    with mail_server(authenticator=takes, auth_require_tls=False) as mailbox:
        send_mail_to(workspace, mailbox.port, user="jürgen", password="Schlüssel")
        tell()
        assert workspace.courier.deliver_due().delivered == 1
    assert given == ["Schlüssel".encode()]


def test_a_wrong_password_is_not_told_to_anybody(workspace: Workspace, tell: Tell) -> None:
    with mail_server(authenticator=login, auth_require_tls=False) as mailbox:
        send_mail_to(workspace, mailbox.port, user=USER, password="open sesame")
        tell()
        assert workspace.courier.deliver_due().failed == 1
        with pytest.raises(Refusal, match=r"delivery-failed: .* rejects the user name or the password"):
            workspace.courier.send_test(Channel.SMTP)
    failed = delivery(workspace)
    assert failed.last_error == "535 the server rejects the user name or the password"
    assert failed.refusals == 1
    assert b"open sesame" not in content(workspace)


def test_starttls_is_not_left_out_where_a_server_does_not_offer_it(workspace: Workspace, tell: Tell) -> None:
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port, security=Security.STARTTLS)
        tell()
        workspace.courier.deliver_due()
    assert mailbox.messages == []
    assert delivery(workspace).last_error == "STARTTLS extension not supported by server."


def test_a_recipient_who_is_refused_is_named_and_the_others_get_it_once(workspace: Workspace, tell: Tell) -> None:
    mailbox = Mailbox(refuse=lambda address: "550 5.1.1 No such user" if address == APPLE_ID else None)
    with mail_server(mailbox):
        send_mail_to(workspace, mailbox.port)
        tell(recipient=APPLE_ID)
        assert workspace.courier.deliver_due().failed == 1
        waiting = delivery(workspace)
        assert waiting.last_error == f"refused for {APPLE_ID}: 550 5.1.1 No such user"
        assert (waiting.state, waiting.accepted) == (DeliveryState.WAITING, ("ann@example.com",))

        mailbox.refuse = lambda address: None
        workspace.outbox.retry(waiting.id)
        assert workspace.courier.deliver_due().delivered == 1
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["ann@example.com"], [APPLE_ID]]
    assert len({message["Message-ID"] for message in mailbox.messages}) == 1
    with pytest.raises(Refusal, match="already-delivered"):
        workspace.outbox.retry(waiting.id)


@pytest.mark.parametrize(("answer", "refusals"), [("451 4.3.0 Try later", 0), ("554 5.7.1 Spam", 1)])
def test_a_message_that_is_refused_waits(workspace: Workspace, tell: Tell, answer: str, refusals: int) -> None:
    with mail_server(Mailbox(answer=answer)) as mailbox:
        send_mail_to(workspace, mailbox.port)
        tell()
        assert workspace.courier.deliver_due().failed == 1
    waiting = delivery(workspace)
    assert (waiting.last_error, waiting.refusals, waiting.attempts) == (answer, refusals, 1)


def test_a_test_message(workspace: Workspace) -> None:
    with mail_server() as mailbox:
        send_mail_to(workspace, mailbox.port)
        workspace.courier.send_test(Channel.SMTP)
    assert mailbox.messages[0]["Subject"] == "Test message"
    assert workspace.notices.list() == []
    assert workspace.outbox.counts() == (0, 0)
    with pytest.raises(Refusal, match=r"delivery-failed: 127\.0\.0\.1:\d+: Connection refused"):
        workspace.courier.send_test(Channel.SMTP)


@pytest.mark.parametrize("greeting", [b"", b"220 here I am\r\n", b"220-go on\r\n" * 3])
def test_a_server_that_hangs_is_not_waited_for(workspace: Workspace, tell: Tell, greeting: bytes) -> None:
    workspace.courier.timeout = 0.2
    with silent_server(greeting) as port:
        send_mail_to(workspace, port)
        tell()
        assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error == "no answer within 0.2 seconds"


def test_a_server_that_never_comes_to_an_end_is_not_waited_for(workspace: Workspace, tell: Tell) -> None:
    workspace.courier.timeout = 0.6  # a drop comes twelve times as often
    with silent_server(drops=b"220-go on\r\n") as port:
        send_mail_to(workspace, port)
        tell()
        assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error == "not done within 1.8 seconds"


def test_a_server_that_is_none(workspace: Workspace, tell: Tell) -> None:
    with silent_server(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 100_000) as port:
        workspace.courier.timeout = 0.2
        send_mail_to(workspace, port)
        tell()
        assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error
    send_mail_to(workspace, free_port(), "ann@example.com")
    assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error == "Connection refused"
