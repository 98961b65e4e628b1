"""Endpoints: what TLS servers really serve."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.endpoints.endpoints import NewEndpoint
from ...store.endpoints.reading import TIME_LIMIT
from ...store.inventory.sources import OnConflict
from ...store.model.endpoint import StartTls
from ...store.model.endpoint_verdict import EndpointState
from ...store.views.endpoint import EndpointDocument, endpoint_document
from ...store.views.endpoint_history import SightingDocument, sighting_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Id, Text, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .certificates import Imported, imported_fields

calls = Calls(OWN, "/endpoints", tag="endpoints")

MOST_CHECKED = 100
"""So many endpoints are checked by one request."""

_Seconds = Annotated[float, Meta(ge=0.1, le=TIME_LIMIT)]
_Conflict = Annotated[OnConflict, read_by(words_of(OnConflict))]
_StartTls = Annotated[StartTls, read_by(words_of(StartTls))]


class EndpointList(DoneAnswer, frozen=True, kw_only=True):
    """Endpoints, with what each served at its last check, compared with the inventory as it is now."""

    endpoints: list[EndpointDocument]


class CheckedEndpoints(EndpointList, frozen=True, kw_only=True):
    """What endpoints serve, and the follow-ups that this shows to be done."""

    tasks_done: list[int]


class OneEndpoint(DoneAnswer, frozen=True, kw_only=True):
    """An endpoint."""

    endpoint: EndpointDocument


class EndpointHistoryAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What its addresses served, the oldest first."""

    history: list[SightingDocument]


class EndpointImported(Imported, frozen=True, kw_only=True):
    """The result of the import, and the component that uses the certificate now; null without a need."""

    certificate_id: int
    component_id: int | None


class NewEndpointFields(Body, kw_only=True):
    """An endpoint to add: `host` is `HOST` or `HOST:PORT`. `need` is what its certificate is for, `name` which of
    several; `server_name` the name to ask for (SNI), if it is not the host's."""

    host: Annotated[str, Meta(min_length=1, max_length=300, examples=["gateway.example.com"])]
    need: Annotated[str, Meta(max_length=100)] | None = None
    name: Annotated[str, Meta(max_length=200)] = ""
    server_name: Text = None
    starttls: _StartTls | None = None
    description: Annotated[str, Meta(max_length=1000)] = ""


class EndpointsToCheck(Body, kw_only=True):
    """Which to check; `timeout` is how many seconds an address may take."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=MOST_CHECKED)]
    timeout: _Seconds = TIME_LIMIT


class EndpointImportFields(Body, kw_only=True):
    """`address`: which of them, if they serve different certificates. `on_conflict`: what to do with an entry of the
    same key pair."""

    address: Annotated[str, Meta(max_length=100)] | None = None
    on_conflict: _Conflict = OnConflict.FAIL


@calls.get("", reads(EndpointList))
def list_endpoints(workspace: Workspace, verdict: Annotated[EndpointState | None, Meta()] = None) -> HttpAnswer:
    """List the endpoints; with `verdict`, only those with it. Nothing is connected to."""
    found = [one for one in workspace.endpoints.verdicts() if verdict is None or one.verdict is verdict]
    return answer(EndpointList, endpoints=[endpoint_document(one) for one in found])


@calls.get("/{id}", reads(OneEndpoint, 404))
def get_endpoint(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get an endpoint with each of its addresses and the chain as it was sent."""
    return _one(workspace, id)


@calls.get("/{id}/history", reads(EndpointHistoryAnswer, 404))
def get_endpoint_history(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get what the addresses of an endpoint served, from when until when."""
    with workspace.database.moment():
        found = workspace.endpoints.history(id)
        documents = [sighting_document(one, workspace.endpoints.entry_of(one)) for one in found]
    return answer(EndpointHistoryAnswer, history=documents)


@calls.post("", changes(OneEndpoint, "endpoint.add", 404, 409))
def add_endpoint(workspace: Workspace, new: NewEndpointFields) -> HttpAnswer:
    """Add an endpoint. It is not connected to yet. Private addresses of one that was added here are never connected to,
    unless the site allows it at its own machine (`certfleet site set --private-endpoints`)."""
    endpoint = workspace.endpoints.add(
        NewEndpoint(
            where=new.host,
            need=new.need or None,
            name=new.name,
            server_name=new.server_name or "",
            starttls=new.starttls,
            description=new.description,
        )
    )
    return _one(workspace, endpoint.id)


@calls.delete("/{id}", changes(OneEndpoint, "endpoint.remove", 404))
def remove_endpoint(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Remove an endpoint, with what is known of what it served."""
    (verdict,) = workspace.endpoints.verdicts([id], count=False)
    workspace.endpoints.remove(id)
    return answer(OneEndpoint, endpoint=endpoint_document(verdict))


@calls.post("/check", changes(CheckedEndpoints, "endpoint.check", 404))
def check_endpoints(workspace: Workspace, wanted: EndpointsToCheck) -> HttpAnswer:
    """Connect to endpoints, and compare what they serve with the inventory. Only a TLS handshake is made. Tasks whose
    result shows are closed (`tasks_done`)."""
    before = workspace.tasks.list(done=False)
    found = list(workspace.endpoint_checks.check(wanted.ids, time_limit=wanted.timeout))
    found.sort(key=lambda one: one.endpoint.id)
    left = {task.id for task in workspace.tasks.list(done=False)}
    return answer(
        CheckedEndpoints,
        endpoints=[endpoint_document(one) for one in found],
        tasks_done=[task.id for task in before if task.id not in left],
    )


@calls.post("/{id}/import", changes(EndpointImported, "endpoint.import", 404, 409))
def import_from_endpoint(workspace: Workspace, id: AnyId, wanted: EndpointImportFields) -> HttpAnswer:
    """Import the chain that an endpoint served at its last check, and bind its certificate to the endpoint's need."""
    taken = workspace.endpoint_imports.import_chain(id, address=wanted.address, on_conflict=wanted.on_conflict)
    component = taken.component
    return answer(
        EndpointImported,
        certificate_id=taken.certificate_id,
        component_id=None if component is None else component.id,
        **imported_fields(workspace, taken.result),
    )


def _one(workspace: Workspace, id: int) -> HttpAnswer:
    (verdict,) = workspace.endpoints.verdicts([id])
    return answer(OneEndpoint, endpoint=endpoint_document(verdict))
