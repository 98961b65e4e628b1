"""Setting who answers for a certificate, a component or a CA group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text
from textual.app import App
from textual.widget import Widget

from ...store.model.ownership import Answerable
from ...store.printable import printable
from ...store.views.ownership import owner_text
from ...store.workspace import Workspace
from ..components.fields import Value
from ..components.text_styles import Tone, style_of
from ..shell.keys.keys import keyed
from .form_fields import Note, TextField
from .record_form import RecordForm

_NOBODY = "nobody; {owner} names somebody"


class OwnerDialog(RecordForm[Answerable]):
    """Returns who answers for it now. ``record`` is ``certificate:4``, ``title`` its name."""

    confirm_label = "Set"
    doing = "Setting …"

    def __init__(self, record: str, title: str) -> None:
        super().__init__()
        self._record = record
        self.heading = f"Owner of {title}"

    def compose_form(self) -> Iterable[Widget]:
        own, known = self.workspace.owners.own(self._record), self.workspace.owners.of(self._record)
        person = "a mail address or an account"
        inherited = printable(known.owner) if known.owner and not own.owner else person
        yield TextField("owner", "Owner", printable(own.owner), placeholder=inherited)
        yield TextField("deputy", "Deputy", printable(own.deputy), placeholder=person)
        if "\n" in own.runbook:
            lines = own.runbook.count("\n") + 1
            yield Note(f"Its runbook of {lines} lines stays: the command line changes it.", "quiet")
        else:
            yield TextField("runbook", "Runbook", printable(own.runbook), placeholder="what to do")
        yield Note("Notices go to the owner; what nobody acknowledges goes to the deputy, then to all.", "quiet")
        if known.owner and not own.owner:
            yield Note(f"Now: {printable(owner_text(known, self._record))}.", "quiet")

    def work(self, **answers: Any) -> Answerable:
        return self.workspace.owners.set(self._record, **self.touched(answers))

    def told(self, result: Answerable) -> str:
        return f"Owner: {printable(owner_text(result, self._record))}."


def owner_pairs(app: App[object], workspace: Workspace, record: str) -> list[tuple[str, Value]]:
    """The lines of a record's details: who answers for it, and the runbook."""
    known = workspace.owners.of(record)
    dim = style_of(app, Tone.DIM)
    pairs: list[tuple[str, Value]] = [
        (
            "Owner",
            printable(owner_text(known, record)) if known.owner else Text(keyed("nobody; {owner} names somebody"), dim),
        )
    ]
    if known.runbook:
        pairs.append(("Runbook", "\n".join(printable(line) for line in known.runbook.split("\n"))))
    return pairs
