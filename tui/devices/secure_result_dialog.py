"""The result of a security action: counts per platform, and every refused device with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.model.device import ActionKind
from ...store.printable import printable
from ...store.views.campaign import NOBODY_UNTOLD
from ...store.views.device import ACTION_TITLES
from ...store.views.platforms import PLATFORMS
from ...store.views.renewal import refusal_text
from ...store.words import plural
from ..components.text_styles import Tone, style_of
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.table_dialog import TableDialog
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import keyed
from .secure_dialog import Secured


@dataclass(frozen=True)
class RefusedDevice:
    """A device that was refused."""

    id: int
    name: str
    platform: str
    code: str
    message: str


_WHERE_TO_TELL = "{campaign} on the simulator's screen ({screen-7})."
_COLUMNS = (
    Column[RefusedDevice]("id", "#", lambda r: str(r.id), lambda r: r.id, lambda _: Tone.DIM, 6, right=True),
    Column[RefusedDevice]("name", "Device", lambda r: r.name, width=24, grow=1),
    Column[RefusedDevice]("platform", "Platform", lambda r: r.platform, width=8),
    Column[RefusedDevice]("code", "Refused", lambda r: r.code, None, lambda _: Tone.EXPIRING, 22),
)
_DONE = {ActionKind.CERTIFICATE_RENEWAL: "pending", ActionKind.REVOKE: "revoked"}


def secure_result_dialog(app: App[object], secured: Secured) -> FormDialog[None]:
    """Show the full result."""
    requested, heading = secured.requested, f"{ACTION_TITLES[secured.kind]}: done"
    outcome = Note(_outcome(app, secured))
    if not requested.refused:
        return DetailsDialog(heading, outcome)
    rows = [
        RefusedDevice(
            device.id,
            printable(device.name),
            PLATFORMS[device.platform],
            refusal.code,
            printable(f"{refusal.message}. {hint_of(refusal) or ''}".strip()),
        )
        for device, refusal in requested.refused
    ]
    above = [outcome, Note(f"{plural(len(rows), 'device')} refused", "section")]
    return TableDialog(
        heading,
        _COLUMNS,
        rows,
        above=above,
        more=lambda found: found.message,
        sort="code",
        lines=9,
        list_name="refused-devices",
    )


def _outcome(app: App[object], secured: Secured) -> Table:
    requested = secured.requested
    done = Counter(device.platform for device in requested.pending)
    refused = Counter(device.platform for device, _ in requested.refused)
    dim, warn = style_of(app, Tone.DIM), style_of(app, Tone.EXPIRING)
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_row("", Text(_DONE[secured.kind], dim), Text("refused", dim))
    grid.columns[1].justify = grid.columns[2].justify = "right"
    for platform, name in PLATFORMS.items():
        if done[platform] or refused[platform]:
            grid.add_row(
                name, f"{done[platform]:,}", Text(f"{refused[platform]:,}", warn if refused[platform] else dim)
            )
    grid.add_row(Text("in all", dim), f"{len(requested.pending):,}", f"{len(requested.refused):,}")
    outer = Table.grid(expand=True)
    outer.add_row(grid)
    codes = Counter(refusal.code for _, refusal in requested.refused)
    if codes or requested.unknown:
        outer.add_row("")
    for code, count in codes.most_common():
        outer.add_row(Text(f"◆ {refusal_text(code, count)}", warn))
    if codes["windows-must-re-enroll"] and any(device.is_simulated for device, _ in requested.refused):
        outer.add_row(Text(f"{NOBODY_UNTOLD}: {keyed(_WHERE_TO_TELL)}", dim))
    if requested.unknown:
        ids = ", ".join(f"#{id}" for id in requested.unknown[:20])
        more = f" and {len(requested.unknown) - 20:,} more" if len(requested.unknown) > 20 else ""
        outer.add_row(Text(f"× {plural(len(requested.unknown), 'device')} no longer there: {ids}{more}."))
    return outer
