"""``certfleet policy report``."""

from __future__ import annotations

import sys

import click

from ..store.model.policy import Policy
from ..store.policies.report import Place, Standing, report_as_json
from ..store.views.platforms import PLATFORMS
from .frame.answer import emit, say
from .frame.parameters import TEXT, Hyphenated
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import devices, waiting
from .policy_list import counted

ON_A_TERMINAL = 200  # so many lines
COLUMNS = (
    Column("ID", right=True),
    Column("PLATFORM"),
    Column("SERIAL NUMBER"),
    Column("POLICY"),
    Column("VERSION", right=True),
    Column("WHY", least=20),
)
STYLES = {
    Place.INSTALLED: "green",
    Place.PENDING: "cyan",
    Place.FAILED: "yellow",
    Place.WITHOUT_CERTIFICATE: "bold red",
    Place.REMOVING: "cyan",
    Place.NOT_DEPLOYED: "yellow",
    Place.NOT_ENROLLED: "dim",
}


@click.command()
@click.argument("policy", type=TEXT)
@click.option("--only", "places", type=Hyphenated(list(Place)), multiple=True, help="List the devices with this alone.")
@pass_session
def report(session: Session, policy: str, places: tuple[Place, ...]) -> None:
    """Say where POLICY, a name or an id, stands on each device that it is for, or that has it. Devices that have it are
    listed with --only installed."""
    with session.open() as workspace:
        found = workspace.policies.report(workspace.policies.find(policy).id)
    if session.json:
        emit({"report": report_as_json(found, places or tuple(Place))})
        return
    say(f"policy #{found.policy.id} {found.policy.name}: {counted(found)}")
    wanted = places or tuple(place for place in Place if place is not Place.INSTALLED)
    rows = [_row(found.policy, standing) for standing in found.standings if standing.place in wanted]
    shown = rows[:ON_A_TERMINAL] if sys.stdout.isatty() else rows
    if shown:
        table(COLUMNS, shown)
    if len(shown) < len(rows):
        say(f"{len(shown):,} of {devices(len(rows))}", err=True)


def _row(policy: Policy, standing: Standing) -> list[str | Cell]:
    device, place = standing.device, standing.place
    placed, action = device.policy(policy.id), device.policy_pending(policy.id)
    why = device.state.value if place is Place.NOT_ENROLLED else ""
    if action is not None:
        why = waiting(action)
    elif placed is not None and placed.note:
        why = placed.note
    return [
        str(device.id),
        PLATFORMS[device.platform],
        device.serial_number,
        Cell(place.value, STYLES[place]),
        str(placed.version) if placed is not None and placed.is_installed else "-",
        why,
    ]
