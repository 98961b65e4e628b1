"""What a run of the simulator tells: on the way, and at its end."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class RunProgress(Struct, frozen=True, kw_only=True):
    """The progress of a run. ``events`` counts device events since it began."""

    started_at: datetime
    now: datetime
    until: datetime
    events: int


class RunReport(Struct, frozen=True, kw_only=True):
    """What a run did, on the workspace clock."""

    started_at: datetime
    ended_at: datetime
    events: int
    batches: int
