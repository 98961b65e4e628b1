"""``certfleet simulate log``."""

from __future__ import annotations

import click

from ..store.model.device import DeviceEvent
from .device_choice import find_device
from .frame.answer import emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Column, table

COLUMNS = (
    Column("ID", right=True),
    Column("AT (UTC)"),
    Column("DEVICE", right=True),
    Column("WHAT"),
    Column("DETAIL", least=12),
)


@click.command()
@click.option("--limit", type=click.IntRange(1, 10_000_000), default=100, show_default=True)
@click.option("--device", type=TEXT, metavar="DEVICE", help="Only what happened to this one: an id or an identity.")
@pass_session
def log(session: Session, limit: int, device: str | None) -> None:
    """List the newest events of the devices, newest first."""
    with session.open() as workspace:
        if device is None:
            events = workspace.devices.events(limit)
        else:
            events = workspace.devices.timeline(find_device(workspace, device).id)[::-1][:limit]
    if session.json:
        emit({"events": events})
    elif events:
        table(COLUMNS, [_row(event) for event in events])
    else:
        say("nothing has happened")


def _row(event: DeviceEvent) -> list[str]:
    return [
        str(event.id),
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        str(event.device_id),
        event.kind.value,
        event.detail,
    ]
