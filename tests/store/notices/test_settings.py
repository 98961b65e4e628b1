"""Delivery settings: what is accepted, what is refused, and where secrets stay."""

from __future__ import annotations

from typing import Any

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.notice import Channel, Delivery, DeliverySettings, DeliveryState, Security
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.store.conftest import content
from tests.store.notices.conftest import Tell, send_mail_to

SMTP: dict[str, Any] = {
    "host": "mail.example.com",
    "port": 587,
    "security": Security.STARTTLS,
    "sender": "certfleet@example.com",
    "recipients": ["ann@example.com"],
}
SECRET = "hunter2 hunter2"


def last_line(workspace: Workspace) -> str:
    (line,) = workspace.audit.tail(1)
    return f"{line.action} {line.record}: {line.summary}"


def delivery(workspace: Workspace, notice: int = 1) -> Delivery:
    (only,) = workspace.outbox.list_for(notice)
    return only


def problems(workspace: Workspace) -> set[tuple[str, str]]:
    return {(problem.code, problem.record) for problem in workspace.check().problems}


def test_a_new_workspace_sends_nothing(workspace: Workspace) -> None:
    assert workspace.deliveries.get() == DeliverySettings()


def test_a_mail_server_with_a_password(workspace: Workspace) -> None:
    settings = workspace.deliveries.set_smtp(**SMTP, user="ann", password=SECRET)
    assert workspace.deliveries.get().smtp == settings
    assert last_line(workspace) == (
        "delivery.smtp settings:2: notices go by mail to ann@example.com, from certfleet@example.com, through "
        "mail.example.com:587 with STARTTLS, as ann, with a password"
    )
    assert SECRET.encode() not in content(workspace)
    assert workspace.vault.get(SecretKind.DELIVERY_SECRET, "delivery:smtp") == SECRET.encode()
    assert workspace.check().clean


def test_the_password_is_kept_for_the_same_user_on_the_same_host(workspace: Workspace) -> None:
    workspace.deliveries.set_smtp(**SMTP, user="ann", password=SECRET)
    lines = len(workspace.audit.tail())
    workspace.deliveries.set_smtp(**SMTP, user="ann")
    assert len(workspace.audit.tail()) == lines  # nothing has changed
    workspace.deliveries.set_smtp(**{**SMTP, "port": 465, "security": Security.TLS}, user="ann")
    assert workspace.vault.kinds("delivery:smtp") == {SecretKind.DELIVERY_SECRET}
    for other in ({**SMTP, "host": "mail.example.net", "user": "ann"}, {**SMTP, "user": "bob"}):
        with pytest.raises(Refusal, match="smtp-invalid: the password that is kept"):
            workspace.deliveries.set_smtp(**other)
    workspace.deliveries.set_smtp(**SMTP)
    assert workspace.vault.kinds("delivery:smtp") == set()
    assert workspace.check().clean


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "mail example"},
        {"host": "a\r\nb"},
        {"host": "x" * 300},
        {"port": 0},
        {"port": 65536},
        {"sender": "nobody"},
        {"sender": "a@b\nBcc: c@example.com"},
        {"sender": "Ann <ann@example.com>"},
        {"sender": "ann@127.0.0.1"},
        {"recipients": []},
        {"recipients": ["ann@example.com", "bob@"]},
        {"recipients": ["ann@example.com, bob@example.com"]},
        {"recipients": [f"user{number}@example.com" for number in range(51)]},
        {"user": "ann"},
        {"user": "ann", "password": ""},
        {"password": SECRET},
        {"user": "ann", "password": "x\r\nQUIT"},
        {"user": "ann", "password": SECRET, "security": Security.NONE},
    ],
)
def test_mail_settings_that_can_not_work_are_refused(workspace: Workspace, wrong: dict[str, Any]) -> None:
    before = content(workspace)
    with pytest.raises(Refusal, match="smtp-invalid"):
        workspace.deliveries.set_smtp(**{**SMTP, **wrong})
    assert content(workspace) == before


def test_addresses_are_kept_as_they_go_over_the_wire(workspace: Workspace) -> None:
    settings = workspace.deliveries.set_smtp(
        host=" [::1] ",
        port=25,
        security=Security.NONE,
        sender="grüße@bücher.example",
        recipients=["ann@example.com", "ANN@example.com", " bob@example.com "],
    )
    assert (settings.host, settings.sender) == ("::1", "grüße@xn--bcher-kva.example")
    assert settings.recipients == ("ann@example.com", "bob@example.com")


