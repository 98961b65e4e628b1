"""The server properties that scripts read, and what the product says of its environment."""

from __future__ import annotations

from msgspec import Struct

from ...accounts.session_timeout import timeout_text
from ...model.account import SessionSettings, Timeout
from ...model.site import SiteSettings

INACTIVITY_THRESHOLD = 7
"""The product's own default, in days."""
MOST = 1000  # in a page where nobody says how many


class ServerProperty(Struct, frozen=True, kw_only=True, rename="camel"):
    """A server property."""

    id: int
    name: str
    value: str
    display_name: str
    description: str
    default_value: str


class Environment(Struct, frozen=True, kw_only=True, rename="camel"):
    """What kind of server it is."""

    is_multitenant: bool = False
    customer_environment: str = "commercial"


def server_properties(settings: SessionSettings, site: SiteSettings) -> tuple[ServerProperty, ...]:
    """The properties. Scripts revoke what is inactive for longer than ``device.inactivity.days.threshold``: it is the
    site's own limit for silent devices, where it has one."""
    usual = SessionSettings()
    said = (
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
        (
            "device.inactivity.days.threshold",
            str(site.delete_inactive_days or INACTIVITY_THRESHOLD),
            str(INACTIVITY_THRESHOLD),
            "Days after its last connection that a device counts as inactive",
        ),
    )
    return tuple(
        ServerProperty(
            id=number, name=name, value=value, display_name=name, description=description, default_value=default
        )
        for number, (name, value, default, description) in enumerate(said, 1)
    )


def search_properties(
    properties: tuple[ServerProperty, ...],
    text: str,
    *,
    order_by: str = "name",
    descending: bool = False,
    start: int = 0,
    limit: int | None = None,
) -> tuple[ServerProperty, ...]:
    """A page of those whose name or description contains a text, sorted by a field; an unknown one is the name."""
    wanted = text.strip().lower()
    field = {"value": "value", "id": "id", "displayname": "display_name", "description": "description"}.get(
        order_by.strip().lower(), "name"
    )
    found = [one for one in properties if wanted in f"{one.name} {one.description}".lower()]
    found.sort(key=lambda one: getattr(one, field), reverse=descending)
    return tuple(found[start : start + (MOST if limit is None else limit)])


def _kind(settings: SessionSettings) -> str:
    return "STATIC_TIMEOUT" if settings.kind is Timeout.STATIC else "INACTIVITY_TIMEOUT"
