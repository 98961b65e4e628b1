"""A drill: owners are asked whether notices reach them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class DrillQuestion(Struct, frozen=True, kw_only=True):
    """The notice by which a person was asked."""

    person: str
    notice_id: int


class Drill(Struct, frozen=True, kw_only=True):
    """Who was asked when, by the workspace's clock. ``started_by``: the user, or ``certfleet`` by the clock."""

    id: int
    at: datetime
    started_by: str
    questions: tuple[DrillQuestion, ...]
