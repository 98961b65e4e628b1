"""The certificates: their keys, the list to sort and filter, and the details of one, beside the list or on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from ...store.filter_completion import Values
from ...store.filters import Filter
from ...store.inventory.certificate_filter import HELP, VALUES, parse_filter
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.persistence.database import Changes
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ..components.text_styles import Tone
from ..dialogs.owner_dialog import OwnerDialog
from ..lists.copying import Copyable
from ..lists.list_page import BACK, BESIDE, FILTER, ListPage
from ..lists.list_table import ListTable
from ..lists.tabbed_details import TAB_KEYS, DetailPage
from ..shell.keys.keys import bound, keyed
from ..shell.page import Page
from .after_import import tell_of_import, tell_of_replacement
from .certificate_copies import copies
from .certificate_rows import CertificateRow
from .columns import inventory_columns, row_tone
from .comparison_dialog import compare_chosen
from .consequences import Consequences
from .describe_dialog import DescribeDialog
from .details import CertificateDetailsPane
from .export_dialog import export_dialog
from .import_dialog import ImportDialog, ReplaceDialog
from .questions import PasswordDialog, delete_question
from .request_dialog import RequestDialog, RequestMadeDialog
from .requests_dialog import RequestsDialog
from .verify_dialog import VerifyDialog


class CertificateActions(Page):
    """A page with actions on certificates: ``targets`` returns them, ``arrived`` goes to an imported one."""

    page = "certificates"
    BINDINGS: ClassVar[list[BindingType]] = [
        FILTER,
        bound("import", "import", "Import", tooltip="Import a file"),
        bound("edit", "describe", "Describe", tooltip="Write what it is for"),
        bound("replace", "replace", "Replace", tooltip="Replace by a newer one"),
        bound("delete", "delete", "Delete", tooltip="Delete; selected too"),
        bound("export", "export", "Export", tooltip="Write to a file"),
        bound("new", "request", "New CSR", tooltip="Make a key and request"),
        bound("to-do", "requests", "Requests", tooltip="Requests that wait"),
        bound("verify", "verify", "Verify", tooltip="Verify the chains"),
        bound("owner", "owner", "Owner", tooltip="Who answers for it"),
        bound("compare", "compare", "Compare", tooltip="Compare two, or a replacement", show=False),
        bound("password", "password", "Password", tooltip="Keystore password"),
    ]

    def targets(self) -> list[CertificateRow]:
        """The marked certificates, otherwise the current one."""
        return []

    def arrived(self, id: int) -> None:
        """Show a certificate that was just imported."""

    def _with_one(self, act: Callable[[Certificate], Any]) -> None:
        rows = self.targets()
        if len(rows) == 1:
            act(rows[0].certificate)
        elif rows:
            self.console.note(f"{plural(len(rows), 'certificate')} are selected; this works on one.")
        else:
            self.console.note("No certificate is chosen.")

    def action_import(self) -> None:
        self.console.ask(ImportDialog(), self._imported)

    def _imported(self, result: ImportResult) -> None:
        tell_of_import(self.console, result)
        self.arrived((*result.imported, *result.linked)[0].id)

    def action_replace(self) -> None:
        self._with_one(lambda certificate: self.console.ask(ReplaceDialog(certificate), self._replaced))

    def _replaced(self, result: ReplaceResult) -> None:
        tell_of_replacement(self.console, result)
        self.arrived(result.new.id)

    def action_describe(self) -> None:
        self._with_one(lambda certificate: self.app.push_screen(DescribeDialog(certificate)))

    def action_delete(self) -> None:
        if rows := self.targets():
            self.app.push_screen(delete_question(self.workspace, [row.certificate for row in rows]))

    def action_export(self) -> None:
        if rows := self.targets():
            self.app.push_screen(export_dialog(self.workspace, [row.certificate for row in rows]))

    def action_owner(self) -> None:
        def ask(certificate: Certificate) -> None:
            self.app.push_screen(OwnerDialog(f"certificate:{certificate.id}", certificate_title(certificate)))

        self._with_one(ask)

    def action_compare(self) -> None:
        compare_chosen(self.console, [row.certificate for row in self.targets()])

    def action_password(self) -> None:
        self._with_one(lambda certificate: self.app.push_screen(PasswordDialog(certificate)))

    def action_verify(self) -> None:
        self.console.ask(VerifyDialog([row.id for row in self.targets()]), self.arrived)

    def action_request(self) -> None:
        self.console.ask(RequestDialog(), lambda id: self.app.push_screen(RequestMadeDialog(id)))

    def action_requests(self) -> None:
        self.console.ask(RequestsDialog(), self._imported)


class CertificateDetailPage(DetailPage[CertificateRow], CertificateActions):
    """The details of one certificate. An imported or followed certificate replaces it."""

    @property
    def rows(self) -> Mapping[int, CertificateRow]:
        return self.console.certificates.rows

    def compose_page(self) -> ComposeResult:
        yield CertificateDetailsPane()

    def arrived(self, id: int) -> None:
        self.record_id = id
        self.console.poll_now()
        self.show_state(None)

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.arrived(event.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "filter"


class CertificatesPage(ListPage[CertificateRow], CertificateActions):
    """The inventory."""

    list_area, details_area = "#list", "#details"
    no_records = "No certificate yet. {import} imports one, {new} makes a request for one."
    filter_hint = "{filter} filters: words, status:expired use:apns days:<30 …"
    filter_help = HELP
    HORIZONTAL_BREAKPOINTS = BESIDE
    BINDINGS: ClassVar[list[BindingType]] = [
        BACK,
        bound("select-all", "mark_all", "Select all shown", show=False),
        *TAB_KEYS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._waiting = 0
        self._consequences = Consequences(self)

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="certificates"):
            with Vertical(id="list"):
                yield from self.compose_list()
            yield CertificateDetailsPane()

    def make_table(self) -> ListTable[CertificateRow]:
        columns = inventory_columns(self._consequences.columns())
        return ListTable(columns, sort="status", row_tone=row_tone, empty=keyed(self.no_records), id="table")

    def filter_values(self) -> Values:
        return VALUES

    def parse(self, text: str) -> Filter[CertificateRow]:
        found = parse_filter(text)
        return Filter(found.matches, found.problem)

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("requests"):
            requests = self.workspace.requests.list()
            self._waiting = sum(request.completed_by is None for request in requests)
        is_other = changes is None or changes.touches("certificates")
        self._consequences.follow(changes)
        self.show_records(self.console.certificates.rows.values() if is_other else None)

    def copies(self) -> Sequence[Copyable[CertificateRow]]:
        return copies(self.workspace)

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        return [(plural(self._waiting, "request") + keyed(" waiting ({to-do})"), Tone.PENDING)] if self._waiting else []

    def arrived(self, id: int) -> None:
        self.reveal(id)

    # The details

    @property
    def details(self) -> CertificateDetailsPane:
        """The details beside the list."""
        return self.query_one("#details", CertificateDetailsPane)

    @property
    def shows_both(self) -> bool:
        return self.is_wide

    def focus_details(self) -> None:
        self.query_one("#details Tabs").focus()

    def show_details(self) -> None:
        if self.is_wide:
            self.details.show(self.table.record)

    def opened(self, record: CertificateRow) -> None:
        if self.is_wide:
            self.focus_details()
        else:
            self.app.push_screen(CertificateDetailPage(record.id))

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.reveal(event.id)

    def action_tab(self, by: int) -> None:
        if self.is_wide:
            self.details.turn(by)
