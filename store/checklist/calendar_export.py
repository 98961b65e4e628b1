"""The checklist as a calendar: expiry dates, and last days to start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ..due_notices.notice_times import notice_periods
from ..inventory.expiry import ExpiryRules
from ..model.expiry import ExpiryUse
from ..model.start_by import LastStart
from ..text_tables import plain_line
from ..words import length_text, minute
from .checklist import group_title
from .checklist_row import ChecklistRow

if TYPE_CHECKING:
    from icalendar import Event


NO_END = 9999  # the year that stands for no expiry (RFC 5280, 4.1.2.5)


def expiries_icalendar(rows: Iterable[ChecklistRow], now: datetime, name: str, rules: ExpiryRules) -> bytes:
    """A calendar (RFC 5545, UTF-8) called ``name``, with an event at the end of each certificate and each provisioning
    profile of the checklist, and alarms when it becomes expiring and critical by ``rules``. The last day to start a
    replacement, where it is known, is an event of that day.

    An event keeps its UID while the certificate is the same, so importing it again doesn't duplicate it. ``now`` (UTC,
    aware) is the time of the export.
    """
    from icalendar import Calendar

    rows = list(rows)
    calendar = Calendar.new(name=plain_line(name), prodid="-//certfleet//checklist//EN")
    ends: dict[tuple[str, datetime], list[ChecklistRow]] = {}
    for row in rows:
        for uid, end in _ends(row):
            if end.year < NO_END:
                ends.setdefault((uid, end), []).append(row)
    for (uid, end), own in ends.items():
        calendar.add_component(_event(uid, end, own, now, rules))
    for row in rows:
        if row.start is not None and row.start.last_day is not None:
            calendar.add_component(_start_event(row, row.start, row.start.last_day, now))
    data: bytes = calendar.to_ical()
    return data


def _ends(row: ChecklistRow) -> Iterator[tuple[str, datetime]]:
    """The expiry dates of a row by UID, including the old certificate served until a task is done."""
    if row.certificate is not None:
        yield f"{row.certificate.fingerprint_sha256}@certfleet", row.certificate.not_after
        if row.not_after is not None and row.not_after != row.certificate.not_after:
            yield f"before-{row.certificate.fingerprint_sha256}@certfleet", row.not_after
    elif row.profile is not None:
        known, end = row.profile.uuid or row.profile.application_identifier, row.profile.not_after
        yield f"profile-{plain_line(known)}-{end:%Y%m%dT%H%M%SZ}@certfleet", end


def _event(uid: str, end: datetime, rows: Sequence[ChecklistRow], now: datetime, rules: ExpiryRules) -> Event:
    from icalendar import Alarm, Event

    first = rows[0]
    what = plain_line(" and ".join(dict.fromkeys(_title(row) for row in rows)))
    thing = first.certificate or first.profile
    if uid.startswith("before-"):
        summary = f"{what}: the old certificate, which is still served, expires"
    elif thing is None or thing.name in what:
        summary = f"{what} expires"
    else:
        summary = f"{what} ({plain_line(thing.name)}) expires"
    seen = "; ".join(dict.fromkeys(seen for row in rows for seen in row.would_stop))
    said = [f"{what}: the end is on {minute(end)} UTC.", f"Then {seen}."]
    if first.certificate is not None:
        said.append(f"Certificate {first.certificate.id}, serial number {first.certificate.serial_number}.")
    said.append(first.next_step if first.tasks else first.need.renewal)
    said += [f"Doubtful: {row.doubt}." for row in rows if row.doubt is not None]
    event = Event.new(
        uid=uid,
        stamp=now,
        start=end,
        summary=summary,
        description="\n".join(plain_line(line) for line in said),
        categories=list(dict.fromkeys(group_title(row.need.group) for row in rows)),
    )
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    for ahead in _alarms(first, rules):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ahead)
        alarm.add("description", f"{summary} in {length_text(ahead)}")
        event.add_component(alarm)
    return event


def _start_event(row: ChecklistRow, start: LastStart, last_day: date, now: datetime) -> Event:
    from icalendar import Event

    event = Event.new(
        uid=f"start-{start.record.replace(':', '-')}-{start.certificate_id or 0}@certfleet",
        stamp=now,
        start=last_day,
        summary=plain_line(f"Last day to start: {start.title}"),
        description=plain_line(f"{start.title}: {row.start_said}."),
        categories=[group_title(row.need.group)],
    )
    event.add("transp", "TRANSPARENT")
    return event


def _alarms(row: ChecklistRow, rules: ExpiryRules) -> list[timedelta]:
    """How long before the expiry the alarms are due: as for notices."""
    if row.certificate is not None:
        rule, start, end = rules.of(row.certificate), row.certificate.not_before, row.certificate.not_after
    elif row.profile is not None:
        rule, start, end = rules[ExpiryUse.PROFILE], row.profile.valid_from, row.profile.not_after
    else:
        return []
    return [period.ahead for period in notice_periods(rule, end - start)]


def _title(row: ChecklistRow) -> str:
    if row.derived and row.certificate is not None:
        return f"CA certificate {row.certificate.name}"
    return f"{row.need.title} {row.name}".strip()
