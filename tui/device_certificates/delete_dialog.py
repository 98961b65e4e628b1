"""Deleting bulk device certificates: those that are selected, or those that a text file names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import RadioSet, Select, Static

from ...store.bulk.credentials import read_identities
from ...store.bulk.results import Deletion
from ...store.certificates.files import read_input
from ...store.certificates.limits import MAX_BULK_CREDENTIALS
from ...store.devices.identity import canonical
from ...store.errors import Refusal
from ...store.model.bulk import IdentityType
from ...store.policies.rules import IDENTITY_TITLES
from ...store.words import plural
from ..components.choices import RadioOption
from ..components.counting_dialog import CountingDialog
from ..components.file_chooser import FileChooser
from ..components.form import FormRow
from ..components.old_question import Question
from ..devices.secure_dialog import ActionChoice
from .rows import BulkRow, identity_title


@dataclass(frozen=True)
class BulkDeletion:
    """What came of it, identity by identity; ``by_file`` says that those were lines of a file."""

    results: tuple[Deletion, ...]
    by_file: bool = False


@dataclass(frozen=True)
class BulkDeletionRequest:
    """What is to be deleted: identities by type, a file of them as it is. They are ``count``; ``rows`` are those of
    them that are here."""

    identities: Mapping[IdentityType, Sequence[str] | bytes]
    count: int
    rows: Sequence[BulkRow]


class BulkDeleteDialog(CountingDialog[BulkDeletion]):
    """``selected`` are the rows that are chosen, ``hidden`` of them are not shown by the filter; ``rows`` are all."""

    heading = "Delete device certificates"
    confirm_label = "Delete …"
    wide = True
    AUTO_FOCUS = "#which"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "Do it", show=False)]

    def __init__(self, selected: Sequence[BulkRow], rows: Mapping[int, BulkRow], hidden: int = 0) -> None:
        super().__init__()
        self._selected, self._rows, self._hidden = selected, rows, hidden

    def compose_form(self) -> Iterable[Widget]:
        chosen = bool(self._selected)
        choices = []
        if chosen:
            one = self._selected[0].record
            what = (
                f"that of {one.identity}" if len(self._selected) == 1 else f"the {len(self._selected):,} selected ones"
            )
            hidden = f" ({self._hidden:,} of them not shown by the filter)" if self._hidden else ""
            choices.append(RadioOption(what + hidden, value=True))
        choices.append(RadioOption("those of the identities in a text file, one a line", value=not chosen))
        yield ActionChoice(*choices, id="which", compact=True)
        with Vertical(id="by-file"):
            yield FormRow("Text file", FileChooser(id="file"))
            options = [(IDENTITY_TITLES[kind], kind) for kind in IdentityType]
            yield FormRow("Identities", Select[IdentityType](options, allow_blank=False, id="kind", compact=True))

    def on_mount(self) -> None:
        super().on_mount()
        self._arrange()

    @property
    def _by_file(self) -> bool:
        return not self._selected or self.query_one("#which", RadioSet).pressed_index == 1

    def _arrange(self) -> None:
        self.query_one("#by-file").display = self._by_file

    @on(RadioSet.Changed, "#which")
    def _which_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        self._arrange()

    def action_confirm(self) -> None:
        self.press_confirm()

    def confirm(self) -> None:
        if not self._by_file:
            by_type: dict[IdentityType, list[str]] = {}
            for row in self._selected:
                by_type.setdefault(row.record.identity_type, []).append(row.record.identity)
            self._ask(BulkDeletionRequest(by_type, len(self._selected), self._selected))
            return
        path, kind = self.query_one(FileChooser).path, IdentityType(str(self.query_one("#kind", Select).value))
        if path is None:
            self.refused(Refusal("file-missing", "no file is named yet", "Type its path, or pick it in the tree."))
            return
        self.perform(partial(self._read, path, kind), self._ask, saying="Reading the file …")

    def _read(self, path: Path, kind: IdentityType) -> BulkDeletionRequest:
        data = read_input(path, MAX_BULK_CREDENTIALS)
        identities = dict.fromkeys(canonical(kind.field, identity) for _, identity in read_identities(data))
        if not identities:
            raise Refusal("file-empty", "the file names no identity", "It has one a line.")
        known = {row.record.identity: row for row in self._rows.values() if row.record.identity_type is kind}
        return BulkDeletionRequest({kind: data}, len(identities), [known[one] for one in identities if one in known])

    def _ask(self, wanted: BulkDeletionRequest) -> None:
        self.app.push_screen(BulkDeleteQuestion(wanted), partial(self._answered, wanted))

    def _answered(self, wanted: BulkDeletionRequest, sure: bool | None) -> None:
        if sure:
            self.perform(partial(self._delete, wanted), self.dismiss, saying="Deleting …")

    def _delete(self, wanted: BulkDeletionRequest) -> BulkDeletion:
        results: list[Deletion] = []

        def count(done: int, total: int) -> None:
            self.count(len(results) + done, wanted.count)

        for kind, identities in wanted.identities.items():
            results += self.workspace.bulk.delete(identities, identity_type=kind, progress=count)
        return BulkDeletion(tuple(results), self._by_file)


class BulkDeleteQuestion(Question[bool]):
    """Names how many there are, and how many devices lose theirs."""

    confirm_label: str | None = "Delete"

    def __init__(self, wanted: BulkDeletionRequest) -> None:
        super().__init__()
        self._wanted = wanted
        rows = wanted.rows
        if not rows:
            self.confirm_label = None
            self.heading = "None of these identities has a device certificate"
        elif len(rows) == 1:
            record = rows[0].record
            self.heading = f"Delete the device certificate of the {identity_title(record)} {record.identity}?"
        else:
            self.heading = f"Delete {plural(len(rows), 'device certificate')}?"

    def compose_form(self) -> Iterable[Widget]:
        rows, missing = self._wanted.rows, self._wanted.count - len(self._wanted.rows)
        if rows:
            yield Static("This can't be undone. The private keys are deleted with them.", classes="strong")
        if installed := sum(bool(row.policies) for row in rows):
            they = "On one device it is" if installed == 1 else f"On {installed:,} devices they are"
            yield Static(
                f"{they} installed. At the next check-in the policy is taken off there, as it has no certificate any "
                "more.",
                markup=False,
            )
        if missing and rows:
            yield Static(f"{missing:,} of {self._wanted.count:,} identities have none.", classes="quiet")

    def confirm(self) -> None:
        self.dismiss(True)
