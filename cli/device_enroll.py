"""``certfleet device enroll``: with a signing request, or as a simulated device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding

from ..store.authorities.issuing import read_request
from ..store.certificates.files import read_input
from ..store.devices.devices import Enrollment
from ..store.devices.views import certificate_as_json, device_as_json
from ..store.errors import Refusal
from ..store.model.device import Device, Platform
from ..store.words import moment
from ..store.workspace import Workspace
from .device_choice import find_device
from .device_identity import OPTIONS, OWNER, difference, identity
from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import FILE, TEXT, Hyphenated
from .frame.session import Session, pass_session
from .phrases import device_title


def _identity_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS.values()):
        command = option(command)
    return command


@click.command()
@click.argument("named", type=TEXT, nargs=-1, metavar="[DEVICE]...")
@click.option("--csr", type=FILE, help="The signing request, PKCS #10 as PEM or DER.")
@click.option("--serial-number", type=TEXT, help="Which device it is from; a known one is enrolled again.")
@click.option("--platform", type=Hyphenated(list(Platform)), help="For a device that is new.")
@_identity_options
@handout_options
@pass_session
def enroll(
    session: Session,
    /,
    named: tuple[str, ...],
    csr: Path | None,
    serial_number: str | None,
    platform: Platform | None,
    handout: Handout,
    **said: str | None,
) -> None:
    """Enroll a device by the signing request that its key signed, and write its certificate with the chain. Or
    re-enroll simulated DEVICEs (ids or identities) now, as their users would."""
    if named:
        if csr or serial_number or platform or handout.out or any(said.values()):
            raise click.UsageError("Simulated devices make their own requests: name them without other options.")
        _re_enroll(session, named)
        return
    if csr is None or serial_number is None:
        raise click.UsageError("Give --csr and --serial-number, or name simulated devices.")
    request = read_input(csr)
    handout.check(session)
    with session.open(create=True) as workspace:
        enrollment = _enroll(workspace, request, lambda: _device(workspace, platform, serial_number, said))
        now, outages = workspace.now(), workspace.impact.gate().outages
    pem = pem_of(workspace, enrollment)
    handout.write(session, pem)
    if session.json:
        emit(
            {
                "device": device_as_json(enrollment.device, now, outages),
                "certificate": certificate_as_json(enrollment.certificate, now),
                **handout.as_json(pem),
            }
        )
    else:
        say(sentence(enrollment), err=handout.out is None)


def _enroll(workspace: Workspace, request: bytes, found: Callable[[], Device]) -> Enrollment:
    """Enroll a device, which may be a new one. That it can't enroll is kept on record; else it is all or nothing."""
    read_request(request)
    with workspace.database.transaction():
        device = found()
        try:
            workspace.devices.refuse_enrollment(device.id)
        except Refusal as refusal:
            refused = refusal
        else:
            return workspace.devices.enroll(device.id, request)
    raise refused


def pem_of(workspace: Workspace, enrollment: Enrollment) -> bytes:
    """The new certificate and those above it, as PEM."""
    above = (link.public_bytes(Encoding.PEM) for link in enrollment.chain)
    return workspace.devices.pem(enrollment.certificate) + b"".join(above)


def sentence(enrollment: Enrollment) -> str:
    """What enrolling, or a renewal, came to."""
    certificate = enrollment.certificate
    return (
        f"{device_title(enrollment.device)}: certificate of CA group {certificate.group} by {certificate.reason}, "
        f"valid to {moment(certificate.not_after)}"
    )


def _device(workspace: Workspace, platform: Platform | None, serial_number: str, said: dict[str, str | None]) -> Device:
    """The device of that serial number; added, inside the transaction, where it is new."""
    known = workspace.devices.records.find(serial_number)
    if known is None:
        if platform is None:
            raise click.UsageError("A device that is new needs --platform.")
        owner, upn = (said[field] or "" for field in OWNER)
        return workspace.devices.add(identity(platform, serial_number, said), owner=owner, upn=upn)
    if other := difference(known, platform, said):
        raise Refusal(
            "device-differs", f"device {known.id} ({known.name}) is on record with {other}", "Leave that option out."
        )
    return known


def _re_enroll(session: Session, named: tuple[str, ...]) -> None:
    from ..simulator.fleet.enrolling import re_enroll

    with session.open() as workspace:
        ids = dict.fromkeys(find_device(workspace, name).id for name in named)
        for id in ids:
            workspace.devices.refuse_enrollment(id)  # which stays on record, whatever becomes of the others
        with workspace.database.transaction():  # all of them, or none
            enrollments = re_enroll(workspace, ids)
        now, outages = workspace.now(), workspace.impact.gate().outages
    if session.json:
        emit(
            {
                "enrolled": [
                    {
                        "device": device_as_json(enrollment.device, now, outages),
                        "certificate": certificate_as_json(enrollment.certificate, now),
                    }
                    for enrollment in enrollments
                ]
            }
        )
    else:
        for enrollment in enrollments:
            say(sentence(enrollment))
