"""``certfleet site freeze``: days on which nobody starts a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from ...store.model.site import Freeze, SiteSettings
from ...store.start_by.freezes import freeze_doubts
from ...store.words import day
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import TEXT, Written
from ..frame.session import Session
from ..frame.tables import Listing

Days = tuple[date, date]


def _days(text: str) -> Days:
    """``2026-12-20..2027-01-06``; a single day is one of its own."""
    first, _, last = text.strip().partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"{text!r} is not a period; write 2026-12-20..2027-01-06") from None


days_argument = click.argument("days", type=Written("days", _days), metavar="FROM..TO")


@command("list", examples=["certfleet site freeze list"], lists="freezes")
def list_freezes(session: Session) -> Answer:
    """List the change freezes."""
    return _answer(session.open().site.get())


@command("add", examples=["certfleet site freeze add 2026-12-20..2027-01-06 --why 'end of the year'"], changes=True)
@days_argument
@click.option("--why", type=TEXT, default="", help="The reason.")
def add_freeze(session: Session, days: Days, why: str) -> Answer:
    """Add a change freeze: nobody starts a change from FROM to TO, so the last day to start one is before it. A change
    that is started in a freeze all the same is noted, not refused."""
    workspace = session.open()
    added = Freeze(first=days[0], last=days[1], why=why.strip())
    doubts = freeze_doubts(workspace.site.get().freezes, added, workspace.now().date())
    return _answer(workspace.site.add_freeze(*days, why), doubts)


@command("remove", examples=["certfleet site freeze remove 2026-12-20..2027-01-06"], changes=True)
@days_argument
def remove_freeze(session: Session, days: Days) -> Answer:
    """Remove the change freeze of these days."""
    return _answer(session.open().site.remove_freeze(*days))


def _answer(settings: SiteSettings, doubts: Sequence[str] = ()) -> Answer:
    listing = Listing(
        ({"FROM": day(one.first), "TO": day(one.last), "WHY": one.why or "-"} for one in settings.freezes),
        wraps=("WHY",),
        none="there is no change freeze",
    )
    return Answer({"freezes": settings.freezes}, [listing, *(f"note: {doubt}" for doubt in doubts)])
