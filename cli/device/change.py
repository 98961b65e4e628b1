"""``certfleet device change``."""

from __future__ import annotations

import click

from ...store.devices.changing import TITLES
from ...store.views.device import device_document, device_title
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import TEXT, stacked
from ..frame.session import Session
from .selection import find_device

_HELP = {
    "serial_number": "Its serial number.",
    "imei": "15 digits.",
    "second_imei": "That of its second SIM.",
    "meid": "14 hexadecimal digits.",
    "udid": "40 hexadecimal digits, 8-16, or a UUID.",
    "android_id": "16 hexadecimal digits.",
    "windows_device_id": "64 hexadecimal digits.",
    "enrollment_id": "Of a device enrolled by its user.",
    "wifi_mac": "12 hexadecimal digits.",
    "owner": "Its user's name.",
    "upn": "Its user's principal name.",
    "device_name": "The name that its user sees.",
}
change_options = stacked(
    *(click.option(f"--{field.replace('_', '-')}", type=TEXT, help=_HELP[field]) for field in TITLES)
)


@command(
    examples=[
        "certfleet device change F2LX0001 --owner 'Ben Miller' --upn ben.miller@example.com",
        "certfleet device change 12 --serial-number F2LX0099",
    ],
    changes=True,
)
@click.argument("name", type=TEXT, metavar="DEVICE")
@change_options
def change(session: Session, name: str, **said: str | None) -> Answer:
    """Change what is on record of DEVICE (id or identity): its board was replaced, somebody else has it, or an identity
    was wrong. An empty text clears a value. Certificates stay; a device with a new board has lost its key and has to
    enroll again."""
    told = {field: text for field, text in said.items() if text is not None}
    if not told:
        raise click.UsageError("Say what to change, as in --owner.")
    workspace = session.open()
    device = workspace.device_changes.change(find_device(workspace, name).id, told)
    outages = workspace.impact.gate().outages
    return Answer(
        {"device": device_document(device, workspace.now(), workspace.expiry(), outages)},
        f"changed {device_title(device)}: {', '.join(TITLES[field] for field in told)}",
    )
