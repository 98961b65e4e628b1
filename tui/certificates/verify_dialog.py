"""Verifying chains: the complete and currently valid ones, and the problems of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...store.inventory.verify import Verdict
from ...store.printable import printable
from ...store.trust.verdicts import ChainVerdict
from ...store.views.certificate import certificate_name
from ...store.views.verdict import VERDICT_STYLES, VERDICT_SYMBOLS
from ...store.words import plural
from ..components.text_styles import TONES
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.table_dialog import TableDialog


@dataclass(frozen=True)
class ProblemLine:
    """A problem of a chain, or what can't be judged, with its own number as id."""

    id: int
    certificate_id: int
    name: str
    message: str
    verdict: Verdict


_COLUMNS = (
    Column[ProblemLine]("entry", "#", lambda f: str(f.certificate_id), lambda f: f.certificate_id, None, 5, right=True),
    Column[ProblemLine]("name", "Certificate", lambda f: f.name, width=20, grow=1),
    Column[ProblemLine](
        "problem",
        "What is wrong",
        lambda f: f"{VERDICT_SYMBOLS[f.verdict]} {'' if f.verdict is Verdict.BAD else 'not judged: '}{f.message}",
        None,
        lambda f: TONES[VERDICT_STYLES[f.verdict]],
        28,
        2,
    ),
)


class VerifyDialog(TableDialog[int, ProblemLine]):
    """Returns the id of the certificate that the person wants to see."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._verdict = Note("")
        super().__init__(
            "Verify chains",
            _COLUMNS,
            above=[self._verdict],
            more=lambda finding: f"#{finding.certificate_id} {finding.name}: {finding.message}",
            opened=lambda finding: finding.certificate_id,
            list_name="chain-problems",
        )
        # One certificate is just the cursor's position; only a selection narrows the verification.
        self._only = set(ids) if len(ids) > 1 else None

    def command_words(self) -> Sequence[object]:
        return "certificate", "verify", *sorted(self._only or ())

    def on_mount(self) -> None:
        self.perform(self.workspace.verdicts.of, self._show, saying="Verifying …")

    def _show(self, verdicts: list[ChainVerdict]) -> None:
        asked = [one for one in verdicts if self._only is None or one.certificate.id in self._only]
        live = [one for one in asked if one.certificate.replaced_by is None]
        found = [
            (one.certificate, printable(problem.message), verdict)
            for verdict in (Verdict.BAD, Verdict.NOT_JUDGED)
            for one in live
            for problem in (one.problems if verdict is Verdict.BAD else one.not_judged)
        ]
        bad = sum(one.verdict is Verdict.BAD for one in live)
        unjudged = sum(one.verdict is Verdict.NOT_JUDGED for one in live)
        replaced = f"; {plural(len(asked) - len(live), 'replaced one')} left out" if len(live) < len(asked) else ""
        said = [f"{plural(bad, 'chain')} with a problem."] if bad else []
        said += [f"{plural(unjudged, 'chain')} can't be judged."] if unjudged else []
        verdict = " ".join(said) or "All chains are complete and valid."
        self._verdict.update(f"{plural(len(live), 'certificate')} verified{replaced}. {verdict}")
        self.table.display = bool(found)
        self.table.set_rows(
            ProblemLine(number, certificate.id, certificate_name(certificate), message, verdict)
            for number, (certificate, message, verdict) in enumerate(found, 1)
        )
        if found:
            self.table.focus()
