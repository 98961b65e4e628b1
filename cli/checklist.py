"""``certfleet checklist``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click

from ..simulator.plans.progress import PlanProgress, under_way
from ..store.checklist.checklist import group_title
from ..store.checklist.checklist_row import ChecklistRow, Mark
from ..store.checklist.row_counts import RowProblem, counts_of
from ..store.clock import rfc3339
from ..store.components.capabilities import Level
from ..store.components.needs import Group
from ..store.inventory.expiry import ExpiryRules
from ..store.views.checklist import row_document, row_style
from ..store.views.consequence import LEVEL_STYLES, need_title
from ..store.views.styles import Style
from ..store.words import plural
from .frame.answer import Answer
from .frame.command import command
from .frame.output_file import OutputFile, output_options
from .frame.parameters import EnumChoice, format_option
from .frame.session import Session
from .frame.tables import RICH_STYLES, Cell, Row, SpanningRow, Table, TableColumn

COLUMNS = (
    TableColumn("NEED", least=24, wraps=True),
    TableColumn("CERTIFICATE", least=18),
    TableColumn("STATUS"),
    TableColumn("DAYS", right=True),
    TableColumn("DEVICES", right=True),
)
GROUPS = (Group.SERVER, Group.MDX, Group.GATEWAY, Group.NOTICES)
TABLE = "table"
FORMATS = (TABLE, "markdown", "csv", "ics")


@command(examples=["certfleet checklist --open", "certfleet checklist --format ics --output expiries.ics"])
@click.option("--group", type=EnumChoice(list(GROUPS)), help="Only this part of the deployment.")
@click.option("--open", "open_alone", is_flag=True, help="Only rows with something to do.")
@format_option(*FORMATS, help="ics is a calendar of the expiry dates (iCalendar).")
@output_options
def checklist(session: Session, group: Group | None, open_alone: bool, form: str, output: OutputFile) -> Answer:
    """List everything that the deployment needs a certificate for: which one it uses, or that it is missing; its
    status; what is stopped now or stops when it expires, for how many devices; and what to do next."""
    if form == TABLE and output.path is not None:
        raise click.UsageError("--output goes with --format markdown, csv or ics.")
    output.check()
    workspace = session.open()
    now, everything = workspace.now(), workspace.impact.checklist()
    rows = [row for row in everything if group in (None, row.need.group) and not (open_alone and row.is_done)]
    if form != TABLE:
        said = f"exported {plural(len(rows), 'row')} of the checklist as {form} to {output.path}"
        name = session.path.absolute().name
        return output.answer({"format": form}, _file(rows, now, form, name, workspace.expiry()), said)
    plans = under_way(workspace)
    stopped = sum(row.level is Level.STOPPED for row in rows)
    none = "there is nothing to do" if open_alone else "nothing is listed"
    return Answer(
        lambda: {
            "checklist": [row_document(row) for row in rows],
            "stopped": stopped,
            "plans": _plan_documents(plans),
            "now": rfc3339(now),
        },
        [
            [Table(COLUMNS, list(_lines(rows))), _summary(rows)] if rows else none,
            _plan_lines(plans, now),
        ],
    )


def _file(rows: Sequence[ChecklistRow], now: datetime, form: str, name: str, rules: ExpiryRules) -> bytes:
    from ..store.checklist.calendar_export import expiries_icalendar
    from ..store.checklist.text_exports import checklist_csv, checklist_markdown

    match form:
        case "markdown":
            return checklist_markdown(rows, now).encode()
        case "csv":
            return checklist_csv(rows).encode()
        case _:
            return expiries_icalendar(rows, now, name, rules)


def _lines(rows: Sequence[ChecklistRow]) -> Iterator[Row]:
    group = None
    for row in rows:
        if row.need.group is not group:
            group = row.need.group
            yield SpanningRow(group_title(group), style="bold underline")
        yield [
            need_title(row.need, "" if row.derived else row.name),
            _used(row),
            Cell(row.status, RICH_STYLES[row_style(row)]),
            "-" if row.days_left is None else f"{row.days_left:,}",
            f"{row.devices:,}",
        ]
        yield from _notes(row)


def _used(row: ChecklistRow) -> str:
    if row.authority_group is not None:
        return f"CA group {row.authority_group}"
    if row.certificate is not None:
        return f"#{row.certificate.id} {row.certificate.name}"
    return "-" if row.profile is None else f"profile #{row.profile.id} {row.profile.name}"


def _notes(row: ChecklistRow) -> Iterator[SpanningRow]:
    if row.stopped:
        seen = "; ".join(dict.fromkeys(one.seen for one in row.stopped))
        yield SpanningRow(f"{row.level}: {seen}", style=RICH_STYLES[LEVEL_STYLES[row.level]], indent=2)
    elif row.status not in (Mark.MISSING, Mark.NOT_USED, Mark.MANAGED, Mark.WORRY):
        yield SpanningRow(f"would stop: {'; '.join(row.would_stop)}", indent=2)
    if row.component is not None and row.component.still_serves is not None:
        yield SpanningRow(f"still uses #{row.component.still_serves} until that is done elsewhere", indent=2)
    if row.doubt is not None:
        yield SpanningRow(f"doubtful: {row.doubt}", style=RICH_STYLES[Style.WARNING], indent=2)
    if not row.is_done:
        yield SpanningRow(f"next: {row.next_step}", indent=2)


def _summary(rows: Sequence[ChecklistRow]) -> str:
    counts, todo = counts_of(rows), sum(not row.is_done for row in rows)
    more = "".join(f", {counts[one]} {one}" for one in (RowProblem.MISSING, RowProblem.EXPIRING) if one in counts)
    stopped, degraded = counts.get(RowProblem.STOPPED, 0), counts.get(RowProblem.DEGRADED, 0)
    return f"{plural(len(rows), 'row')}: {todo} with something to do, {stopped} stopped, {degraded} degraded{more}"


def _plan_documents(plans: Sequence[PlanProgress]) -> list[dict[str, Any]]:
    if not plans:
        return []
    from ..simulator.plans.words import run_document  # brings the simulator along, and hardly anybody has a plan

    return [run_document(run) for run in plans]


def _plan_lines(plans: Sequence[PlanProgress], now: datetime) -> list[str]:
    if not plans:
        return []
    from ..simulator.plans.words import now_text

    return [f"plan {now_text(run, now)}" for run in plans]
