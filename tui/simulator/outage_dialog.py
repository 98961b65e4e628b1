"""Beginning, planning and ending a simulated outage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from textual.widget import Widget

from ...simulator.engine.state.outages import LONGEST, begin_outage, end_outage, outages
from ...store.durations import duration_text
from ...store.model.simulated_outage import OutageOf, SimulatedOutage
from ...store.views.simulated_outage import OUTAGES, SERVICES, outage_text
from ...store.words import minute
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, duration

NOW = timedelta()


def _begins(answers: dict[str, object]) -> bool:
    return isinstance(answers["outage_of"], OutageOf)


class OutageDialog(FormDialog[str]):
    """Returns a sentence about the outage. One that is on, or planned, can be ended."""

    heading = "Simulated outage"
    confirm_label = "Go ahead"
    changes = True

    def compose_form(self) -> Iterable[Widget]:
        now = self.workspace.now()
        open_ones = {one.id: f"End {outage_text(one)}" for one in outages(self.workspace) if now < one.until}
        begin = {service: f"{SERVICES[service]}: {OUTAGES[service]}" for service in OutageOf}
        yield Note("On the virtual clock. What was due meanwhile comes after its end.")
        yield Note()
        yield ChoiceField("outage-of", "Outage of", {**begin, **open_ones}, OutageOf.SERVER)
        length = duration("outage-invalid", "h", LONGEST)
        yield TextField("outage-hours", "Lasts", "6h", check=length, when=_begins, to_blame=["outage-invalid"])
        yield TextField("outage-in", "Begins in", "0h", check=length, when=_begins, placeholder="0h is now")

    def command_words(
        self, outage_of: OutageOf | int, outage_hours: timedelta = NOW, outage_in: timedelta = NOW
    ) -> Sequence[object]:
        if not isinstance(outage_of, OutageOf):
            return "simulate", "end-outage", outage_of
        begins = self.workspace.now() + outage_in
        later = ("--at", f"{minute(begins).replace(' ', 'T')}Z") if outage_in else ()
        return "simulate", "outage", outage_of, "--for", duration_text(outage_hours), *later

    def work(self, outage_of: OutageOf | int, outage_hours: timedelta = NOW, outage_in: timedelta = NOW) -> str:
        if isinstance(outage_of, OutageOf):
            at = self.workspace.now() + outage_in
            begun = begin_outage(self.workspace, outage_of, outage_hours, at)
            return f"outage {begun.id}: {outage_text(begun)}"
        ended = end_outage(self.workspace, outage_of)
        return f"outage {outage_of} is cancelled" if ended is None else f"outage {outage_of} has ended"


def outage_line(outage: SimulatedOutage) -> str:
    """``Outage of APNs until 2026-01-06 14:00: no push arrives through APNs``."""
    return f"Outage of {SERVICES[outage.service]} until {minute(outage.until)}: {OUTAGES[outage.service]}"
