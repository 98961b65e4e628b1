"""Last days to start: their documents and words."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from ..model.start_by import LastStart
from ..start_by.start_by import KnownStarts, is_soon
from ..start_by.wording import COMPUTE
from ..words import day, minute, plural
from .documents import document_type
from .styles import Style

NOT_COMPUTED = f"nothing is computed yet: {COMPUTE}"

LastStartDocument = document_type(
    "LastStartDocument",
    LastStart,
    "The last day to start something. ``said`` is it in words, ``soon`` that the day is near or has passed, "
    "``started`` that somebody has begun.",
    first=("record",),
    said=str,
    soon=bool,
    started=bool,
)


class StartByDocument(Struct, frozen=True, kw_only=True):
    """The last days to start, the most urgent first, and what they rest on. ``old`` says why they have to be computed
    again; ``days_old`` is their age. No device has a certificate of one of ``empty_groups``."""

    computed_at: datetime
    days_old: int
    share: float
    seeds: int
    devices: int
    drawn_habits: int
    old: str | None
    empty_groups: tuple[str, ...]
    starts: tuple[LastStartDocument, ...]


def start_by_document(known: KnownStarts) -> StartByDocument:
    """The document of what is known."""
    found, today = known.found, known.now.date()
    return StartByDocument(
        computed_at=found.computed_at,
        days_old=(known.now - found.computed_at).days,
        share=found.share,
        seeds=found.seeds,
        devices=found.devices,
        drawn_habits=found.drawn_habits,
        old=known.old,
        empty_groups=found.empty_groups,
        starts=tuple(
            LastStartDocument(
                **asdict(one), said=known.said(one), soon=is_soon(one, today), started=one.record in known.started
            )
            for one in known.all()
        ),
    )


def basis_words(known: KnownStarts, *, alone: bool = False) -> list[str]:
    """What the last days of CA groups say, and those that something moved, and what all rest on, a sentence each; only
    the latter if it is ``alone``."""
    found = known.found
    told = [] if alone else [one for one in known.waiting() if one.certificate_id is None or one.because]
    said = [f"{one.title}: {known.said(one)}" for one in told]
    said += [
        f"{name}: no device has a certificate of this CA group, so it has no last day" for name in found.empty_groups
    ]
    said.append(
        f"computed on {minute(found.computed_at)} UTC: {100 * found.share:.4g} % of the devices across in time, "
        f"{plural(found.seeds, 'seed')}"
    )
    if found.drawn_habits:
        said.append(f"the habits of {plural(found.drawn_habits, 'device')} are assumed, those of their platform")
    for one in found.starts:
        if 0 < one.across_today < found.share:
            said.append(
                f"{one.title}: starting at once gets {100 * one.across_today:.0f} % of {plural(one.devices, 'device')} "
                f"across; the last day is for {100 * found.share:.4g} % of these"
            )
    if known.old is not None:
        said.append(f"old: {known.old} ({COMPUTE})")
    return said


def first_words(known: KnownStarts) -> str | None:
    """What has to be started first, and how many others soon; None if nothing has to be started soon."""
    soon = known.soon()
    if not soon:
        return None
    more = f"; and {len(soon) - 1:,} more" if len(soon) > 1 else ""
    return f"{soon[0].title}: {known.said(soon[0])}{more}"


def start_style(one: LastStart, known: KnownStarts) -> Style:
    """The style of a last day."""
    if one.record in known.started:
        return Style.QUIET
    if one.last_day is None or one.last_day < known.now.date():
        return Style.BAD
    return Style.WARNING if is_soon(one, known.now.date()) else Style.OK


def last_day_text(one: LastStart, known: KnownStarts) -> str:
    """The last day, that it is too late to wait for one, or that somebody has started."""
    if one.record in known.started:
        return "started"
    return "now" if one.last_day is None or one.last_day < known.now.date() else day(one.last_day)
