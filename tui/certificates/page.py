"""The certificates: a list to sort and filter, and the details of the one under the cursor."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from ...store.inventory.certificate_filter import Filter, parse_filter
from ...store.persistence.database import Changes
from ...store.words import plural
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of
from .actions import CertificatePage
from .certificate_rows import CertificateRow
from .columns import INVENTORY, row_tone
from .detail_page import CertificateDetailPage
from .details import CertificateDetailsPane

SIDE_BY_SIDE = 120


class CertificatesPage(CertificatePage, ListPage):
    """The inventory."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (SIDE_BY_SIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Clear selection, filter", show=False),
        Binding("ctrl+a", "mark_all", "Select all shown", show=False),
        Binding("right_square_bracket", "tab(1)", "Next tab of details", key_display="]", show=False),
        Binding("left_square_bracket", "tab(-1)", "Tab before", key_display="[", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._filter = Filter()
        self._waiting = 0

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="certificates"):
            with Vertical(id="list"):
                with Horizontal(id="filter-line"):
                    yield FilterInput(id="filter")
                    yield Static("", id="shown")
                yield RecordTable[CertificateRow](
                    INVENTORY,
                    sort="status",
                    row_tone=row_tone,
                    empty="No certificate yet. i imports one, n makes a request for one.",
                    id="table",
                )
            yield CertificateDetailsPane(id="details")

    @property
    def table(self) -> RecordTable[CertificateRow]:
        """The list."""
        return self.query_one("#table", RecordTable)

    @property
    def is_wide(self) -> bool:
        """Whether the details are beside the list."""
        return self.size.width >= SIDE_BY_SIDE

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("certificates"):
            self.table.set_rows(self.console.register.rows.values())
        if changes is None or changes.touches("requests"):
            requests = self.workspace.requests.list()
            self._waiting = sum(request.completed_by is None for request in requests)
        self._count()
        self._show_details(self.table.record)

    def targets(self) -> list[CertificateRow]:
        table = self.table
        if table.marked:
            return [row for row in self.console.register.rows.values() if row.id in table.marked]
        return [] if table.record is None else [table.record]

    def arrived(self, id: int) -> None:
        self.reveal(id)

    def reveal(self, id: int) -> None:
        """Put the cursor on a certificate, taking away a filter that hides it."""
        self.console.poll_now()
        if not self.table.move_to(id):
            self.query_one("#filter", Input).value = ""
            self._narrow("")
            self.table.move_to(id)
        self.table.focus()

    # The filter

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        self._filter = parse_filter(text)
        self.table.empty = (
            "Nothing matches the filter. Esc clears it." if self.console.register.rows else self._empty_text
        )
        self.table.narrow(self._filter.matches)
        self._count()

    _empty_text = "No certificate yet. i imports one, n makes a request for one."

    def _count(self) -> None:
        table, all_rows = self.table, len(self.console.register.rows)
        dim = style_of(self.app, Tone.DIM)
        parts: list[Text] = []
        if self._filter.problem is not None:
            parts.append(Text(self._filter.problem, style_of(self.app, Tone.EXPIRING)))
        if table.marked:
            parts.append(Text(f"{len(table.marked):,} selected", style_of(self.app, Tone.ACCENT)))
        if self._waiting:
            parts.append(Text(f"{plural(self._waiting, 'request')} waiting (w)", style_of(self.app, Tone.PENDING)))
        filtered = f"{len(table.rows):,} of {all_rows:,}" if len(table.rows) != all_rows else f"{all_rows:,}"
        parts.append(Text(filtered, dim))
        self.query_one("#shown", Static).update(Text("  ").join(parts))

    def action_back(self) -> None:
        field = self.query_one("#filter", Input)
        if not self.table.has_focus:
            self.table.focus()
        elif self.table.marked:
            self.table.marked.clear()
            self.table.refresh()
            self._count()
        elif field.value:
            field.value = ""

    def action_mark_all(self) -> None:
        self.table.mark_all()

    # The details

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        self._show_details(event.record)

    @on(RecordTable.Changed, "#table")
    def _table_changed(self) -> None:
        self._count()

    @on(RecordTable.Opened, "#table")
    def _opened(self, event: RecordTable.Opened) -> None:
        if self.is_wide:
            self.query_one("#details Tabs").focus()
        else:
            self.app.push_screen(CertificateDetailPage(event.record.id))

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.reveal(event.id)

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_details, None)

    def _show_details(self, row: Any | None) -> None:
        if self.is_wide:
            self.query_one("#details", CertificateDetailsPane).show(row or self.table.record)

    def action_tab(self, by: int) -> None:
        if self.is_wide:
            self.query_one("#details", CertificateDetailsPane).turn(by)
