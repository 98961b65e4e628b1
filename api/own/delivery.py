"""Delivery of notices by mail and webhook: its configuration, and what waits. No answer has a password or a secret."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.model.notice import Channel, Security
from ...store.notices.delivery import DeliveryReport
from ...store.notices.settings import usual_port
from ...store.views.notice import SmtpDocument, WebhookDocument, smtp_document, webhook_document
from ...store.workspace import Workspace
from ..product.request_fields import Id, YesNo, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, keeps, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/delivery", tag="notices")

_Secret = Annotated[str, Meta(max_length=2000, extra_json_schema={"format": "password"})]


class DeliveryAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The configured channels, null for those that aren't, and how many deliveries wait and have failed."""

    smtp: SmtpDocument | None
    webhook: WebhookDocument | None
    waiting: int
    failed: int


class Retried(DoneAnswer, frozen=True, kw_only=True):
    """How many deliveries will be tried again."""

    retried: int
    waiting: int
    failed: int


class Delivered(DoneAnswer, frozen=True, kw_only=True):
    """What came of a round of deliveries."""

    report: DeliveryReport


class NewSmtp(Body, kw_only=True):
    """A mail server. Without a port it is 587; 465 for tls, 25 for none. Without a password, the stored one of the same
    user is kept."""

    host: Annotated[str, Meta(max_length=300)]
    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    security: Annotated[Security, read_by(words_of(Security))] = Security.STARTTLS
    sender: Annotated[str, Meta(max_length=400)]
    recipients: Annotated[list[Annotated[str, Meta(max_length=400)]], Meta(min_length=1, max_length=1000)]
    user: Annotated[str, Meta(max_length=400)] | None = None
    password: _Secret | None = None

    def __repr__(self) -> str:
        return "NewSmtp(...)"


class NewWebhook(Body, kw_only=True):
    """A webhook. ``secret`` signs what is posted; an empty one deletes the stored one, none keeps it."""

    url: Annotated[str, Meta(max_length=4000)]
    secret: _Secret | None = None

    def __repr__(self) -> str:
        return "NewWebhook(...)"


class OfNotice(Body, kw_only=True):
    """The notice whose deliveries are meant, also (``again``) where it has arrived; without it, all that wait or have
    failed."""

    notice_id: Id | None = None
    again: YesNo = False


class ChannelAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The channel that a message was sent by."""

    sent: Channel


@calls.get("", reads(DeliveryAnswer, 403, action="delivery.list"))
def get_delivery(workspace: Workspace) -> HttpAnswer:
    """Get where notices are delivered to, and how many wait. Of a webhook only scheme and host are shown, because many
    services put a key into the path."""
    return _configured(workspace)


@calls.put("/smtp", changes(DeliveryAnswer, "delivery.smtp"))
def set_smtp(workspace: Workspace, wanted: NewSmtp) -> HttpAnswer:
    """Send notices through this mail server from now on; waiting ones are tried again at once."""
    workspace.deliveries.set_smtp(
        host=wanted.host,
        port=usual_port(wanted.security) if wanted.port is None else wanted.port,
        security=wanted.security,
        sender=wanted.sender,
        recipients=wanted.recipients,
        user=wanted.user,
        password=wanted.password,
    )
    return _configured(workspace)


@calls.put("/webhook", changes(DeliveryAnswer, "delivery.webhook"))
def set_webhook(workspace: Workspace, wanted: NewWebhook) -> HttpAnswer:
    """Post notices to this address from now on."""
    workspace.deliveries.set_webhook(url=wanted.url, secret=wanted.secret)
    return _configured(workspace)


@calls.delete("/smtp", changes(DeliveryAnswer, "delivery.remove"))
def remove_smtp(workspace: Workspace) -> HttpAnswer:
    """Send no more mail. Waiting mails are given up, and the password is deleted."""
    workspace.deliveries.remove(Channel.SMTP)
    return _configured(workspace)


@calls.delete("/webhook", changes(DeliveryAnswer, "delivery.remove"))
def remove_webhook(workspace: Workspace) -> HttpAnswer:
    """Post no more notices. Waiting ones are given up, and the secret is deleted."""
    workspace.deliveries.remove(Channel.WEBHOOK)
    return _configured(workspace)


@calls.post("/{channel}/test", keeps(ChannelAnswer, 403, 404, action="delivery.test"))
def test_channel(workspace: Workspace, channel: Channel) -> HttpAnswer:
    """Send a test message now; the answer comes when it has been accepted."""
    workspace.courier.send_test(channel)
    return answer(ChannelAnswer, sent=channel)


@calls.post("/retry", changes(Retried, "delivery.retry", 404, 409))
def retry_deliveries(workspace: Workspace, of: OfNotice) -> HttpAnswer:
    """Send a notice from the start, by every channel by which it has not arrived; or all that wait or have failed."""
    id = of.notice_id
    count = workspace.outbox.retry_all() if id is None else len(workspace.outbox.retry(id, again=of.again))
    counts = workspace.outbox.counts()
    return answer(Retried, retried=count, waiting=counts.waiting, failed=counts.failed)


@calls.post("/deliver", keeps(Delivered, 403, action="delivery.deliver"))
def deliver_due(workspace: Workspace) -> HttpAnswer:
    """Deliver what is due now. The server does so by itself; this waits for it."""
    return answer(Delivered, report=workspace.courier.deliver_due())


def _configured(workspace: Workspace) -> HttpAnswer:
    known, counts = workspace.deliveries.get(), workspace.outbox.counts()
    return answer(
        DeliveryAnswer,
        smtp=None if known.smtp is None else smtp_document(known.smtp),
        webhook=None if known.webhook is None else webhook_document(known.webhook),
        waiting=counts.waiting,
        failed=counts.failed,
    )
