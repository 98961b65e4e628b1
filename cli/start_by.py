"""``certfleet start-by``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..simulator.forecast.start_by import compute_start_by
from ..store.start_by.start_by import KnownStarts
from ..store.views.documents import fields_of
from ..store.views.start_by import NOT_COMPUTED, basis_words, last_day_text, start_by_document, start_style
from ..store.words import day
from .frame.answer import Answer
from .frame.command import command
from .frame.interruption import exit_when_left
from .frame.parameters import attached_option, seeds_option
from .frame.progress import progress
from .frame.session import Session
from .frame.tables import RICH_STYLES, Cell, Listing

MOST_SEEDS = 100
_FORECASTS = 12  # for a CA group, roughly


@command("start-by", examples=["certfleet start-by --compute", "certfleet start-by"], lists="start_by.starts")
@click.option("--compute", is_flag=True, help="Compute the days now, and keep them.")
@seeds_option(MOST_SEEDS, "With --compute: N times with other choices of devices and owners, taken together.")
@attached_option
def start_by(session: Session, compute: bool, seeds: int, attached: bool) -> Answer:
    """Show the last day on which starting to replace each certificate and each CA group is early enough: for a CA
    group, still gets `site set --start-by-share` of its devices across before their certificates end. Forecasts find
    it, and it is kept for checklist and notices. It is a working day outside change freezes (`site freeze`)."""
    if seeds > 1 and not compute:
        raise click.UsageError("--seeds goes with --compute.")
    if attached:
        exit_when_left()
    workspace = session.open()
    if compute:
        workspace.audit.permit("plan.start-by")
        with progress(_FORECASTS * seeds, "forecasts", attached=attached) as advance:
            workspace.start_by.keep(
                compute_start_by(workspace, seeds=seeds, told=lambda done: advance(done, max(done, _FORECASTS * seeds)))
            )
    known = workspace.impact.known_starts()
    if known is None:
        return Answer({"start_by": None}, NOT_COMPUTED)
    listing = Listing(
        _rows(known), right=("DAYS", "DEVICES", "LOST A WEEK"), wraps=("WHAT",), none="nothing has to be replaced"
    )
    return Answer(lambda: {"start_by": fields_of(start_by_document(known))}, [listing, *basis_words(known)])


def _rows(known: KnownStarts) -> Iterator[dict[str, str | Cell]]:
    for one in known.all():
        yield {
            "START BY": Cell(last_day_text(one, known), RICH_STYLES[start_style(one, known)]),
            "WHAT": one.title,
            "ENDS": day(one.end),
            "DAYS": f"{one.days:,}",
            "DEVICES": f"{one.devices:,}",
            "LOST A WEEK": f"{one.lost_a_week:,}" if one.lost_a_week else "-",
        }
