"""What came of a security action: how many of each platform, and every device that was refused, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text
from textual import on
from textual.widget import Widget
from textual.widgets import Static

from ...store.model.device import ActionKind
from ...store.printable import printable
from ...store.views.platforms import PLATFORMS
from ...store.words import plural
from ..components.columns import Column
from ..components.dialog import Dialog
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of
from ..components.wording import ACTIONS, hint_of
from .secure_dialog import Secured
from .secure_plan import reason_text


@dataclass(frozen=True)
class RefusedDevice:
    """A device that was refused."""

    id: int
    name: str
    platform: str
    code: str
    message: str
    hint: str


_COLUMNS = (
    Column[RefusedDevice]("id", "#", lambda r: str(r.id), lambda r: r.id, lambda _: Tone.DIM, 6, right=True),
    Column[RefusedDevice]("name", "Device", lambda r: r.name, width=24, grow=1),
    Column[RefusedDevice]("platform", "Platform", lambda r: r.platform, width=8),
    Column[RefusedDevice]("code", "Refused", lambda r: r.code, None, lambda _: Tone.EXPIRING, 22),
)
_DONE = {ActionKind.CERTIFICATE_RENEWAL: "pending", ActionKind.REVOKE: "revoked"}


class SecureResultDialog(Dialog[None]):
    """All of it: nothing is left out."""

    confirm_label = None
    wide = True

    def __init__(self, secured: Secured) -> None:
        super().__init__()
        self._requested, self._kind = secured.requested, secured.kind
        self.heading = f"{ACTIONS[secured.kind]}: done"

    def compose_form(self) -> Iterable[Widget]:
        requested = self._requested
        yield Static(id="outcome")
        if requested.refused:
            rows = [
                RefusedDevice(
                    device.id,
                    printable(device.name),
                    PLATFORMS[device.platform],
                    refusal.code,
                    refusal.message,
                    hint_of(refusal) or "",
                )
                for device, refusal in requested.refused
            ]
            yield Static(f"{plural(len(rows), 'device')} refused", classes="section")
            table = RecordTable[RefusedDevice](_COLUMNS, marks=False, sort="code", id="refused")
            table.set_rows(rows)
            yield table
            yield Static("", id="finding", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#outcome", Static).update(self._outcome())
        for table in self.query(RecordTable):
            table.focus()

    def _outcome(self) -> Table:
        requested = self._requested
        done = Counter(device.platform for device in requested.pending)
        refused = Counter(device.platform for device, _ in requested.refused)
        dim = style_of(self.app, Tone.DIM)
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_row("", Text(_DONE[self._kind], dim), Text("refused", dim))
        grid.columns[1].justify = grid.columns[2].justify = "right"
        for platform, name in PLATFORMS.items():
            if done[platform] or refused[platform]:
                tone = style_of(self.app, Tone.EXPIRING) if refused[platform] else dim
                grid.add_row(name, f"{done[platform]:,}", Text(f"{refused[platform]:,}", tone))
        grid.add_row(Text("in all", dim), f"{len(requested.pending):,}", f"{len(requested.refused):,}")
        outer = Table.grid(expand=True)
        outer.add_row(grid)
        codes = Counter(refusal.code for _, refusal in requested.refused)
        if codes or requested.unknown:
            outer.add_row("")
        for code, count in codes.most_common():
            outer.add_row(Text(f"◆ {reason_text(code, count)}", style_of(self.app, Tone.EXPIRING)))
        if requested.unknown:
            ids = ", ".join(f"#{id}" for id in requested.unknown[:20])
            more = f" and {len(requested.unknown) - 20:,} more" if len(requested.unknown) > 20 else ""
            outer.add_row(Text(f"× {plural(len(requested.unknown), 'device')} no longer there: {ids}{more}."))
        return outer

    @on(RecordTable.Highlighted, "#refused")
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        found: RefusedDevice | None = event.record
        text = "" if found is None else f"{found.message}. {found.hint}".strip()
        self.query_one("#finding", Static).update(printable(text))
        if event.table.cursor:
            event.table.scroll_visible(animate=False)
