"""``certfleet checklist``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from ..store.clock import rfc3339
from ..store.impact.checklist import Mark, Row, as_json, group_title
from ..store.impact.needs import Group, Level
from .consequences import LEVEL_STYLES, need_title, standing_cell
from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import Words
from .frame.session import Session, pass_session
from .frame.tables import Across, Cell, Column, table

COLUMNS = (
    Column("NEED", least=24, wraps=True),
    Column("CERTIFICATE", least=18),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("DEVICES", right=True),
)
GROUPS = (Group.SERVER, Group.MDX, Group.GATEWAY)
TABLE = "table"
FORMATS = (TABLE, "markdown", "csv", "ics")


@click.command()
@click.option("--group", type=Words(list(GROUPS)), help="Only this part of the deployment.")
@click.option("--open", "open_alone", is_flag=True, help="Only rows with something to do.")
@click.option(
    "--format",
    "form",
    type=Words(list(FORMATS)),
    default=TABLE,
    show_default=True,
    help="ics is a calendar of the expiries (iCalendar).",
)
@handout_options
@pass_session
def checklist(session: Session, group: Group | None, open_alone: bool, form: str, handout: Handout) -> None:
    """Everything that the deployment needs a certificate for: which one it is, or that it is missing, where it stands,
    what is stopped now or would stop at its end, for how many devices, and what to do next."""
    if form == TABLE and handout.out is not None:
        raise click.UsageError("--output goes with --format markdown, csv or ics.")
    handout.check(session)
    with session.open() as workspace:
        now, everything = workspace.now(), workspace.impact.checklist()
    rows = [row for row in everything if group in (None, row.need.group) and not (open_alone and row.is_done)]
    if form != TABLE:
        data = _file(rows, now, form, session.path.absolute().name)
        handout.write(session, data)
        if session.json:
            emit({"format": form, **handout.as_json(data)})
        elif handout.out is not None:
            say(f"exported {_rows(len(rows))} of the checklist as {form} to {handout.out}")
    elif session.json:
        stopped = sum(row.level is Level.STOPPED for row in rows)
        emit({"checklist": [as_json(row) for row in rows], "stopped": stopped, "now": rfc3339(now)})
    elif rows:
        table(COLUMNS, list(_lines(rows)))
        say(_summary(rows))
    else:
        say("there is nothing to do" if open_alone else "nothing is listed")


def _file(rows: Sequence[Row], now: datetime, form: str, name: str) -> bytes:
    from ..store.impact.exports import checklist_csv, checklist_markdown, expiries_icalendar

    match form:
        case "markdown":
            return checklist_markdown(rows, now).encode()
        case "csv":
            return checklist_csv(rows).encode()
        case _:
            return expiries_icalendar(rows, now, name)


def _lines(rows: Sequence[Row]) -> Iterator[Sequence[str | Cell] | Across]:
    group = None
    for row in rows:
        if row.need.group is not group:
            group = row.need.group
            yield Across(group_title(group), style="bold underline")
        yield [
            need_title(row.need, "" if row.derived else row.name),
            _used(row),
            standing_cell(row),
            "-" if row.days_left is None else f"{row.days_left:,}",
            f"{row.devices:,}",
        ]
        yield from _notes(row)


def _used(row: Row) -> str:
    if row.certificate is not None:
        return f"#{row.certificate.id} {row.certificate.name}"
    return "-" if row.profile is None else f"profile #{row.profile.id} {row.profile.name}"


def _notes(row: Row) -> Iterator[Across]:
    if row.stopped:
        seen = "; ".join(dict.fromkeys(one.seen for one in row.stopped))
        yield Across(f"{row.level}: {seen}", style=LEVEL_STYLES[row.level], indent=2)
    elif row.status not in (Mark.MISSING, Mark.NOT_USED, Mark.MANAGED):
        yield Across(f"would stop: {'; '.join(row.would_stop)}", indent=2)
    if row.component is not None and row.component.still_serves is not None:
        yield Across(f"goes on with #{row.component.still_serves} until that is done elsewhere", indent=2)
    if not row.is_done:
        yield Across(f"next: {row.next_step}", indent=2)


def _summary(rows: Sequence[Row]) -> str:
    levels = [row.level for row in rows]
    todo = sum(not row.is_done for row in rows)
    stopped, degraded = levels.count(Level.STOPPED), levels.count(Level.DEGRADED)
    return f"{_rows(len(rows))}: {todo} with something to do, {stopped} stopped, {degraded} degraded"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
