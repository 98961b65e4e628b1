"""What can be done with certificates, from the list and from the details: the keys are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.words import plural
from ..components.list_page import FILTER
from ..shell.page import Page
from .certificate_rows import CertificateRow
from .describe_dialog import DescribeDialog
from .export_dialog import export_dialog
from .import_dialog import ImportDialog, ReplaceDialog
from .import_result_dialog import import_result_dialog, replace_result_dialog
from .questions import PasswordDialog, delete_question
from .request_dialog import RequestDialog, RequestMadeDialog
from .requests_dialog import RequestsDialog
from .verify_dialog import VerifyDialog


class CertificatePage(Page):
    """A page that has certificates to act on: ``targets`` says which, ``arrived`` where to go after an import."""

    page = "certificates"
    BINDINGS: ClassVar[list[BindingType]] = [
        FILTER,
        Binding("i", "import", "Import", tooltip="Import a file"),
        Binding("d", "describe", "Describe", tooltip="Write what it is for"),
        Binding("r", "replace", "Replace", tooltip="Replace by a newer one"),
        Binding("x,delete", "delete", "Delete", key_display="x", tooltip="Delete; selected too"),
        Binding("e", "export", "Export", tooltip="Write to a file"),
        Binding("n", "request", "New CSR", tooltip="Make a key and request"),
        Binding("w", "requests", "Requests", tooltip="Requests that wait"),
        Binding("v", "verify", "Verify", tooltip="Verify the chains"),
        Binding("p", "password", "Password", tooltip="Keystore password"),
    ]

    def targets(self) -> list[CertificateRow]:
        """The certificates that are marked, or else the one at hand."""
        return []

    def arrived(self, id: int) -> None:
        """Show a certificate that just came in."""

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
        self.app.push_screen(import_result_dialog(result, self.workspace.now()))
        self.arrived((*result.imported, *result.linked)[0].id)

    def action_replace(self) -> None:
        self._with_one(lambda certificate: self.console.ask(ReplaceDialog(certificate), self._replaced))

    def _replaced(self, result: ReplaceResult) -> None:
        self.app.push_screen(replace_result_dialog(result, self.workspace.now()))
        self.arrived(result.new.id)

    def action_describe(self) -> None:
        self._with_one(lambda certificate: self.app.push_screen(DescribeDialog(certificate)))

    def action_delete(self) -> None:
        if rows := self.targets():
            self.app.push_screen(delete_question(self.workspace, [row.certificate for row in rows]))

    def action_export(self) -> None:
        if rows := self.targets():
            self.app.push_screen(export_dialog(self.workspace, [row.certificate for row in rows]))

    def action_password(self) -> None:
        self._with_one(lambda certificate: self.app.push_screen(PasswordDialog(certificate)))

    def action_verify(self) -> None:
        self.console.ask(VerifyDialog([row.id for row in self.targets()]), self.arrived)

    def action_request(self) -> None:
        self.console.ask(RequestDialog(), lambda id: self.app.push_screen(RequestMadeDialog(id)))

    def action_requests(self) -> None:
        self.console.ask(RequestsDialog(), self._imported)
