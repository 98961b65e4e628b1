"""``certfleet device enroll``: with a signing request, or as a simulated device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.serialization import Encoding

from ...store.authorities.requests import read_request
from ...store.devices.identity import IDENTITIES, canonical, problem
from ...store.devices.placeholders import is_placeholder
from ...store.devices.results import Enrollment
from ...store.errors import Refusal
from ...store.model.device import Device, DeviceIdentity, EnrollmentKind, Platform
from ...store.views.device import device_certificate_document, device_document, device_title
from ...store.views.platforms import PLATFORMS
from ...store.words import moment
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.input_file import read_file
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import FILE, TEXT, EnumChoice, Written, stacked
from ..frame.session import Session
from .selection import find_device


def _identity_option(field: str, help: str) -> Callable[..., Any]:
    """An identity of a kind, in its canonical form."""

    def read(text: str) -> str:
        if wrong := problem(field, text):
            raise ValueError(wrong)
        return canonical(field, text)

    kind = Written(field.replace("_", " "), read)
    return click.option(f"--{field.replace('_', '-')}", type=kind, help=help)


identity_options = stacked(
    _identity_option("imei", "15 digits."),
    _identity_option("meid", "14 hexadecimal digits."),
    _identity_option("udid", "40 hexadecimal digits, 8-16, or a UUID."),
    _identity_option("android_id", "16 hexadecimal digits."),
    _identity_option("windows_device_id", "64 hexadecimal digits."),
    _identity_option("enrollment_id", "Of a device enrolled by its user, which tells no other identity."),
    click.option("--model", type=TEXT, help="As the device reports it: iPhone15,2."),
    click.option("--os-version", type=TEXT, help="The version of its operating system."),
    click.option("--owner", type=TEXT, help="Its user's name."),
    click.option("--upn", type=TEXT, help="Its user's principal name."),
)
"""The options that describe a device."""


@command(
    examples=[
        "certfleet device enroll --platform ios --serial-number F2LX0001 --kind supervised --csr phone.csr "
        "--output phone.pem",
        "certfleet device enroll 12",
    ],
    changes=True,
)
@click.argument("names", type=TEXT, nargs=-1, metavar="[DEVICE]...")
@click.option("--csr", type=FILE, metavar="FILE", help="The signing request, PKCS #10 as PEM or DER.")
@click.option("--serial-number", type=TEXT, help="The device's serial number; a known device is enrolled again.")
@click.option("--kind", type=EnumChoice(list(EnrollmentKind)), help="How the device is enrolled; default: as before.")
@click.option("--platform", type=EnumChoice(list(Platform)), help="The platform of a new device.")
@identity_options
@output_options
def enroll(
    session: Session,
    /,
    names: tuple[str, ...],
    csr: Path | None,
    serial_number: str | None,
    kind: EnrollmentKind | None,
    platform: Platform | None,
    output: OutputFile,
    **said: str | None,
) -> Answer:
    """Enroll a device by the signing request that its key signed, and write its certificate with the chain. Or
    re-enroll simulated DEVICEs (ids or identities) now, as their users would."""
    if names:
        if csr or serial_number or platform or output.path or any(said.values()):
            raise click.UsageError(
                "Simulated devices make their own requests: name them without other options than --kind."
            )
        return _re_enroll(session.open(), names, kind)
    if csr is None or not (serial_number or _identities(said)):
        raise click.UsageError(
            "Give --csr and --serial-number, --enrollment-id or another identity, or name simulated devices."
        )
    request = read_file(csr)
    output.check()
    workspace = session.open(create=True)
    serial_number = serial_number or ""
    enrollment = _enroll(workspace, request, lambda: _device(workspace, platform, serial_number, kind, said), kind)
    document = _enrollment_as_json(workspace, enrollment)
    return output.answer(document, pem_of(workspace, enrollment), sentence(enrollment), aside=True)


def _enroll(
    workspace: Workspace, request: bytes, found: Callable[[], Device], kind: EnrollmentKind | None
) -> Enrollment:
    """Enroll a device, which may be a new one. A failed enrollment is recorded; everything else is all or nothing."""
    read_request(request)
    with workspace.database.transaction():
        device = found()
        try:
            workspace.devices.refuse_enrollment(device.id)
        except Refusal as refusal:
            refused = refusal
        else:
            return workspace.devices.enroll(device.id, request, kind=kind)
    raise refused


def _device(
    workspace: Workspace,
    platform: Platform | None,
    serial_number: str,
    kind: EnrollmentKind | None,
    said: dict[str, str | None],
) -> Device:
    """The device with that serial number, or enrollment id; a new one is added, inside the transaction."""
    told = [] if is_placeholder(serial_number) else [serial_number]
    known = workspace.devices.records.find(next(filter(None, (*told, *_identities(said))), ""))
    if known is None:
        if platform is None:
            raise click.UsageError("A new device needs --platform.")
        identity = _identity(platform, serial_number, said)
        return workspace.devices.add(identity, owner=said["owner"] or "", upn=said["upn"] or "", kind=kind)
    if other := _difference(known, platform, said):
        hint = "Leave that option out."
        if platform in (None, known.platform):
            hint += f" A new board, or another owner, is told first: `certfleet device change {known.id} --help`."
        raise Refusal("device-differs", f"device {known.id} ({known.name}) is on record with {other}", hint)
    return known


def _identities(said: dict[str, str | None]) -> list[str]:
    """The identities that were given beside the serial number."""
    return [value for field in IDENTITIES if (value := said.get(field))]


def _identity(platform: Platform, serial_number: str, said: dict[str, str | None]) -> DeviceIdentity:
    return DeviceIdentity(
        platform=platform,
        serial_number=serial_number,
        maker="Apple" if platform in (Platform.IOS, Platform.MACOS) else "",
        model=said["model"] or "",
        os_name=PLATFORMS[platform],
        os_version=said["os_version"] or "",
        imei=said["imei"],
        meid=said["meid"],
        udid=said["udid"],
        android_id=said["android_id"],
        windows_device_id=said["windows_device_id"],
        enrollment_id=said["enrollment_id"],
    )


def _difference(device: Device, platform: Platform | None, said: dict[str, str | None]) -> str | None:
    """The recorded value of a known device that contradicts the options."""
    if platform is not None and platform is not device.platform:
        return f"the platform {device.platform}"
    for field, value in said.items():
        known = getattr(device, field)
        if value is not None and value.lower() != (known or "").lower():
            return f"{field.replace('_', ' ')} {known}" if known else f"no {field.replace('_', ' ')}"
    return None


def _re_enroll(workspace: Workspace, names: tuple[str, ...], kind: EnrollmentKind | None) -> Answer:
    from ...simulator.fleet.enrolling import re_enroll

    ids = dict.fromkeys(find_device(workspace, name).id for name in names)
    for id in ids:
        workspace.devices.refuse_enrollment(id)  # a refusal is recorded, whatever happens to the others
    with workspace.database.transaction():  # all of them, or none
        enrollments = re_enroll(workspace, ids, kind)
    return Answer(
        {"enrolled": [_enrollment_as_json(workspace, enrollment) for enrollment in enrollments]},
        [sentence(enrollment) for enrollment in enrollments],
    )


def _enrollment_as_json(workspace: Workspace, enrollment: Enrollment) -> dict[str, Any]:
    now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
    return {
        "device": device_document(enrollment.device, now, rules, outages),
        "certificate": device_certificate_document(enrollment.certificate, now, rules),
    }


def pem_of(workspace: Workspace, enrollment: Enrollment) -> bytes:
    """The new certificate and its issuers, as PEM."""
    issuers = (link.public_bytes(Encoding.PEM) for link in enrollment.chain)
    return workspace.devices.pem(enrollment.certificate) + b"".join(issuers)


def sentence(enrollment: Enrollment) -> str:
    """The result of an enrollment or a renewal."""
    certificate = enrollment.certificate
    return (
        f"{device_title(enrollment.device)}: certificate of CA group {certificate.group} by {certificate.reason}, "
        f"valid to {moment(certificate.not_after)}"
    )
