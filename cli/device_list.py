"""``certfleet device list``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from ..store.devices.presence import Outages, last_seen
from ..store.devices.views import days_left, device_as_json
from ..store.model.device import Device
from ..store.views.platforms import PLATFORMS
from .device_choice import DeviceFilters, filter_options
from .frame.answer import emit, say
from .frame.parameters import MAX_ID, Words
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import ACTIONS, device_certificate_cell, device_state_cell, devices

ON_A_TERMINAL = 200  # so many lines, unless --limit says otherwise
COLUMNS = (
    Column("ID", right=True),
    Column("PLATFORM"),
    Column("MODEL", least=10),
    Column("SERIAL NUMBER"),
    Column("STATE", least=12),
    Column("ISSUER"),
    Column("CERTIFICATE", least=11),
    Column("DAYS", right=True),
    Column("LAST CHECK-IN", least=16),
    Column("PENDING", least=12),
    Column("OWNER", least=10),
)

Key = Callable[[Device, datetime, Outages], Any]
KEYS: dict[str, Key] = {
    "id": lambda device, now, outages: device.id,
    "platform": lambda device, now, outages: device.platform,
    "model": lambda device, now, outages: (device.model_name or device.model).lower(),
    "serial-number": lambda device, now, outages: device.serial_number,
    "owner": lambda device, now, outages: device.owner.lower(),
    "state": lambda device, now, outages: device.state,
    "issuer": lambda device, now, outages: device.issuer_group,
    "days-left": lambda device, now, outages: device.not_after,
    "last-check-in": last_seen,
}


@click.command("list")
@filter_options
@click.option("--sort", type=Words(list(KEYS)), default="id", show_default=True, help="The order.")
@click.option("--descending", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(0, MAX_ID), help="At most so many.")
@click.option("--offset", type=click.IntRange(0, MAX_ID), default=0, help="Leave out so many at the beginning.")
@pass_session
def list_devices(
    session: Session, filters: DeviceFilters, sort: str, descending: bool, limit: int | None, offset: int
) -> None:
    """List the devices. Options of different kinds narrow the list further; --platform, --issuer, --state and
    --status may be given several times."""
    with session.open() as workspace:
        now, outages = workspace.now(), workspace.impact.gate().outages
        found = filters.fitting(workspace, workspace.devices.all())
    found = _sorted(found, lambda device: KEYS[sort](device, now, outages), descending)
    if limit is None and not session.json and sys.stdout.isatty():
        limit = ON_A_TERMINAL
    page = found[offset:] if limit is None else found[offset : offset + limit]
    if session.json:
        emit({"devices": [device_as_json(device, now, outages) for device in page], "total": len(found)})
        return
    if page:
        table(COLUMNS, [_row(device, now, outages) for device in page])
    elif not found:
        say("no device fits" if filters else "there are no devices")
    if len(page) < len(found):
        say(f"{len(page):,} of {devices(len(found))}", err=True)


def _sorted(found: list[Device], key: Callable[[Device], Any], descending: bool) -> list[Device]:
    """In order, by id where that leaves it open; devices without the value come last either way."""
    keyed = [(key(device), device) for device in found]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [device for _, device in known] + [device for value, device in keyed if value is None]


def _row(device: Device, now: datetime, outages: Outages) -> list[str | Cell]:
    left, seen = days_left(device, now), last_seen(device, now, outages)
    return [
        str(device.id),
        PLATFORMS[device.platform],
        device.model_name or device.model or "-",
        device.serial_number,
        device_state_cell(device),
        device.issuer_group or "-",
        device_certificate_cell(device, now),
        "-" if left is None else str(left),
        "never" if seen is None else f"{seen:%Y-%m-%d %H:%M}",
        ", ".join(f"{ACTIONS[action.kind]}: {action.waits_for}" for action in device.pending) or "-",
        device.owner,
    ]
