"""Deleting bulk device certificates: the selected ones, or those of the identities in a text file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textual.widget import Widget

from ...store.bulk.credentials import read_identities
from ...store.bulk.results import Deletion
from ...store.certificates.files import read_input
from ...store.certificates.limits import MAX_BULK_CREDENTIALS
from ...store.devices.identity import canonical
from ...store.errors import Refusal
from ...store.model.bulk import IdentityType
from ...store.policies.rules import IDENTITY_TITLES
from ...store.words import plural
from ..dialogs.choice_fields import ChoiceField, RadioField
from ..dialogs.file_field import FileField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note
from ..dialogs.question import Question
from ..dialogs.undo_note import UndoNote
from .rows import BulkRow, identity_title

SELECTED, FILE = "selected", "file"


@dataclass(frozen=True)
class BulkDeletion:
    """The results per identity; ``by_file`` if the identities are lines of a file."""

    results: tuple[Deletion, ...]
    by_file: bool = False


@dataclass(frozen=True)
class BulkDeletionRequest:
    """The identities to delete, by type, or the bytes of a file that lists them. ``count`` is their number; ``rows``
    are the rows of existing certificates among them."""

    identities: Mapping[IdentityType, Sequence[str] | bytes]
    count: int
    rows: Sequence[BulkRow]
    by_file: bool = False


def _by_file(answers: Answers) -> bool:
    return bool(answers["which"] == FILE)


class BulkDeleteDialog(FormDialog[Any]):
    """Returns a ``BulkDeletion``. ``selected`` are the chosen rows, of which the filter hides ``hidden``; ``rows`` are
    all."""

    heading = "Delete device certificates"
    confirm_label = "Delete …"
    doing = "Reading the file …"
    asks_on = True
    wide = True
    AUTO_FOCUS = "#which"

    def __init__(self, selected: Sequence[BulkRow], rows: Mapping[int, BulkRow], hidden: int = 0) -> None:
        super().__init__()
        self._selected, self._rows, self._hidden = selected, rows, hidden

    def compose_form(self) -> Iterable[Widget]:
        choices = {FILE: "those of the identities in a text file, one a line"}
        if selected := self._selected:
            one = f"that of {selected[0].record.identity}"
            hidden = f" ({self._hidden:,} of them not shown by the filter)" if self._hidden else ""
            what = one if len(selected) == 1 else f"the {len(selected):,} selected ones"
            choices = {SELECTED: what + hidden, **choices}
        yield RadioField("which", None, choices)
        yield FileField("file", "Text file", when=_by_file)
        types = {kind: IDENTITY_TITLES[kind] for kind in IdentityType}
        yield ChoiceField("kind", "Identities", types, when=_by_file)

    def command_words(
        self, which: str, file: Path | None = None, kind: IdentityType | None = None
    ) -> Sequence[object] | None:
        if file is not None and kind is not None:
            return "bulk", "delete", file.absolute(), "--identity-type", kind
        kinds = {row.record.identity_type for row in self._selected}  # the command reads one file for each
        return ("bulk", "delete", "FILE", "--identity-type", *kinds) if len(kinds) == 1 else None

    def work(self, which: str, file: Path | None = None, kind: IdentityType | None = None) -> BulkDeletionRequest:
        if file is None or kind is None:
            by_type: dict[IdentityType, list[str]] = {}
            for row in self._selected:
                by_type.setdefault(row.record.identity_type, []).append(row.record.identity)
            return BulkDeletionRequest(by_type, len(self._selected), self._selected)
        data = read_input(file, MAX_BULK_CREDENTIALS)
        identities = dict.fromkeys(canonical(kind.field, identity) for _, identity in read_identities(data))
        if not identities:
            raise Refusal("file-empty", "the file names no identity", "It has one a line.")
        known = {row.record.identity: row for row in self._rows.values() if row.record.identity_type is kind}
        here = [known[one] for one in identities if one in known]
        return BulkDeletionRequest({kind: data}, len(identities), here, by_file=True)

    def done(self, result: BulkDeletionRequest) -> None:
        delete = partial(self._delete, result)
        self.console.ask(_question(result), lambda _: self.perform(delete, self.dismiss, saying="Deleting …"))

    def _delete(self, request: BulkDeletionRequest) -> BulkDeletion:
        results: list[Deletion] = []

        def count(done: int, total: int) -> None:
            self.count(len(results) + done, request.count)

        for kind, identities in request.identities.items():
            results += self.workspace.bulk.delete(identities, identity_type=kind, progress=count)
        return BulkDeletion(tuple(results), request.by_file)


def _question(request: BulkDeletionRequest) -> Question[bool]:
    """Confirm with the number of certificates and of devices that lose theirs."""
    rows, missing = request.rows, request.count - len(request.rows)
    if not rows:
        return Question("None of these identities has a device certificate", None)
    what = plural(len(rows), "device certificate")
    if len(rows) == 1:
        what = f"the device certificate of the {identity_title(rows[0].record)} {rows[0].record.identity}"
    said: list[Note] = [UndoNote("The private keys are deleted with them.", "strong")]
    if installed := sum(bool(row.policies) for row in rows):
        they = "On one device it is" if installed == 1 else f"On {installed:,} devices they are"
        taken_off = "At the next check-in the policy is taken off there, as it has no certificate any more."
        said.append(Note(f"{they} installed. {taken_off}"))
    if missing:
        said.append(Note(f"{missing:,} of {request.count:,} identities have none.", "quiet"))
    return Question(f"Delete {what}?", "Delete", *said)
