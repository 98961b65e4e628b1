"""Signing requests that were made here: made, listed, cancelled."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from ...store.model.certificate import UseAs
from ...store.model.request import KeySpec, SigningRequest
from ...store.views.request import RequestDocument, request_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.hints import in_routes
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/requests", tag="certificates")


class RequestList(DoneAnswer, frozen=True, kw_only=True):
    """All requests, by id; those that wait for an answer have no ``completed_by``."""

    requests: list[RequestDocument]


class OneRequest(DoneAnswer, frozen=True, kw_only=True):
    """A request. ``pem`` is the file to be signed."""

    request: RequestDocument


class NewRequest(Body, kw_only=True):
    """What to request a certificate for: `subject` as `CN=mdm.example.com,O=Example`, `sans` as `DNS:mdm.example.com`
    each. The key is a new one, and stays here."""

    subject: Annotated[str, Meta(min_length=1, max_length=1000)]
    sans: Annotated[tuple[Annotated[str, Meta(max_length=300)], ...], Meta(max_length=100)] = ()
    key: KeySpec = KeySpec.RSA_2048
    use_as: Literal["server", "saml", "apns", "ssl-listener"] = "server"
    description: Annotated[str, Meta(max_length=1000)] = ""


@calls.get("", reads(RequestList))
def list_requests(workspace: Workspace) -> HttpAnswer:
    """List the signing requests."""
    with workspace.database.moment():
        return answer(RequestList, requests=[_document(workspace, one) for one in workspace.requests.list()])


@calls.post("", changes(OneRequest, "request.create"))
def create_request(workspace: Workspace, wanted: NewRequest) -> HttpAnswer:
    """Make a key, which stays here, and a request to be signed by a CA. Importing the answer completes it."""
    made = workspace.requests.create(
        subject=wanted.subject,
        sans=wanted.sans,
        key=wanted.key,
        use_as=UseAs(wanted.use_as),
        description=wanted.description,
    )
    return answer(OneRequest, request=_document(workspace, made))


@calls.get("/{id}", reads(OneRequest, 404))
def get_request(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get a request."""
    return answer(OneRequest, request=_document(workspace, workspace.requests.get(id)))


@calls.delete("/{id}", changes(OneRequest, "request.cancel", 404))
def cancel_request(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Cancel a request that waits for an answer, and delete its private key."""
    pem = workspace.requests.pem(id)
    return answer(OneRequest, request=_with_file(workspace.requests.cancel(id), pem))


def _document(workspace: Workspace, request: SigningRequest) -> Struct:
    return _with_file(request, workspace.requests.pem(request.id))


def _with_file(request: SigningRequest, pem: bytes) -> Struct:
    document: Any = request_document(request, pem)
    told: Struct = replace(document, notes=[in_routes(note) for note in document.notes])
    return told
