"""Push certificates: the status of the one in use, and its renewal, step by step or in one call."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from ...store.components.needs import need_of
from ...store.model.certificate import Certificate
from ...store.model.component import Component
from ...store.model.push_channel import PushChannel
from ...store.model.request import SigningRequest
from ...store.model.task import Task
from ...store.outlook.outlook import affected
from ...store.views.certificate import CertificateDocument, certificate_document
from ...store.views.component import ComponentDocument, component_document
from ...store.views.consequence import (
    CountedConsequenceDocument,
    CountedEffectDocument,
    counted_document,
    counted_effect_document,
)
from ...store.views.push_certificate import PushCertificateDocument, push_certificate_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Text, YesNo
from ..product.uploads import Uploaded, body
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment
from ..server.calls import Body, Calls
from ..server.reading import read
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/apns", tag="push certificates")

NeedName = Annotated[str, Meta(max_length=100, description="apns, or securemail-apns")]
UPLOAD: dict[str, Any] = {
    "apple_id": {"type": "string"},
    "need": {"type": "string", "enum": ["apns", "securemail-apns"]},
    "renew": {"type": "integer"},
    "create": {"type": "boolean"},
    "bundle": {"type": "string"},
    "confirmed": {"type": "boolean"},
}


class ApnsDocument(Struct, frozen=True, kw_only=True):
    """The push certificate of a need, and what stops when it expires. ``certificate`` is the inventory's entry,
    ``push_certificate`` the portal's record of it."""

    need: str
    title: str
    certificate: CertificateDocument | None
    topic: str | None
    apple_id: str | None
    push_certificate: PushCertificateDocument | None
    channel: PushChannel | None
    stopped: tuple[CountedConsequenceDocument, ...]
    effects: tuple[CountedEffectDocument, ...]
    devices: int
    tasks: tuple[Task, ...]


class ApnsStatus(DoneAnswer, frozen=True, kw_only=True):
    """The push certificate in use, the portal's record of it, and the requests that wait for an answer."""

    apns: ApnsDocument


class ApnsRenewal(Body, kw_only=True):
    """The Apple ID to renew as, normally the one that created the certificate. ``confirmed`` accepts the warning."""

    apple_id: Annotated[str, Meta(max_length=320)]
    need: NeedName = "apns"
    create: YesNo = False
    bundle: Text = None
    confirmed: YesNo = False


class ApnsRequest(Body, kw_only=True):
    """The need that a push certificate is requested for, and the requesting organization."""

    need: NeedName = "apns"
    email: Text = None
    country: Text = None


class PushCertificateRenewed(DoneAnswer, frozen=True, kw_only=True):
    """The certificate that is in use now."""

    certificate: CertificateDocument
    component: ComponentDocument
    warning: str | None


class ApnsRequestMade(DoneAnswer, frozen=True, kw_only=True):
    """A signing request; ``pem`` is the file that the vendor signs."""

    request: SigningRequest
    pem: str


class PushCertificateIssued(DoneAnswer, frozen=True, kw_only=True):
    """What the portal issued."""

    push_certificate: PushCertificateDocument
    warning: str | None


@calls.get("", reads(ApnsStatus, 404))
def get_apns(workspace: Workspace, need: NeedName = "apns") -> HttpAnswer:
    """Get the push certificate in use: its topic, its Apple ID, when it expires and what stops then."""
    wanted = need_of(need)
    with workspace.database.moment():
        current, component = workspace.apns.current(wanted.id), workspace.components.find(wanted.id)
        known = None if current is None else workspace.portal.find(current.fingerprint_sha256)
        channel = workspace.impact.channel() if wanted.id == "apns" else None
        counts = workspace.impact.platforms()
        stopped = [one for one in workspace.impact.consequences() if one.need == wanted.id]
        tasks = [task for task in workspace.tasks.list(done=False) if task.need == wanted.id]
        return answer(
            ApnsStatus,
            apns={
                "need": wanted.id,
                "title": wanted.title,
                "certificate": None
                if current is None
                else certificate_document(current, workspace.now(), workspace.expiry()),
                "topic": None if current is None else current.topic,
                "apple_id": None if component is None else component.apple_id,
                "push_certificate": None if known is None else push_certificate_document(known, workspace.now()),
                "channel": None if channel is None else channel,
                "stopped": [counted_document(one, counts) for one in stopped],
                "effects": [counted_effect_document(effect, counts) for effect in wanted.effects],
                "devices": max((affected(effect.platforms, counts) for effect in wanted.effects), default=0),
                "tasks": list(tasks),
            },
        )


