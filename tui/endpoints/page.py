"""The endpoints: what servers really serve, compared with the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from ...store.confinement import refuse_confined
from ...store.endpoints.chain_import import EndpointImport
from ...store.errors import Refusal
from ...store.filters import Filter
from ...store.model.endpoint import Endpoint
from ...store.model.endpoint_verdict import EndpointState
from ...store.printable import printable
from ...store.words import plural
from ..certificates.import_result_dialog import import_result_dialog
from ..components.text_styles import Tone
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..lists.details_pane import DetailsPane
from ..lists.list_page import BACK, BELOW, FILTER, SELECT_ALL, SearchedListPage
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import bound, keyed
from .add_dialog import AddEndpointDialog
from .details import endpoint_details, endpoint_fields
from .filter import HELP, parse_filter
from .questions import import_question, remove_question
from .rows import EndpointRow, look
from .table import EndpointTable

CHECKLIST = "checklist"


class EndpointsPage(SearchedListPage[EndpointRow, list[EndpointRow]]):
    """The second list of Checklist. Verdicts are computed in the background, and so are checks: a bad network holds
    nobody up."""

    page = CHECKLIST
    list_name = "endpoints"
    details_area = "#endpoint-details"
    no_records = "No endpoint yet. {new} adds a server, or a list of them."
    filter_hint = "{filter} filters: words, is:older need:gateway-ssl days:<30 …"
    filter_help = HELP
    tables = ("endpoints", "endpoint_readings", "certificates", "components", "trust_anchors", "settings")
    VERTICAL_BREAKPOINTS = BELOW
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("again", "check", "Check now", tooltip="Ask them what they serve"),
        bound("new", "add", "Add", tooltip="Add a server, or a list of them"),
        bound("import", "import", "Import", tooltip="Import what it serves, and bind it"),
        bound("follow", "certificate", "Go to it", tooltip="Go to its certificate"),
        bound("delete", "delete", "Remove", tooltip="Remove it"),
        bound("other-tab", "checklist", "Checklist", tooltip="Back to the checklist"),
        FILTER,
        BACK,
        SELECT_ALL,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._checking: tuple[int, int] | None = None

    def make_table(self) -> EndpointTable:
        return EndpointTable(id="table")

    def parse(self, text: str) -> Filter[EndpointRow]:
        return parse_filter(text)

    def compose_details(self) -> ComposeResult:
        yield DetailsPane(id="endpoint-details")

    # Following the feed

    def search(self) -> Callable[[], list[EndpointRow]]:
        return partial(look, self.workspace)

    def found(self, found: list[EndpointRow]) -> None:
        self.show_records(found)

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        if self._checking is not None:
            done, total = self._checking
            yield f"checking {done:,} of {total:,} …", Tone.PENDING
        wrong = sum(row.verdict.verdict not in (None, EndpointState.SERVED) for row in self.table.rows)
        if wrong:
            yield f"{wrong:,} not as they should be", Tone.EXPIRING

    def show_details(self) -> None:
        row = self.table.record
        self.query_one(DetailsPane).show(None if row is None else endpoint_details(self.app, row))

    def opened(self, record: EndpointRow) -> None:
        fields = Note(endpoint_fields(self.app, record.verdict))
        self.app.push_screen(DetailsDialog(printable(record.verdict.endpoint.title), fields))

    # Checking

    def action_check(self) -> None:
        ids = [row.id for row in self.targets()]
        if self._checking is not None:
            self.console.note("A check is running.")
        elif not ids:
            self.console.note(keyed("There is no endpoint to check. {new} adds one."))
        else:
            self.unmark()
            self._show_checking((0, len(ids)))
            self._check(ids)

    @work(thread=True, exit_on_error=False, group="endpoints")
    def _check(self, ids: Sequence[int]) -> None:
        served = 0
        try:
            refuse_confined("connecting to servers")
            with self.console.feed.own():
                for number, verdict in enumerate(self.workspace.endpoint_checks.check(ids), 1):
                    served += verdict.verdict is EndpointState.SERVED
                    self.app.call_from_thread(self._show_checking, (number, len(ids)))
        except Refusal as refusal:
            self.app.call_from_thread(self._refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly
            self.app.call_from_thread(self.console.trouble, error)
        else:
            said = f"{plural(len(ids), 'endpoint')} checked, {served:,} served as they should be."
            self.app.call_from_thread(self.console.note, said)
        self.app.call_from_thread(self._show_checking, None)

    def _show_checking(self, count: tuple[int, int] | None) -> None:
        self._checking = count
        if self.is_mounted:
            self.show_amount()

    def _refused(self, refusal: Refusal) -> None:
        sentence = f"{refusal.message}. {hint_of(refusal) or ''}"
        self.notify(printable(sentence.strip()), title="Refused", severity="warning", markup=False)

    # Other actions

    def action_checklist(self) -> None:
        self.console.action_page(CHECKLIST)

    def action_add(self) -> None:
        self.console.ask(AddEndpointDialog(), self._added)

    def _added(self, added: Sequence[Endpoint]) -> None:
        if added:
            self.want(added[0].id)

    def action_import(self) -> None:
        row = self.table.record
        if row is None or not any(one.chain for one in row.verdict.addresses):
            self.console.note(
                keyed("It has served no certificate yet. {again} asks it." if row else "There is no endpoint yet.")
            )
        else:
            self.console.ask(import_question(self.workspace, row.verdict), self._imported)

    def _imported(self, taken: EndpointImport) -> None:
        self.app.push_screen(import_result_dialog(taken.result, self.workspace.now(), self.workspace.expiry()))

    def action_certificate(self) -> None:
        row = self.table.record
        if row is not None and row.verdict.certificate_id is not None:
            self.console.open_certificate(row.verdict.certificate_id)
        else:
            self.console.note(keyed("What it serves is not in the inventory. {import} imports it."))

    def action_delete(self) -> None:
        chosen = [row.verdict.endpoint for row in self.targets()]
        if chosen:
            self.console.ask(remove_question(self.workspace, chosen), lambda _: self.unmark())
