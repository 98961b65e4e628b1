"""Generating a fleet in the workspace."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...simulator.engine.state.simulation_record import simulation_of
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, needed

_LOOK = 0.1  # seconds between two updates of the progress


class FleetDialog(FormDialog[bool]):
    """Returns True once devices appear; the screen below shows the progress. After a refusal the answers stay."""

    heading = "Draw a fleet"
    confirm_label = "Draw it"
    doing = "Drawing …"

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "Devices with owners, identities and habits, each enrolled at some time in the past year, with a real "
            "certificate of the CA group default. The same seed gives the same fleet. The workspace gets a virtual "
            "clock."
        )
        yield Note()
        record = simulation_of(self.workspace)
        devices, seed = ("500", "7") if record is None else (str(record.devices), str(record.seed))
        both = needed("value-missing", "a fleet needs a number of devices and a seed")
        yield TextField("draw-devices", "Devices", devices, check=both)
        yield TextField("draw-seed", "Seed", seed, check=both)
        shares = "" if record is None else ",".join(f"{platform}={share}" for platform, share in record.mix.items())
        usual = "as the market; or ios=50,windows=20"
        yield TextField("draw-mix", "Mix", shares, placeholder=usual, to_blame=["mix-*"])
        yield TextField("draw-start", "Clock starts", placeholder="Monday of this week; or such as 2026-11-23")

    def command_words(self, draw_devices: str, draw_seed: str, draw_mix: str, draw_start: str) -> Sequence[object]:
        words: list[object] = ["simulate", "fleet", "--devices", draw_devices, "--seed", draw_seed]
        words += ["--mix", draw_mix] if draw_mix else []
        return [*words, *(["--start", draw_start] if draw_start else [])]

    def work(self, draw_devices: str, draw_seed: str, draw_mix: str, draw_start: str) -> bool:
        simulation = self.console.simulation
        process = simulation.draw(draw_devices, draw_seed, draw_mix, draw_start)
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
