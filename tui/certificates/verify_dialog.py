"""Verifying chains: which are complete and valid now, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from ...store.inventory.verify import Verification
from ...store.printable import printable
from ...store.words import plural
from ..components.columns import Column
from ..components.dialog import Dialog
from ..components.record_table import RecordTable
from ..components.text_styles import Tone
from ..components.wording import name_of


@dataclass(frozen=True)
class ChainProblem:
    """A problem of a chain, under a number of its own."""

    id: int
    certificate_id: int
    name: str
    message: str


_COLUMNS = (
    Column[ChainProblem](
        "entry", "#", lambda f: str(f.certificate_id), lambda f: f.certificate_id, width=5, right=True
    ),
    Column[ChainProblem]("name", "Certificate", lambda f: f.name, width=20, grow=1),
    Column[ChainProblem]("problem", "What is wrong", lambda f: f"× {f.message}", None, lambda _: Tone.EXPIRED, 28, 2),
)


class VerifyDialog(Dialog[int]):
    """Gives the id of the certificate that the person wants to see."""

    heading = "Verify chains"
    confirm_label = None
    wide = True

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__()
        # One certificate is just where the cursor is; only a selection narrows what is verified.
        self._only = set(ids) if len(ids) > 1 else None

    def compose_form(self) -> Iterable[Widget]:
        yield Static("", id="verdict", markup=False)
        yield RecordTable[ChainProblem](_COLUMNS, marks=False, empty="", id="findings")
        yield Static("", id="finding", markup=False)

    def on_mount(self) -> None:
        self.perform(self.workspace.inventory.verify, self._show, saying="Verifying …")

    def _show(self, verifications: list[Verification]) -> None:
        asked = [one for one in verifications if self._only is None or one.certificate.id in self._only]
        live = [one for one in asked if one.certificate.replaced_by is None]
        findings = [
            ChainProblem(0, one.certificate.id, name_of(one.certificate), printable(problem.message))
            for one in live
            for problem in one.problems
        ]
        bad = sum(not one.ok for one in live)
        replaced = f"; {plural(len(asked) - len(live), 'replaced one')} left out" if len(live) < len(asked) else ""
        verdict = "All chains are complete and valid." if not bad else f"{plural(bad, 'chain')} with a problem."
        self.query_one("#verdict", Static).update(f"{plural(len(live), 'certificate')} verified{replaced}. {verdict}")
        table = self.query_one("#findings", RecordTable)
        table.display = bool(findings)
        table.set_rows(
            ChainProblem(number, f.certificate_id, f.name, f.message) for number, f in enumerate(findings, 1)
        )
        if findings:
            table.focus()

    @on(RecordTable.Highlighted, "#findings")
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        finding = event.record
        text = "" if finding is None else f"#{finding.certificate_id} {finding.name}: {finding.message}"
        self.query_one("#finding", Static).update(text)

    @on(RecordTable.Opened, "#findings")
    def _opened(self, event: RecordTable.Opened) -> None:
        self.dismiss(event.record.certificate_id)
