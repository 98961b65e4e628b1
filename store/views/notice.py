"""A notice and its deliveries: their documents."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ..model.notice import Delivery, DeliveryState, Notice, Urgency
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


def notice_document(notice: Notice, user: str, states: Mapping[int, DeliveryState]) -> Struct:
    """The document of a notice: whether ``user`` has read it, and the state of its delivery (``Outbox.states``)."""
    return document(NoticeDocument, notice, read=user in notice.read_by, delivery=states.get(notice.id))


def delivery_document(delivery: Delivery) -> Struct:
    """The document of a delivery."""
    return document(DeliveryDocument, delivery)
