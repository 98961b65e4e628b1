"""A forecast that somebody acts on, kept so that what becomes of the fleet can be set beside it."""

from __future__ import annotations

from msgspec import Struct

from .moment import Moment


class FleetLook(Struct, frozen=True, kw_only=True):
    """The fleet at a time: its devices, those in service, those that need a person, and how many hold a certificate of
    each CA group. ``source`` is what it is known from: ``forecast``, ``import 3``, ``certificates`` (by their dates of
    issue, which say nothing of who is in service: None) or ``now``."""

    at: Moment
    source: str
    devices: int
    in_service: int | None = None
    stranded: int | None = None
    groups: dict[str, int] = {}


class KeptForecast(Struct, frozen=True, kw_only=True):
    """A kept forecast: its own ``name``, the plan's, and the course that it said, from day to day. ``looks`` is what
    imports of devices said since. ``assumed`` devices had their habits drawn."""

    id: int
    name: str
    plan: str
    title: str
    started_at: Moment
    until: Moment
    said: tuple[FleetLook, ...]
    assumed: int = 0
    kept_at: Moment
    kept_by: str
    looks: tuple[FleetLook, ...] = ()
