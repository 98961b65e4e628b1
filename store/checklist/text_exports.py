"""The checklist as text: Markdown, and CSV."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..clock import rfc3339
from ..components.capabilities import Level
from ..text_tables import csv_text, markdown_text
from ..words import minute, plural
from .checklist import group_title
from .checklist_row import ChecklistRow

COLUMNS = (
    "group",
    "need",
    "title",
    "name",
    "certificate_id",
    "certificate",
    "serial_number",
    "profile_id",
    "profile",
    "status",
    "not_after",
    "days_left",
    "level",
    "stopped",
    "would_stop",
    "devices",
    "apple_id",
    "next_step",
    "tasks",
    "doubt",
)


def checklist_markdown(rows: Iterable[ChecklistRow], now: datetime) -> str:
    """The checklist as Markdown, a table per group, at ``now`` (UTC, aware)."""
    rows = list(rows)
    todo = sum(not row.is_done for row in rows)
    lines = [
        "# Certificate checklist",
        "",
        f"As of {minute(now)} UTC. {plural(len(rows), 'row')}, {todo} with something to do, "
        f"{sum(row.level is Level.STOPPED for row in rows)} stopped.",
    ]
    group = None
    for row in rows:
        if row.need.group is not group:
            group = row.need.group
            lines += [
                "",
                f"## {group_title(group)}",
                "",
                "| done | need | certificate | status | ends (UTC) | days left | devices | what stops | next step |",
                "|---|---|---|---|---|--:|--:|---|---|",
            ]
        lines.append(f"| {' | '.join(markdown_text(cell) for cell in _line(row))} |")
    return "\n".join(lines) + "\n"


def checklist_csv(rows: Iterable[ChecklistRow]) -> str:
    """The checklist as CSV (RFC 4180, with a header), for a spreadsheet; cells can't be mistaken for formulas.

    Several things in one cell are separated by ``; ``. Times are RFC 3339, UTC.
    """
    return csv_text(COLUMNS, map(_values, rows))


def _line(row: ChecklistRow) -> tuple[str, ...]:
    """The cells of a row of the Markdown table."""
    used = "" if row.profile is None else row.profile.name
    if row.authority_group is not None:
        used = f"CA group {row.authority_group}"
    elif row.certificate is not None:
        used = f"{row.certificate.id} {row.certificate.name}"
    stops = "; ".join(row.would_stop)
    if row.stopped:
        stops = f"{row.level.value} now: {'; '.join(dict.fromkeys(one.seen for one in row.stopped))}"
    return (
        "yes" if row.is_done else "no",
        row.need.title if row.derived else f"{row.need.title} {row.name}".strip(),
        used or "none",
        str(row.status),
        "" if row.not_after is None else minute(row.not_after),
        "" if row.days_left is None else str(row.days_left),
        f"{row.devices:,}",
        stops,
        row.next_step if row.doubt is None else f"{row.next_step} Doubtful: {row.doubt}.",
    )


def _values(row: ChecklistRow) -> tuple[str | int | None, ...]:
    """The cells of a line of the CSV file, in the order of ``COLUMNS``."""
    certificate, profile = row.certificate, row.profile
    return (
        group_title(row.need.group),
        row.need.id,
        row.need.title,
        row.name if row.authority_group is None else row.authority_group,
        None if certificate is None else certificate.id,
        None if certificate is None else certificate.name,
        None if certificate is None else certificate.serial_number,
        None if profile is None else profile.id,
        None if profile is None else profile.name,
        str(row.status),
        None if row.not_after is None else rfc3339(row.not_after),
        row.days_left,
        row.level.value,
        "; ".join(dict.fromkeys(one.seen for one in row.stopped)),
        "; ".join(row.would_stop),
        row.devices,
        None if row.component is None else row.component.apple_id,
        row.next_step,
        "; ".join(task.title for task in row.tasks),
        row.doubt,
    )
