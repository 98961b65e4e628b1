"""The surfaces: the product's own paths and shapes, and ours."""

from __future__ import annotations

from typing import NamedTuple


class Surface(NamedTuple):
    """A surface: where its paths begin, and whether its answers have the product's names (``serialNumber``) or those of
    our records (``serial_number``)."""

    title: str
    prefix: str
    has_camel_names: bool


PRODUCT = Surface("the product's calls", "/xenmobile/api/v1", True)
NEWEST = Surface("the product's newest calls", "/api/endpoint-management", True)
OWN = Surface("certfleet's own calls", "/api/certfleet/v1", False)
SERVER = Surface("the server", "", False)


def surface_of(path: str) -> Surface:
    """The surface that the path of a request belongs to."""
    return next((one for one in (PRODUCT, NEWEST, OWN) if path.startswith(f"{one.prefix}/")), SERVER)
