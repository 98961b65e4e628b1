"""Server properties, which clients ask for right after login."""

from __future__ import annotations

import msgspec

from ...store.views.product.server_properties import (
    Environment,
    ServerProperty,
    search_properties,
    server_properties,
)
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.calls import Body, Calls
from ..server.session import reads
from ..server.surfaces import PRODUCT
from .request_fields import Limit, Start, Words

calls = Calls(PRODUCT, tag="server")


class PropertyQuery(Body, kw_only=True):
    """A search for properties by a text in their name or description."""

    start: Start = None
    limit: Limit = None
    orderBy: Words = "name"
    sortOrder: Words = "asc"
    searchStr: Words = ""


class PropertyList(Success, frozen=True, kw_only=True):
    """Server properties."""

    allEwProperties: list[ServerProperty]


class EnvironmentAnswer(Success, frozen=True, kw_only=True):
    """What kind of server it is."""

    isMultitenant: bool
    customerEnvironment: str


@calls.get("/serverproperties", reads(PropertyList))
def list_properties(workspace: Workspace) -> HttpAnswer:
    """List the server properties."""
    return answer(PropertyList, allEwProperties=_properties(workspace))


@calls.post("/serverproperties/filter", reads(PropertyList))
def filter_properties(workspace: Workspace, query: PropertyQuery) -> HttpAnswer:
    """Search the server properties by a text in their name or description. The session timeout is one of them."""
    found = search_properties(
        _properties(workspace),
        query.searchStr,
        order_by=query.orderBy,
        descending=query.sortOrder.strip().lower() in ("desc", "dsc"),
        start=query.start or 0,
        limit=query.limit,
    )
    return answer(PropertyList, allEwProperties=found)


@calls.get("/environment", reads(EnvironmentAnswer))
def get_environment() -> HttpAnswer:
    """What kind of server it is."""
    return answer(EnvironmentAnswer, **msgspec.to_builtins(Environment()))


def _properties(workspace: Workspace) -> tuple[ServerProperty, ...]:
    return server_properties(workspace.logins.timeout.get(), workspace.site.get())
