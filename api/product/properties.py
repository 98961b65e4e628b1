"""Server properties, which clients ask for right after login, and the audit trail."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ...store.accounts.session_timeout import timeout_text
from ...store.model.account import SessionSettings, Timeout
from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer
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


class ServerProperty(Struct, frozen=True, kw_only=True):
    """A server property."""

    id: int
    name: str
    value: str
    displayName: str
    description: str
    defaultValue: str


class PropertyList(Success, frozen=True, kw_only=True):
    """Server properties."""

    allEwProperties: list[ServerProperty]


@calls.get("/serverproperties", reads(PropertyList))
def list_properties(workspace: Workspace) -> Answer:
    """List the server properties."""
    return answer(PropertyList, allEwProperties=_properties(workspace))


@calls.post("/serverproperties/filter", reads(PropertyList))
def filter_properties(workspace: Workspace, query: PropertyQuery) -> Answer:
    """Search the server properties by a text in their name or description. The session timeout is one of them."""
    text = query.searchStr.strip().lower()
    found = [one for one in _properties(workspace) if text in f"{one['name']} {one['description']}".lower()]
    found.sort(key=lambda one: str(one["name"]), reverse=query.sortOrder.strip().lower() == "desc")
    first, limit = query.start or 0, 1000 if query.limit is None else query.limit
    return answer(PropertyList, allEwProperties=found[first : first + limit])


def _properties(workspace: Workspace) -> list[dict[str, Any]]:
    settings, usual = workspace.logins.timeout.get(), SessionSettings()
    said = [
        (
            "xms.publicapi.inactivity.timeout",
            str(settings.minutes),
            str(usual.minutes),
            "Minutes after its last use that a session ends, where the timeout is one of inactivity",
        ),
        (
            "xms.publicapi.static.timeout",
            str(settings.minutes),
            str(usual.minutes),
            "Minutes after the login that a session ends, where the timeout is static",
        ),
        ("xms.publicapi.timeout.type", _kind(settings), _kind(usual), timeout_text(settings).capitalize()),
    ]
    return [
        {
            "id": number,
            "name": name,
            "value": value,
            "displayName": name,
            "description": description,
            "defaultValue": default,
        }
        for number, (name, value, default, description) in enumerate(said, 1)
    ]


def _kind(settings: SessionSettings) -> str:
    return "STATIC_TIMEOUT" if settings.kind is Timeout.STATIC else "INACTIVITY_TIMEOUT"
