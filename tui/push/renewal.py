"""The progress of a push certificate's renewal: the one in use, the portal's list, the finished steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...store.apns.apns import SERVICES
from ...store.inventory.expiry import ExpiryRule
from ...store.model.certificate import Certificate
from ...store.model.expiry import ExpiryUse
from ...store.model.push import PortalStatus, PushCertificate, PushService, portal_status
from ...store.model.request import SigningRequest
from ...store.model.task import TaskKind
from ...store.workspace import Workspace


@dataclass(frozen=True)
class PortalLine:
    """A certificate in the portal's list. ``in_use`` marks the one that the inventory uses."""

    record: PushCertificate
    status: PortalStatus
    in_use: bool

    @property
    def id(self) -> int:
        """The portal's number."""
        return self.record.id


@dataclass(frozen=True)
class PushRenewal:
    """``request`` waits for its answer; ``issued`` is the portal's answer to it, once it was uploaded.

    ``owner`` is the Apple ID that the certificate in use was created with, if known. ``portal`` has the certificates of
    the same service, the newest first.
    """

    need: str
    now: datetime
    rule: ExpiryRule
    current: Certificate | None
    owner: str | None
    portal: tuple[PortalLine, ...]
    request: SigningRequest | None
    issued: PushCertificate | None

    @property
    def topic(self) -> str | None:
        """The topic of the certificate in use."""
        return None if self.current is None else self.current.topic

    @property
    def is_app(self) -> bool:
        """Whether it is for an app, whose request needs no vendor's signature."""
        return SERVICES[self.need] is PushService.APP

    @property
    def topic_changes(self) -> bool:
        """Whether the certificate that the portal issued has another topic than the one in use."""
        return self.issued is not None and self.topic is not None and self.issued.topic != self.topic


def push_renewal(workspace: Workspace, need: str) -> PushRenewal:
    """The progress in a workspace; ``need`` is ``apns`` or ``securemail-apns``."""
    with workspace.database.lock:
        now, current = workspace.now(), workspace.apns.current(need)
        component = workspace.components.find(need)
        records = [record for record in workspace.portal.list() if record.service is SERVICES[need]]
        request = _waiting(workspace, need)
    used = "" if current is None else current.fingerprint_sha256
    key = "" if request is None else request.public_key_sha256
    return PushRenewal(
        need=need,
        now=now,
        rule=workspace.expiry()[ExpiryUse.APNS],
        current=current,
        owner=None if component is None or current is None else component.apple_id,
        portal=tuple(
            PortalLine(record, portal_status(record, now), record.fingerprint_sha256 == used)
            for record in reversed(records)
        ),
        request=request,
        issued=next((record for record in reversed(records) if key and record.public_key_sha256 == key), None),
    )


def _waiting(workspace: Workspace, need: str) -> SigningRequest | None:
    """The newest unanswered request for this need."""
    requests = {request.id: request for request in workspace.requests.list() if request.completed_by is None}
    uploads = [
        task.request_id
        for task in workspace.tasks.list()
        if task.kind is TaskKind.PORTAL_UPLOAD and task.need == need and task.request_id in requests
    ]
    return requests[max(id for id in uploads if id is not None)] if uploads else None
