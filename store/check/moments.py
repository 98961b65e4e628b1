"""Whether the moments can be gone back to."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.kept_moment import KeptMoment
from ..persistence.database import Database
from .report import Problem


def check_moments(database: Database) -> Iterator[Problem]:
    """Each moment needs its restore point."""
    points = set(database.engine.points())
    for moment in database.table("moments").records(KeptMoment):
        if moment.number not in points:
            yield Problem("moment-lost", f"moment:{moment.id}", f"moment {moment.id} has lost what it kept")
