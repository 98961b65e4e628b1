"""Drawing a fleet into the workspace."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Static

from ...simulator.engine.simulation_record import simulation_of
from ...store.errors import Refusal
from ..components.dialog import Dialog
from ..components.form import FormRow

_LOOK = 0.1  # seconds between two looks at how far it is


class FleetDialog(Dialog[bool]):
    """Gives True once devices come in; the screen below shows how far it is. A refusal leaves what was typed."""

    heading = "Draw a fleet"
    confirm_label = "Draw it"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "Devices with owners, identities and habits, each enrolled at some time in the past year, with a real "
            "certificate of the CA group default. The same seed gives the same fleet. The workspace gets a virtual "
            "clock."
        )
        yield Static("")
        record = simulation_of(self.workspace)
        devices, seed = ("500", "7") if record is None else (str(record.devices), str(record.seed))
        yield FormRow("Devices", Input(devices, id="draw-devices", compact=True))
        yield FormRow("Seed", Input(seed, id="draw-seed", compact=True))
        shares = "" if record is None else ",".join(f"{platform}={share}" for platform, share in record.mix.items())
        usual = "ios=50,android=30,windows=15,macos=5, or the market's"
        yield FormRow("Mix", Input(shares, id="draw-mix", placeholder=usual, compact=True))
        start = Input(id="draw-start", placeholder="2026-11-23, or Monday of this week", compact=True)
        yield FormRow("Clock starts", start)

    def confirm(self) -> None:
        values = [self.query_one(f"#draw-{name}", Input).value.strip() for name in ("devices", "seed", "mix", "start")]
        if not values[0] or not values[1]:
            self.refused(Refusal("value-missing", "a fleet needs a number of devices and a seed"))
            return
        self.perform(partial(self._draw, *values), self.dismiss, saying="Drawing …")

    def _draw(self, devices: str, seed: str, mix: str, start: str) -> bool:
        simulation = self.console.simulation
        process = simulation.draw(devices, seed, mix, start)
        while not process.ended and not self._has_begun():
            time.sleep(_LOOK)
        if process.ended and process.refusal is not None:
            simulation.refresh()
            simulation.trouble = None  # it is shown here
            raise process.refusal
        return True

    def _has_begun(self) -> bool:
        record = simulation_of(self.workspace)
        return record is not None and record.drawn > 0
