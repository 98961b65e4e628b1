"""``certfleet certificate list``."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from ..store.inventory.certificate_filter import Predicate, parse_filter, standing
from ..store.inventory.status import days_left, status
from ..store.model.certificate import Certificate, Status, UseAs
from .frame.answer import emit, say
from .frame.parameters import DURATION, TEXT, Words
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import status_cell

COLUMNS = (
    Column("ID", right=True),
    Column("NAME", least=20),
    Column("USE AS"),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("EXPIRES"),
    Column("KEY"),
    Column("DESCRIPTION", least=16),
)


@click.command("list")
@click.option("--status", "statuses", type=Words(list(Status)), multiple=True, help="Only this status.")
@click.option("--use-as", "uses", type=Words(list(UseAs)), multiple=True, help="Only this use.")
@click.option(
    "--expiring-within",
    "within",
    type=DURATION,
    metavar="90d",
    help="Only what expires in that time or has expired; replaced entries are left out.",
)
@click.option(
    "--search",
    type=TEXT,
    default="",
    help="Only what fits this filter, as in the console: words, and status:expired use:apns days:<30 key:yes …",
)
@pass_session
def list_certificates(
    session: Session,
    statuses: tuple[Status, ...],
    uses: tuple[UseAs, ...],
    within: timedelta | None,
    search: str,
) -> None:
    """List the inventory. Options of different kinds narrow the list further; --status and --use-as may be
    given several times."""
    with session.open() as workspace:
        now = workspace.now()
        fits = _filter(search)
        found = [
            entry
            for entry in workspace.inventory.list()
            if (not statuses or status(entry, now) in statuses)
            and (not uses or entry.use_as in uses)
            and (within is None or _runs_out(entry, now, within))
            and fits(standing(entry, now))
        ]
        if session.json:
            emit({"certificates": [workspace.inventory.as_json(entry) for entry in found]})
        elif found:
            table(COLUMNS, [_row(entry, now) for entry in found])
        elif statuses or uses or within is not None or search:
            say("no certificate fits")
        else:
            say("the inventory is empty")


def _filter(search: str) -> Predicate:
    found = parse_filter(search)
    if found.problem is not None:
        raise click.BadParameter(found.problem, param_hint="--search")
    return found.matches or (lambda entry: True)


def _runs_out(entry: Certificate, now: datetime, within: timedelta) -> bool:
    return entry.replaced_by is None and entry.not_after - now <= within


def _row(entry: Certificate, now: datetime) -> list[str | Cell]:
    return [
        str(entry.id),
        entry.name,
        entry.use_as.value,
        status_cell(entry, now),
        str(days_left(entry, now)),
        f"{entry.not_after:%Y-%m-%d}",
        "yes" if entry.has_private_key else "-",
        entry.description,
    ]
