"""``certfleet device export`` and ``profile``: files of devices."""

from __future__ import annotations

import re
from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding

from ...store.confinement import make_person_folder
from ...store.errors import Refusal, unwritable
from ...store.file_writing import check_target, write_file
from ...store.model.device import Device
from ...store.model.policy import Policy
from ...store.views.device import device_title
from ...store.workspace import Workspace
from ..frame.answer import Answer, Content
from ..frame.command import command
from ..frame.output_file import OutputFile, force_option, output_option, output_options, unless_standard
from ..frame.parameters import TARGET, TEXT, der_options, device_argument, devices_argument
from ..frame.progress import progress
from ..frame.session import Session
from .selection import find_device


@command(
    examples=[
        "certfleet device export 12 --output leaf.pem",
        "certfleet device export 12 13 14 --to sample --format der",
    ]
)
@devices_argument
@click.option("--chain", is_flag=True, help="Add the device CA and the root CA.")
@der_options
@output_option
@click.option("--to", "folder", type=TARGET, metavar="FOLDER", help="Write one file per device, by serial number.")
@force_option
def export(
    session: Session,
    names: tuple[str, ...],
    chain: bool,
    der: bool,
    path: Path | None,
    folder: Path | None,
    force: bool,
) -> Answer:
    """Write the current certificate of each DEVICE (an id or an identity) as PEM or DER."""
    if der and chain:
        raise click.UsageError("A DER file holds one certificate: leave out --chain or --format der.")
    if path is not None and folder is not None:
        raise click.UsageError("--output and --to exclude each other.")
    if folder is None and len(names) > 1:
        raise click.UsageError("Several devices need --to FOLDER.")
    if force and path is None and folder is None:
        raise click.UsageError("--force goes with --output or --to.")
    path = unless_standard(path)
    output = OutputFile(session, path, force)
    if folder is None:
        output.check(binary="DER" if der else None)
    workspace = session.open()
    found = list({device.id: device for device in (find_device(workspace, name) for name in names)}.values())
    targets = {} if folder is None else _targets(session, folder, found, "der" if der else "pem", force)
    exported, data = [], b""
    with progress(len(found), "Exporting") as advance:
        for number, device in enumerate(found, 1):
            target = OutputFile(session, targets.get(device.id, path), force)
            data = _content(workspace, device, chain=chain, der=der)
            if target.path is not None:
                write_file(target.path, data, force=force)
            exported.append(
                {
                    "id": device.id,
                    "serial_number": device.serial_number or None,
                    "enrollment_id": device.enrollment_id,
                    "issuer_group": device.issuer_group,
                    "certificate_id": device.certificate_id,
                    **target.fields(data, binary=der),
                }
            )
            advance(number)
    if folder is not None:
        return Answer({"exported": exported}, f"exported {len(found):,} certificates to {folder}")
    said = f"exported the certificate of {device_title(found[0])} to {path}"
    return Answer({"exported": exported}, Content(data) if path is None else said)


def _content(workspace: Workspace, device: Device, *, chain: bool, der: bool) -> bytes:
    if device.certificate_id is None:
        raise Refusal("not-enrolled", f"device {device.id} ({device.name}) is not enrolled", "Enroll it first.")
    certificate = workspace.devices.records.certificate(device.certificate_id)
    links = workspace.devices.chain_of(certificate)
    encoding = Encoding.DER if der else Encoding.PEM
    return b"".join(link.public_bytes(encoding) for link in (links if chain else links[:1]))


def _targets(session: Session, folder: Path, found: list[Device], ending: str, force: bool) -> dict[int, Path]:
    """The file for each device. A missing folder is created."""
    try:
        make_person_folder(folder)
    except OSError as error:
        raise unwritable(f"the folder {folder}", error) from error
    targets: dict[int, Path] = {}
    taken: set[str] = set()
    for device in found:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", device.known_by).lstrip(".")
        if not name or name.lower() in taken:
            name = f"{name}-{device.id}"
        taken.add(name.lower())
        targets[device.id] = folder / f"{name}.{ending}"
        check_target(targets[device.id], force=force, workspace=session.path)
    return targets


@command(examples=["certfleet device profile F2LX0001 --output field-vpn.mobileconfig"])
@device_argument
@click.option("--policy", type=TEXT, metavar="POLICY", help="Which policy, by name or id, if the device has several.")
@output_options
def profile(session: Session, name: str, policy: str | None, output: OutputFile) -> Answer:
    """Write the configuration profile (.mobileconfig) that DEVICE, an id or an identity, receives by a policy: the VPN
    and the certificate. It contains the private key and its password: only you can read the file, and an audit line
    records the export."""
    output.check(binary="a profile, which contains a private key,", private=True)
    workspace = session.open()
    device = find_device(workspace, name)
    found = workspace.policies.find(policy) if policy is not None else _only_policy(workspace, device)
    data = workspace.policies.profile_for(device.id, found.id)
    said = f"wrote the profile of policy {found.name} for {device_title(device)} to {output.path}"
    return output.answer({"id": device.id, "policy_id": found.id}, data, said, private=True)


def _only_policy(workspace: Workspace, device: Device) -> Policy:
    policies = workspace.policies.of_device(device)
    if not policies:
        raise Refusal(
            "policy-not-for-device",
            f"no policy is for device {device.id} ({device.name})",
            "`certfleet policy list` shows which devices each policy is for.",
        )
    if len(policies) > 1:
        names = ", ".join(policy.name for policy in policies[:5])
        raise Refusal(
            "policy-not-named", f"device {device.id} has several policies: {names}", "Name one with --policy."
        )
    return policies[0]
