"""``certfleet device export``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.serialization import Encoding

from ..store.errors import Refusal
from ..store.model.device import Device
from ..store.workspace import Workspace
from .device_choice import find_device
from .frame.answer import emit, progress, say
from .frame.file_writing import check_target, write_file
from .frame.output_file import Handout
from .frame.parameters import FILE, TEXT
from .frame.session import Session, pass_session
from .phrases import device_title


@click.command()
@click.argument("named", type=TEXT, nargs=-1, required=True, metavar="DEVICE...")
@click.option("--chain", is_flag=True, help="And the device CA and the root CA below it.")
@click.option("--der", is_flag=True, help="DER instead of PEM.")
@click.option("--out", "--output", "out", type=FILE, help="Write to this file; else to standard output.")
@click.option("--to", "folder", type=FILE, help="Write a file a device into this folder, named by serial number.")
@click.option("--force", is_flag=True, help="Overwrite files.")
@pass_session
def export(
    session: Session,
    named: tuple[str, ...],
    chain: bool,
    der: bool,
    out: Path | None,
    folder: Path | None,
    force: bool,
) -> None:
    """Write the certificate that each DEVICE (an id or an identity) works with, as PEM."""
    if der and chain:
        raise click.UsageError("A DER file holds one certificate: leave --chain or --der out.")
    if out is not None and folder is not None:
        raise click.UsageError("--out and --to exclude each other.")
    if folder is None and len(named) > 1:
        raise click.UsageError("Several devices need --to.")
    if force and out is None and folder is None:
        raise click.UsageError("--force goes with --out or --to.")
    handout = Handout(out, force)
    if folder is None:
        handout.check(session, binary=der)
    with session.open() as workspace:
        found = list({device.id: device for device in (find_device(workspace, name) for name in named)}.values())
        targets = {} if folder is None else _targets(session, folder, found, "der" if der else "pem", force)
        exported = []
        with progress(len(found), "Exporting") as advance:
            for number, device in enumerate(found, 1):
                data = _content(workspace, device, chain=chain, der=der)
                if folder is not None:
                    handout = Handout(targets[device.id], force)
                    write_file(targets[device.id], data, force=force)
                else:
                    handout.write(session, data)
                exported.append(_as_json(device, handout.as_json(data, binary=der)))
                advance(number)
    if session.json:
        emit({"exported": exported})
    elif folder is not None:
        say(f"exported {len(found):,} certificates to {folder}")
    elif out is not None:
        say(f"exported the certificate of {device_title(found[0])} to {out}")


def _content(workspace: Workspace, device: Device, *, chain: bool, der: bool) -> bytes:
    if device.certificate_id is None:
        raise Refusal("not-enrolled", f"device {device.id} ({device.name}) is not enrolled", "Enroll it first.")
    certificate = workspace.devices.records.certificate(device.certificate_id)
    links = workspace.devices.chain_of(certificate)
    encoding = Encoding.DER if der else Encoding.PEM
    return b"".join(link.public_bytes(encoding) for link in (links if chain else links[:1]))


def _targets(session: Session, folder: Path, found: list[Device], ending: str, force: bool) -> dict[int, Path]:
    """A file for each device. The folder is made where it isn't there."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Refusal("file-unwritable", f"the folder {folder} can't be made: {error.strerror}") from error
    targets: dict[int, Path] = {}
    taken: set[str] = set()
    for device in found:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", device.serial_number).lstrip(".")
        if not name or name.lower() in taken:
            name = f"{name}-{device.id}"
        taken.add(name.lower())
        targets[device.id] = folder / f"{name}.{ending}"
        check_target(targets[device.id], force=force, workspace=session.path)
    return targets


def _as_json(device: Device, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": device.id,
        "serial_number": device.serial_number,
        "issuer_group": device.issuer_group,
        "certificate_id": device.certificate_id,
        **content,
    }
