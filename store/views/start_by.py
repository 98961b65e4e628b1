"""Last days to start: their documents and words."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import asdict

from ..impact.start_by import old_words, start_words
from ..model.start_by import LastStart, StartBy
from ..words import day, minute, plural
from .documents import document_type
from .styles import Style

LastStartDocument = document_type(
    "LastStartDocument",
    LastStart,
    "The last day to start something; ``said`` is it in words.",
    first=("record",),
    said=str,
)


class StartByDocument(Struct, frozen=True, kw_only=True):
    """The last days to start, and what they rest on. ``old`` says why they have to be computed again."""

    computed_at: datetime
    share: float
    seeds: int
    devices: int
    drawn_habits: int
    old: str | None
    starts: tuple[LastStartDocument, ...]


def start_by_document(found: StartBy, old: str | None, now: datetime) -> StartByDocument:
    """The document of what is known at ``now``; ``old`` is from ``Impact.start_by_old``."""
    today = now.date()
    return StartByDocument(
        computed_at=found.computed_at,
        share=found.share,
        seeds=found.seeds,
        devices=found.devices,
        drawn_habits=found.drawn_habits,
        old=old,
        starts=tuple(LastStartDocument(**asdict(one), said=start_words(one, today)) for one in found.starts),
    )


def basis_words(found: StartBy, old: str | None, now: datetime) -> list[str]:
    """What the last days of CA groups say, and what all rest on, a sentence each."""
    groups = [one for one in found.starts if one.certificate_id is None]
    said = [
        *(f"{one.title}: {start_words(one, now.date())}" for one in groups),
        f"computed on {minute(found.computed_at)} UTC: {found.share:.4g} of the devices across in time, "
        f"{plural(found.seeds, 'seed')}",
    ]
    if found.drawn_habits:
        said.append(f"the habits of {plural(found.drawn_habits, 'device')} are assumed, those of their platform")
    for one in found.starts:
        if one.across_today < found.share:
            said.append(
                f"{one.title}: starting at once gets {100 * one.across_today:.0f} % of {plural(one.devices, 'device')} "
                f"across; the last day is for {100 * found.share:.4g} % of these"
            )
        if one.last_day is not None and one.last_day != one.latest:
            said.append(f"{one.title}: {day(one.latest)} is a free day or in a change freeze")
    if old is not None:
        said.append(f"old: {old_words(found, old)}")
    return said


def start_style(one: LastStart, today: date) -> Style:
    """The style of a last day."""
    return Style.BAD if one.last_day is None or one.last_day < today else Style.OK


def last_day_text(one: LastStart, today: date) -> str:
    """The last day, or that it is too late to wait for one."""
    return "now" if one.last_day is None or one.last_day < today else day(one.last_day)
