"""The details of a checklist row: what is stopped or would be, for whom, since when, and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from rich.text import Text
from textual.app import App

from ...store.checklist.checklist import group_title
from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.components.capabilities import Level
from ...store.consequences.consequences import Consequence
from ...store.devices.trust import would_be_refused
from ...store.model.component import Use
from ...store.model.device import Platform
from ...store.outlook.outlook import affected
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.views.consequence import LEVEL_SYMBOLS, reason_text
from ...store.views.platforms import platforms_text
from ...store.words import day, days_text, minute, plural
from ..certificates.certificate_rows import CertificateRow as Entry
from ..components.fields import Value, fields
from ..components.text_styles import Tone, style_of, styled
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..dialogs.owner_dialog import owner_pairs
from ..endpoints.details import endpoint_lines
from ..lists.details_pane import Details
from ..shell.console_app import console_of
from ..shell.keys.hints import without_commands
from ..shell.keys.keys import keyed
from .wording import (
    LEVEL_TONES,
    standing_text,
    standing_tone,
    title_of_row,
    would_stop,
)

Counts = Mapping[Platform, int]
Entries = Mapping[int, Entry]


def details_of(app: App[object], row: ChecklistRow, devices: Counts, entries: Entries) -> Details:
    """The details of a row. ``devices`` counts the devices per platform; ``entries`` are the inventory's."""
    title = styled(app, (f"{title_of_row(row)}  ", Tone.STRONG))
    return Details(title.append_text(headline(app, row)), fields(app, _pairs(app, row, devices, entries)))


def details_dialog(app: App[object], row: ChecklistRow, devices: Counts, entries: Entries) -> DetailsDialog[None]:
    """The same as a dialog, with the instructions of open tasks."""
    tasks = [(Note(printable(task.title), "section"), Note(without_commands(task.text), "item")) for task in row.tasks]
    return DetailsDialog(
        title_of_row(row),
        Note(headline(app, row)),
        Note(),
        Note(details_of(app, row, devices, entries).body),
        *chain.from_iterable(tasks),
        scrolls=True,
    )


def headline(app: App[object], row: ChecklistRow) -> Text:
    """``▲ critical  8 days left  Endpoint Management server``."""
    text = styled(app, (standing_text(row), standing_tone(row)))
    if row.days_left is not None:
        text.append(f"  {days_text(row.days_left)}")
    return text.append(f"  {group_title(row.need.group)}", style_of(app, Tone.DIM))


def _pairs(app: App[object], row: ChecklistRow, devices: Counts, entries: Entries) -> list[tuple[str, Value]]:
    pairs = _once(_consequences(app, row, devices, entries))
    pairs.append(("Next step", without_commands(row.next_step)))
    if row.certificate is not None:
        pairs.append(
            ("Certificate", f"{certificate_title(row.certificate)}, until {minute(row.certificate.not_after)} UTC")
        )
    elif row.profile is not None:
        profile = row.profile
        pairs.append(
            (
                "Profile",
                f"{printable(profile.name)}, for {printable(profile.app_id)}, until {minute(profile.not_after)} UTC",
            )
        )
    if row.doubt is not None:
        pairs.append(("Doubtful", styled(app, (printable(row.doubt), Tone.EXPIRING))))
    component = row.component
    if component is not None and component.still_serves is not None and component.use is not Use.NOT_USED:
        pairs.append(("Serves still", _served(app, row, component.still_serves, entries)))
    if row.need.id in ("apns", "securemail-apns") and row.certificate is not None and component is not None:
        unknown = Text(keyed("not known; {replace} writes it down"), style_of(app, Tone.EXPIRING))
        pairs.append(("Apple ID", printable(component.apple_id) if component.apple_id else unknown))
    if row.component is not None or row.certificate is not None:
        record = f"component:{row.component.id}" if row.component is not None else ""
        record = record or f"certificate:{row.certificate.id if row.certificate is not None else 0}"
        pairs += owner_pairs(app, console_of(app).workspace, record)
    if endpoints := console_of(app).workspace.endpoints.of_need(row.need.id, row.name):
        pairs.append(("Endpoints", endpoint_lines(app, endpoints)))
    for task in row.tasks:
        since = f"  since {day(task.opened_at)} {keyed('({to-do})')}"
        pairs.append(("Task", styled(app, (f"○ {printable(task.title)}", Tone.PENDING), (since, Tone.DIM))))
    return pairs


def _consequences(app: App[object], row: ChecklistRow, devices: Counts, entries: Entries) -> list[tuple[str, Value]]:
    if row.status == Mark.NOT_USED:
        return [("Stops", styled(app, ("nothing: this deployment doesn't have it", Tone.DIM)))]
    if row.stopped:
        return [(_heading(one), _consequence(app, one, devices, entries)) for one in row.stopped]
    if row.level is not Level.FINE:  # a certificate that devices would have to trust
        lacking = f"{LEVEL_SYMBOLS[row.level]} {would_be_refused(row.devices)}"
        return [("Degraded", styled(app, (lacking, LEVEL_TONES[row.level])))]
    return [
        (
            "Would stop" if effect.level is Level.STOPPED else "Would suffer",
            styled(app, effect.seen, (f"  {_whom(effect.platforms, devices)}", Tone.DIM)),
        )
        for effect in would_stop(row)
    ]


def _served(app: App[object], row: ChecklistRow, id: int, entries: Entries) -> Text:
    entry = entries.get(id)
    name = f"#{id}" if entry is None else f"{certificate_title(entry.certificate)}, {days_text(entry.days)}"
    return styled(app, (name, standing_tone(row)), "; until the tasks are done")


def _once(pairs: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """Show a repeated name only once."""
    before = ["", *(name for name, _ in pairs)]
    return [("" if name == was else name, value) for was, (name, value) in zip(before, pairs, strict=False)]


def _heading(one: Consequence) -> str:
    return "Stopped" if one.level is Level.STOPPED else "Degraded"


def _consequence(app: App[object], one: Consequence, devices: Counts, entries: Entries) -> Text:
    since = f", since {minute(one.since)}" if one.since is not None else ""
    seen = (f"{LEVEL_SYMBOLS[one.level]} {one.seen}", LEVEL_TONES[one.level])
    entry = entries.get(one.certificate_id or 0)
    because = reason_text(one, None if entry is None else certificate_title(entry.certificate))
    why = f"  {_whom(one.platforms, devices)}{since}: {because}"
    return styled(app, seen, (why, Tone.DIM))


def _whom(platforms: tuple[Platform, ...], devices: Counts) -> str:
    return f"{platforms_text(platforms)}, {plural(affected(platforms, devices), 'device')}"