def test_a_webhook_that_signs(workspace: Workspace) -> None:
    settings = workspace.deliveries.set_webhook(url="https://chat.example.com/hook/T0K3N", secret=SECRET)
    assert (settings.url, settings.has_secret) == ("https://chat.example.com/hook/T0K3N", True)
    assert last_line(workspace) == (
        "delivery.webhook settings:2: notices are posted to https://chat.example.com, signed with a secret"
    )
    assert SECRET.encode() not in content(workspace)
    assert workspace.deliveries.set_webhook(url="https://chat.example.com/another").has_secret
    with pytest.raises(Refusal, match="webhook-invalid: the secret that is kept"):
        workspace.deliveries.set_webhook(url="https://chat.example.net/another")
    assert not workspace.deliveries.set_webhook(url="http://chat.example.net/another", secret="").has_secret
    assert workspace.vault.kinds("delivery:webhook") == set()
    assert workspace.check().clean


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat.example.com/hook",
        "ftp://chat.example.com/hook",
        "https:///hook",
        "https://ann:secret@chat.example.com/hook",
        "https://chat.example.com/a hook",
        "https://chat.example.com/hook\r\nX: y",
        "https://chat.example.com:99999/",
        "https://chat.example.com:0/",
        "https://[::1/",
        "https://chat.example.com/häkchen",
        "https://chat.example.com/" + "x" * 2000,
    ],
)
def test_urls_that_can_not_work_are_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(Refusal, match="webhook-invalid") as refused:
        workspace.deliveries.set_webhook(url=url)
    assert "secret@" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("HTTPS://Chat.Example.com", "https://chat.example.com/"),
        ("http://[::1]:8080/hook?a=b#c", "http://[::1]:8080/hook?a=b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_urls_are_kept_as_they_go_over_the_wire(workspace: Workspace, url: str, kept: str) -> None:
    assert workspace.deliveries.set_webhook(url=url).url == kept


def test_what_is_signed_stays_private(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="webhook-invalid: notices that are signed"):
        workspace.deliveries.set_webhook(url="http://chat.example.com/hook", secret=SECRET)
    assert workspace.deliveries.set_webhook(url="http://localhost:8080/hook", secret=SECRET).has_secret
    assert workspace.deliveries.set_webhook(url="http://127.0.0.1/hook", secret=SECRET).has_secret


def test_removing_a_channel_gives_up_what_waits_for_it(workspace: Workspace, tell: Tell) -> None:
    with pytest.raises(Refusal, match="channel-not-configured"):
        workspace.deliveries.remove(Channel.SMTP)
    workspace.deliveries.set_smtp(**SMTP, user="ann", password=SECRET)
    tell()
    workspace.deliveries.remove(Channel.SMTP)
    assert last_line(workspace) == (
        "delivery.remove settings:2: notices no longer go out by mail; 1 that were waiting are given up"
    )
    assert workspace.deliveries.get() == DeliverySettings()
    assert workspace.vault.kinds("delivery:smtp") == set()
    assert delivery(workspace).state is DeliveryState.FAILED
    assert delivery(workspace).last_error == "the channel was removed"
    with pytest.raises(Refusal, match="channel-not-configured"):
        workspace.outbox.retry(1)
    assert workspace.outbox.retry_all() == 0
    with pytest.raises(Refusal, match="notice-unknown"):
        workspace.outbox.retry(2)
    with pytest.raises(Refusal, match="channel-not-configured"):
        workspace.courier.send_test(Channel.SMTP)


def test_a_notice_goes_by_the_channels_of_its_time(workspace: Workspace, tell: Tell) -> None:
    tell("Before")
    send_mail_to(workspace, 25)
    tell("Mail")
    workspace.deliveries.set_webhook(url="http://127.0.0.1/hook")
    tell("Both")
    by_notice = [[delivery.channel for delivery in workspace.outbox.list_for(notice)] for notice in (1, 2, 3)]
    assert by_notice == [[], [Channel.SMTP], [Channel.SMTP, Channel.WEBHOOK]]
    assert workspace.outbox.counts() == (3, 0)
    assert workspace.outbox.states([1, 2, 3]) == {2: DeliveryState.WAITING, 3: DeliveryState.WAITING}


def test_a_check_compares_the_vault_with_the_settings(workspace: Workspace) -> None:
    workspace.deliveries.set_smtp(**SMTP, user="ann", password=SECRET)
    workspace.database.table("settings").remove(doc_ids=[2])
    assert problems(workspace) == {("secret-orphaned", "public-key:delivery:smtp")}
    workspace.deliveries.set_smtp(**SMTP, user="ann", password=SECRET)
    workspace.vault.forget(SecretKind.DELIVERY_SECRET, "delivery:smtp")
    assert problems(workspace) == {("secret-missing", "settings:2")}
