"""A notice and its deliveries: their documents."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ..model.notice import Delivery, DeliveryState, Notice, SmtpSettings, Urgency, WebhookSettings
from ..notices.channels import shown
from .documents import document, document_type
from .styles import Style

URGENCY_STYLES = {Urgency.INFO: Style.PLAIN, Urgency.WARNING: Style.WARNING, Urgency.URGENT: Style.BAD}

NoticeDocument = document_type(
    "NoticeDocument",
    Notice,
    "A notice; ``read`` by who asks. ``delivery`` is how far it has come by mail and webhook.",
    read=bool,
    delivery=DeliveryState | None,
)
DeliveryDocument = document_type(
    "DeliveryDocument", Delivery, "A notice on its way through one channel.", state=DeliveryState
)

SmtpDocument = document_type("SmtpDocument", SmtpSettings, "The mail server, without its password.", has_password=bool)


class WebhookDocument(Struct, frozen=True, kw_only=True):
    """The webhook: scheme and host of its URL, and whether a secret signs what is posted."""

    url: str
    signed: bool


def notice_document(notice: Notice, user: str, states: Mapping[int, DeliveryState]) -> Struct:
    """The document of a notice: whether ``user`` has read it, and the state of its delivery (``Outbox.states``)."""
    return document(NoticeDocument, notice, read=user in notice.read_by, delivery=states.get(notice.id))


def delivery_document(delivery: Delivery) -> Struct:
    """The document of a delivery."""
    return document(DeliveryDocument, delivery)


def smtp_document(settings: SmtpSettings) -> Struct:
    """The document of a mail server."""
    return document(SmtpDocument, settings, has_password=settings.user is not None)


def webhook_document(settings: WebhookSettings) -> WebhookDocument:
    """The document of a webhook. Many services put a key into the path, which is left out."""
    return WebhookDocument(url=shown(settings), signed=settings.has_secret)
