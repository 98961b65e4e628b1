"""The certificates: a list to sort and filter, and the details of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from ...store.filters import Filter
from ...store.inventory.certificate_filter import HELP, parse_filter
from ...store.persistence.database import Changes
from ...store.words import plural
from ..components.list_page import BACK, BESIDE, ListPage
from ..components.record_table import RecordTable
from ..components.tabbed_details import TAB_KEYS
from ..components.text_styles import Tone
from .actions import CertificatePage
from .certificate_rows import CertificateRow
from .columns import INVENTORY, row_tone
from .detail_page import CertificateDetailPage
from .details import CertificateDetailsPane


class CertificatesPage(ListPage[CertificateRow], CertificatePage):
    """The inventory."""

    no_records = "No certificate yet. i imports one, n makes a request for one."
    filter_hint = "/ filters: words, status:expired use:apns days:<30 …"
    filter_help = HELP
    HORIZONTAL_BREAKPOINTS = BESIDE
    BINDINGS: ClassVar[list[BindingType]] = [
        BACK,
        Binding("ctrl+a", "mark_all", "Select all shown", show=False),
        *TAB_KEYS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._waiting = 0

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="certificates"):
            with Vertical(id="list"):
                yield from self.compose_list()
            yield CertificateDetailsPane()

    def make_table(self) -> RecordTable[CertificateRow]:
        return RecordTable(INVENTORY, sort="status", row_tone=row_tone, empty=self.no_records, id="table")

    def parse(self, text: str) -> Filter[CertificateRow]:
        found = parse_filter(text)
        return Filter(found.matches, found.problem)

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("requests"):
            requests = self.workspace.requests.list()
            self._waiting = sum(request.completed_by is None for request in requests)
        is_other = changes is None or changes.touches("certificates")
        self.show_records(self.console.certificates.rows.values() if is_other else None)

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        return [(f"{plural(self._waiting, 'request')} waiting (w)", Tone.PENDING)] if self._waiting else []

    def arrived(self, id: int) -> None:
        self.reveal(id)

    # The details

    @property
    def details(self) -> CertificateDetailsPane:
        """The details beside the list."""
        return self.query_one("#details", CertificateDetailsPane)

    def show_details(self) -> None:
        if self.is_wide:
            self.details.show(self.table.record)

    def opened(self, record: CertificateRow) -> None:
        if self.is_wide:
            self.query_one("#details Tabs").focus()
        else:
            self.app.push_screen(CertificateDetailPage(record.id))

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.reveal(event.id)

    def action_tab(self, by: int) -> None:
        if self.is_wide:
            self.details.turn(by)