@calls.post("/renew", changes(PushCertificateRenewed, "push.renew", 404, 409))
def renew_apns(workspace: Workspace, wanted: ApnsRenewal) -> HttpAnswer:
    """Renew the push certificate in use, or get the first one: request, vendor's signature, upload and import, all or
    nothing. If the topic would change, which cuts devices off, the call is refused until `confirmed`."""
    warning = workspace.apns.warning(wanted.apple_id, wanted.need, create=wanted.create)
    component = workspace.apns.renew(
        wanted.apple_id,
        wanted.need,
        create=wanted.create,
        bundle=wanted.bundle or None,
        confirmed=wanted.confirmed,
    )
    return _renewed(workspace, component, warning)


@calls.post("/request", changes(ApnsRequestMade, "request.create", 404))
def request_apns(workspace: Workspace, wanted: ApnsRequest) -> HttpAnswer:
    """Create a key, which stays in the vault, and a request for a push certificate."""
    made: SigningRequest = workspace.apns.request(
        wanted.need, email=wanted.email or None, country=wanted.country or None
    )
    return answer(ApnsRequestMade, request=made, pem=workspace.requests.pem(made.id).decode("ascii"))


_SIGNED = reads(None, 404)
_SIGNED.responses[200] = {"content": {"application/octet-stream": {}}, "description": "The file to upload."}


@calls.get("/request/{id}/signed", _SIGNED)
def sign_apns_request(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Have the simulated vendor sign a request: the answer is the file to upload."""
    return attachment(workspace.apns.sign(id), "application/octet-stream", f"request-{id}.plist")


@calls.post(
    "/upload",
    changes(PushCertificateIssued, "push.renew", 404, 409, request_body=body(UPLOAD, file="What the vendor signed.")),
)
def upload_apns(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Upload a file to the simulated push portal as an Apple ID: the file that the vendor signed, or the request itself
    for Secure Mail."""
    said = read(ApnsRenewal, {"apple_id": upload.text("apple_id") or "", **_said(upload.said)})
    renew = upload.word("renew")
    number = int(renew) if renew is not None and renew.isascii() and renew.isdigit() and len(renew) < 19 else None
    warning = workspace.apns.warning(said.apple_id, said.need, renew=number, create=said.create)
    issued = workspace.apns.upload(
        said.apple_id,
        upload.data(),
        said.need,
        renew=number,
        create=said.create,
        bundle=said.bundle or None,
        confirmed=said.confirmed,
    )
    return answer(
        PushCertificateIssued,
        push_certificate=push_certificate_document(issued, workspace.now()),
        warning=warning,
    )


@calls.post("/import/{id}", changes(PushCertificateRenewed, "certificate.import", 404, 409))
def import_apns(workspace: Workspace, id: AnyId, need: NeedName = "apns") -> HttpAnswer:
    """Import a push certificate that the portal issued for a request made here, and use it from now on."""
    return _renewed(workspace, workspace.apns.complete(id, need), None)


def _said(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("need", "create", "bundle", "confirmed") if said.get(name) is not None}


def _renewed(workspace: Workspace, component: Component, warning: str | None) -> HttpAnswer:
    entry = workspace.inventory.get(component.certificate_id or 0)
    return answer(
        PushCertificateRenewed,
        certificate=_entry(workspace, entry),
        component=component_document(component, workspace.impact),
        warning=warning,
    )


def _entry(workspace: Workspace, entry: Certificate) -> Any:
    return certificate_document(entry, workspace.now(), workspace.expiry())
