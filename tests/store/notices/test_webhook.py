"""Notices by webhook, with a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.notice import Channel, DeliveryState, Urgency
from certfleet.store.workspace import Workspace
from tests.store.conftest import content
from tests.store.notices.conftest import Tell
from tests.store.notices.servers import Hook, free_port, silent_server, tls_of_its_own, web_server
from tests.store.notices.test_settings import delivery

SECRET = "hunter2 hunter2"


def test_a_notice_is_posted_once(workspace: Workspace, tell: Tell) -> None:
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell("Schlüssel\n🔥", key="gateway-expiry:12:7", urgency=Urgency.WARNING, recipient="ann@example.com")
        workspace.notices.mark_read([1], "ann")
        assert workspace.courier.deliver_due().delivered == 1
        assert workspace.courier.deliver_due().delivered == 0
    (post,) = hook.posts
    sent = delivery(workspace)
    assert post.path == "/hook?room=1"
    assert post.headers["Content-Type"] == "application/json"
    assert post.headers["X-Certfleet-Delivery"] == sent.uuid
    assert "X-Certfleet-Signature" not in post.headers
    assert json.loads(post.body) == {
        "id": sent.uuid,
        "workspace": "workspace",
        "notice": {
            "id": 1,
            "at": "2026-01-01T00:00:00Z",
            "kind": "gateway-expiry",
            "record": "certificate:12",
            "title": "Schlüssel\n🔥",
            "text": "Replace it in time.",
            "key": "gateway-expiry:12:7",
            "urgency": "warning",
            "recipient": "ann@example.com",
            "owner": "",
            "deputy": "",
            "runbook": "",
            "stage": "all",
        },
    }
    assert (sent.state, sent.to) == (DeliveryState.DELIVERED, (f"http://127.0.0.1:{hook.port}",))


def test_a_signature_proves_where_it_comes_from(workspace: Workspace, tell: Tell) -> None:
    with web_server() as hook:
        workspace.deliveries.set_webhook(url=hook.url, secret=SECRET)
        tell()
        workspace.courier.deliver_due()
        workspace.courier.send_test(Channel.WEBHOOK)
    assert len(hook.posts) == 2
    for post in hook.posts:
        expected = hmac.new(SECRET.encode(), post.body, hashlib.sha256).hexdigest()
        assert post.headers["X-Certfleet-Signature"] == f"sha256={expected}"
    assert SECRET.encode() not in content(workspace)


def test_https_with_a_certificate_that_is_trusted(
    workspace: Workspace, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, ca = tls_of_its_own(tmp_path)
    with web_server(tls=tls) as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell()
        assert workspace.courier.deliver_due().failed == 1
        assert delivery(workspace).last_error.startswith("the server's certificate is not trusted")
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))
        workspace.outbox.retry_all()
        assert workspace.courier.deliver_due().delivered == 1
    assert len(hook.posts) == 1


@pytest.mark.parametrize(
    ("status", "said", "refusals"),
    [
        (500, "the server answered 500 Internal Server Error", 0),
        (429, "the server answered 429 Too Many Requests", 0),
        (408, "the server answered 408 Request Timeout", 0),
        (404, "the server answered 404 Not Found", 1),
        (999, "the server answered 999", 0),
    ],
)
def test_an_answer_that_is_no_success(workspace: Workspace, tell: Tell, status: int, said: str, refusals: int) -> None:
    with web_server(Hook(status=status)) as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell()
        assert workspace.courier.deliver_due().failed == 1
    waiting = delivery(workspace)
    assert (waiting.state, waiting.last_error, waiting.refusals) == (DeliveryState.WAITING, said, refusals)


def test_redirects_are_not_followed(workspace: Workspace, tell: Tell) -> None:
    with web_server() as other, web_server(Hook(status=302, headers={"Location": other.url})) as hook:
        workspace.deliveries.set_webhook(url=hook.url)
        tell()
        workspace.courier.deliver_due()
    assert (len(hook.posts), len(other.posts)) == (1, 0)
    assert delivery(workspace).last_error == "the server answered 302 Found; redirects are not followed"


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 200", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_server_that_hangs_is_not_waited_for(workspace: Workspace, tell: Tell, greeting: bytes) -> None:
    workspace.courier.timeout = 0.2
    with silent_server(greeting) as port:
        workspace.deliveries.set_webhook(url=f"http://127.0.0.1:{port}/")
        tell()
        assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error == "no answer within 0.2 seconds"


def test_a_server_that_never_comes_to_an_end_is_not_waited_for(workspace: Workspace, tell: Tell) -> None:
    workspace.courier.timeout = 0.6  # a drop comes twelve times as often
    with silent_server(drops=b"HTTP/1.1 100 Continue\r\n\r\n") as port:
        workspace.deliveries.set_webhook(url=f"http://127.0.0.1:{port}/")
        tell()
        assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).last_error == "not done within 1.8 seconds"


def test_a_server_that_is_none(workspace: Workspace, tell: Tell) -> None:
    with silent_server(b"220 mail.example.com ESMTP\r\n") as port:
        workspace.deliveries.set_webhook(url=f"http://127.0.0.1:{port}/")
        tell()
        assert workspace.courier.deliver_due().failed == 1
        assert "220 mail.example.com" in delivery(workspace).last_error
        with pytest.raises(Refusal, match=r"delivery-failed: http://127\.0\.0\.1:\d+: "):
            workspace.courier.send_test(Channel.WEBHOOK)
    workspace.deliveries.set_webhook(url=f"http://[::1]:{free_port()}/")
    assert workspace.courier.deliver_due().failed == 1
    assert delivery(workspace).to[0].startswith("http://[::1]:")
