"""``certfleet device check-in``: be a device that has its own key."""

from __future__ import annotations

import os
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from ..store.authorities.issuing import read_request
from ..store.certificates.files import read_input
from ..store.certificates.private_keys import load_private_key
from ..store.certificates.reading import read_certificates
from ..store.devices.devices import Enrollment, Visit
from ..store.devices.views import certificate_as_json, device_as_json, policy_as_json
from ..store.errors import Refusal
from ..store.workspace import Workspace
from .device_enroll import pem_of, sentence
from .device_keys import new_key, signature
from .frame.answer import emit, say
from .frame.file_writing import check_target, drafted
from .frame.output_file import Handout, handout_options
from .frame.parameters import FILE, TEXT
from .frame.passwords import ask, interactive, needed, read_optional
from .frame.session import Session, pass_session
from .phrases import device_title, waiting


@click.command("check-in")
@click.option("--certificate", "file", type=FILE, required=True, help="The device's certificate; others may follow.")
@click.option("--key", "key_file", type=FILE, required=True, help="Its private key.")
@click.option("--key-password-file", type=FILE, help="The password of the key; - is standard input.")
@click.option("--renew-with", "key_out", type=FILE, metavar="NEW-KEY", help="Answer a renewal: make a key, kept here.")
@click.option("--answer", "csr", type=FILE, metavar="CSR", help="Answer a renewal by this request over a new key.")
@click.option("--not-now", is_flag=True, help="Answer a renewal with not now.")
@click.option("--error", type=TEXT, metavar="TEXT", help="Answer a renewal with an error.")
@click.option("--no-answer", is_flag=True, help="Take a renewal, and be not heard of again.")
@handout_options
@pass_session
def check_in(
    session: Session,
    file: Path,
    key_file: Path,
    key_password_file: Path | None,
    key_out: Path | None,
    csr: Path | None,
    not_now: bool,
    error: str | None,
    no_answer: bool,
    handout: Handout,
) -> None:
    """Connect as a device: prove the key of its certificate, be let in or turned away, and answer what is pending.
    Where a renewal is, --renew-with or --answer gets the new certificate with its chain; it counts once the device
    has checked in with it. Exits with 1 when the device is turned away."""
    if sum((key_out is not None, csr is not None, not_now, error is not None, no_answer)) > 1:
        raise click.UsageError("A renewal has one answer.")
    if handout.out is not None and key_out is None and csr is None:
        raise click.UsageError("--out goes with --renew-with or --answer.")
    _keep_apart(key_out, file, key_file, key_password_file, csr, handout.out)
    _keep_apart(handout.out, key_file, key_password_file, csr)  # the certificate may take the place of the old one
    handout.check(session)
    if key_out is not None:
        check_target(key_out, force=handout.force, workspace=session.path)
    key = _key(key_file, key_password_file)
    certificate = read_certificates(read_input(file), str(file)).certificates[0].der
    request = None if csr is None else read_request(read_input(csr))[0].public_bytes(Encoding.DER)
    with session.open() as workspace:
        challenge = workspace.devices.challenge()
        visit = workspace.devices.check_in(certificate, challenge, signature(key, challenge))
        if visit.refusal is not None:
            raise visit.refusal
        enrollment = None
        if visit.renewal is not None:
            if key_out is not None:
                enrollment = _renew_with_new_key(workspace, visit, key, key_out, force=handout.force)
            elif request is not None:
                enrollment = workspace.devices.renew_certificate(visit, request, signature(key, request))
            elif not_now:
                workspace.devices.answer_not_now(visit)
            elif error is not None:
                workspace.devices.answer_error(visit, error)
            elif no_answer:
                workspace.devices.no_answer(visit)
        _tell(session, workspace, visit, enrollment, handout)


def _keep_apart(written: Path | None, *others: Path | None) -> None:
    """A key that something else is written over locks the device out."""
    if written is not None and any(_is_same(written, other) for other in others if other is not None):
        raise click.UsageError("What is read, the new key and the certificate need each a file of its own.")


def _is_same(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def _key(file: Path, password_file: Path | None) -> PrivateKeyTypes:
    data = read_input(file)
    try:
        return load_private_key(data, read_optional(password_file))
    except Refusal as refusal:
        if refusal.code != "key-password-needed":
            raise
        if not interactive():
            raise needed(refusal, "--key-password-file") from refusal
    return load_private_key(data, ask("Password of the private key"))


def _renew_with_new_key(
    workspace: Workspace, visit: Visit, key: PrivateKeyTypes, out: Path, *, force: bool
) -> Enrollment:
    """The key is on the disk before the certificate is issued, and takes its place once that was: no certificate is
    without its key, and no file is lost for a renewal that was refused."""
    made = new_key()
    with drafted(out, made.pem, force=force, private=True) as put:
        enrollment = workspace.devices.renew_certificate(visit, made.request, signature(key, made.request))
        put()
    return enrollment


def _tell(
    session: Session, workspace: Workspace, visit: Visit, enrollment: Enrollment | None, handout: Handout
) -> None:
    now, device = workspace.now(), workspace.devices.get(visit.device.id)
    pem = None if enrollment is None else pem_of(workspace, enrollment)
    if pem is not None:
        handout.write(session, pem)
    if session.json:
        emit(
            {
                "device": device_as_json(device, now, workspace.impact.gate().outages),
                "presented": certificate_as_json(visit.presented, now),
                "renewal": visit.renewal,
                "policies": [policy_as_json(placed) for placed in visit.policies],
                "removed_policies": [policy_as_json(placed) for placed in visit.removed],
                "certificate": None if enrollment is None else certificate_as_json(enrollment.certificate, now),
                **({"file": None, "encoding": None, "content": None} if pem is None else handout.as_json(pem)),
            }
        )
        return
    aside = pem is not None and handout.out is None
    say(f"let in: {device_title(device)}, {device.state}", err=aside)
    for placed in visit.policies:
        say(f"policy installed: #{placed.policy_id} {placed.name}", err=aside)
    for placed in visit.removed:
        say(f"policy taken off: #{placed.policy_id} {placed.name}", err=aside)
    if enrollment is not None:
        say(sentence(enrollment), err=aside)
    for action in device.pending:
        say(f"pending: {waiting(action)}", err=aside)
