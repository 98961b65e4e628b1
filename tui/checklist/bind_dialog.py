"""Choosing the certificate that a component uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from ...store.components.fitting import fits
from ...store.components.needs import Need, NeedKind
from ...store.errors import Refusal
from ...store.inventory.certificate_filter import parse_filter
from ...store.inventory.sources import ImportResult
from ...store.model.certificate import Status, UseAs
from ...store.model.component import Component
from ...store.printable import printable
from ..certificates.certificate_rows import row_of
from ..certificates.import_dialog import ImportDialog
from ..components.key_hints import KeyHints
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField
from ..lists.filter_input import FilterInput
from ..lists.list_table import ListTable
from ..shell.keys.keys import bound, keyed
from ..shell.repaint_throttle import RepaintThrottle
from .candidate_table import CandidateRow, CandidateTable

_TAKES = {
    NeedKind.CERTIFICATE: "It takes any certificate.",
    NeedKind.WITH_KEY: "It takes a certificate whose private key is here.",
    NeedKind.CA: "It takes a CA certificate.",
}
_USES = {"saml": UseAs.SAML, "apns": UseAs.APNS, "securemail-apns": UseAs.APNS}


class Bound(NamedTuple):
    """The result. ``component`` is None if a file was imported and nothing was bound."""

    component: Component | None
    imported: ImportResult | None = None


class BindDialog(FormDialog[Bound]):
    """Binds a certificate to the component ``name`` of a need; None asks for the name if the need may have several."""

    changes = True
    confirm_label = "Bind"
    more_buttons = (("import", "Import a file …"),)
    wide = True
    lists = ("certificates", "components")
    AUTO_FOCUS = "#name, #candidates"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("import", "press('import')", "Import a file"),
        bound("filter", "filter", "Filter"),
    ]

    def __init__(self, need: Need, name: str | None = None, *, likely: int | None = None) -> None:
        """``likely`` is the certificate to begin with."""
        super().__init__()
        self._need, self._component, self._first = need, name, likely
        self._result: ImportResult | None = None
        self._soon = RepaintThrottle(self, self._read_again)
        self._looked_at: tuple[int, str] | None = None
        self.heading = f"Bind: {need.title} {printable(name or '')}".rstrip()

    def compose_form(self) -> Iterable[Widget]:
        if self._need.several and self._component is None:
            yield TextField("name", "Name", placeholder=self._need.named, to_blame=["component-name-*"])
        yield Note(id="fits", classes="quiet")
        yield CandidateTable(empty=keyed("Nothing in the inventory fits. {import} imports a file."), id="candidates")
        with Horizontal(id="candidate-filter"):
            yield FilterInput(id="filter", placeholder="{filter} filters: words, use:saml days:<30 …")
        yield KeyHints("{open} binds it", "{filter} filters", "{import} imports a file, and binds what comes in")

    @property
    def table(self) -> CandidateTable:
        """The candidates."""
        return self.query_one("#candidates", CandidateTable)

    def on_mount(self) -> None:
        component = self.workspace.components.find(self._need.id, self._component or "")
        self._reload(self._first or (None if component is None else component.certificate_id))

    def reload(self) -> None:
        self._soon()

    def _read_again(self) -> None:
        at = self.table.record
        self._reload(None if at is None else at.id)

    def _reload(self, at: int | None) -> None:
        now, rules, components = self.workspace.now(), self.workspace.expiry(), self.workspace.components
        name = self._component or ""
        rows = [
            CandidateRow(row_of(entry, now, rules), components.doubts(self._need.id, entry.id, name))
            for entry in components.candidates(self._need.id, name)
        ]
        unfit = [CandidateRow(row_of(entry, now, rules), refusal=why) for entry, why in components.unfit(self._need.id)]
        self.table.set_rows([*rows, *unfit])
        wanted = at if at is not None else self._likely(rows)
        if wanted is not None:
            self.table.move_to(wanted)
        self._show_fit()

    def _likely(self, rows: Sequence[CandidateRow]) -> int | None:
        """The newest, of those that were imported for such a use where there is one, and of which nothing is
        doubtful."""
        use_as, is_ca = _USES.get(self._need.id, UseAs.SERVER), self._need.kind is NeedKind.CA

        def worth(one: CandidateRow) -> tuple[bool, bool, int]:
            entry = one.row.certificate
            return entry.use_as is use_as and entry.is_ca is is_ca, not one.doubts, one.id

        current = [one for one in rows if one.row.status is not Status.REPLACED]
        return max(current, key=worth).id if current else None

    def _show_fit(self) -> None:
        """Say in full why the one under the cursor doesn't fit, or what is doubtful about it."""
        one = self.table.record
        said = f"{_TAKES[self._need.kind]} A replaced one is listed above the newer one."
        if one is not None and one.says:
            said = f"Can't be bound: it {one.says}." if one.refusal else f"Doubtful: {one.says}."
        self.query_one("#fits", Note).update(said)

    @on(ListTable.Opened, "#candidates")
    def _opened(self) -> None:
        self.press("confirm")

    @on(ListTable.Highlighted, "#candidates")
    def _highlighted(self) -> None:
        self._show_fit()
        one = self.table.record
        looks_at = None if one is None else (one.id, one.says)
        if looks_at != self._looked_at:  # the same one, read again, doesn't take back a question
            self._looked_at = looks_at
            self.look_ahead()

    def change(self) -> Callable[[], object] | None:
        one = self.table.record
        return None if one is None or one.refusal is not None else self._binding(one.id)

    def submit(self, answers: dict[str, Any]) -> None:
        if (one := self.table.record) is None:
            self.refused(Refusal("nothing-to-bind", "nothing in the inventory fits", keyed("{import} imports a file.")))
        elif one.refusal is not None:
            self.refused(one.refusal)
        else:
            self._bind(one.id)

    def _bind(self, certificate_id: int) -> None:
        job = self._binding(certificate_id)
        self.perform(job, lambda component: self.dismiss(Bound(component, self._result)), saying="Binding …")

    def _binding(self, certificate_id: int) -> Callable[[], Component]:
        name = self.answers.get("name", self._component or "")
        return partial(self.workspace.components.bind, self._need.id, certificate_id, name=name)

    def action_leave(self) -> None:
        if self._result is None or self.working:
            super().action_leave()
        else:
            self.dismiss(Bound(None, self._result))

    # The filter

    def action_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        matches = parse_filter(event.value).matches
        self.table.narrow(None if matches is None else lambda one: matches(one.row))

    @on(FilterInput.Left)
    def _filter_left(self, event: FilterInput.Left) -> None:
        if event.clear:
            self.query_one("#filter", Input).value = ""
        self.table.focus()

    # Importing a file

    def action_import(self) -> None:
        self.console.ask(ImportDialog(use_as=_USES.get(self._need.id)), self._imported)

    def _imported(self, result: ImportResult) -> None:
        self._result = result
        entries = (*result.imported, *result.linked)
        found = next((entry for entry in entries if fits(self._need, entry) is None), None)
        self._reload(None if found is None else found.id)
        if found is not None:
            name = self.answers.get("name", self._component or "")
            fit = self.workspace.components.fit_of(self._need.id, found.id, name)
            if fit.is_named and fit.is_complete:
                self._bind(found.id)  # any other one waits for a confirmation, with what is doubtful above
        elif refusal := fits(self._need, entries[0]):
            self.refused(refusal)
