"""``certfleet device habits``."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from ...simulator.platforms.measured_habits import FEWEST, MeasuredHabits, assumed, measure_habits
from ...store.model.device_import import SILENT_FOR
from ...store.words import plural
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.output_file import OutputFile, output_options
from ..frame.session import Session


@command(examples=["certfleet --workspace real device habits"])
@output_options
def habits(session: Session, output: OutputFile) -> Answer:
    """Measure habits from the imports of devices, and write them as a file for `simulate fleet --habits`: how many
    devices are away for long, how many are new in a year, and how many are supervised. What last check-ins don't tell
    stays as in an office; the file lists it."""
    output.check()
    workspace = session.open()
    measured = measure_habits(workspace.devices.all(), workspace.device_imports.all())
    rests_on = f"{plural(measured.devices, 'device')} in {plural(measured.imports, 'import')}"
    said = f"wrote the habits of {rests_on} to {output.path}"
    return output.answer(_document(measured), measured.text.encode(), said)


def _document(measured: MeasuredHabits) -> dict[str, Any]:
    return {
        "imports": measured.imports,
        "as_of": measured.as_of,
        "devices": measured.devices,
        "churn": measured.churn,
        "churn_note": measured.churn_note,
        "fewest": FEWEST,
        "platforms": [
            {
                **asdict(one),
                "silent": _by_days(one.silent),
                "simulated": _by_days(one.simulated),
                "assumed": assumed(one),
            }
            for one in measured.platforms
        ],
        "left_out": [{"platform": platform, "devices": count} for platform, count in measured.left_out],
    }


def _by_days(shares: tuple[float, ...]) -> dict[str, float]:
    """The share of devices that have been silent for more than so many days."""
    return {str(days): round(share, 4) for days, share in zip(SILENT_FOR, shares, strict=True)}
