"""A notice: what people are told without having asked."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Notice(Struct, frozen=True, kw_only=True):
    """``kind`` is stable (``authority-ready``); ``record`` names what it is about (``authority-group:2``)."""

    id: int
    at: datetime
    kind: str
    record: str
    title: str
    text: str
