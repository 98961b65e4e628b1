"""``certfleet device check-in``: act as a device that has its own key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ...store.authorities.requests import read_request
from ...store.certificates.private_keys import load_private_key
from ...store.certificates.reading import read_certificates
from ...store.devices.results import Enrollment, Visit
from ...store.errors import Refusal
from ...store.file_writing import check_target, drafted
from ...store.model.device import Device
from ...store.views.device import (
    device_certificate_document,
    device_document,
    device_title,
    installed_policy_document,
    waiting_text,
)
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.changing import Preview
from ..frame.command import command
from ..frame.input_file import read_file
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import FILE, STANDARD, TARGET, TEXT, key_password_file_option
from ..frame.passwords import ask, interactive, needed, read_optional
from ..frame.session import Session
from .enrollment import pem_of, sentence


@command(
    "check-in",
    examples=[
        "certfleet device check-in --certificate phone.pem --key phone.key --renew-with new.key --output new.pem"
    ],
    changes=True,
    asks=False,
)
@click.option(
    "--certificate", "file", type=FILE, metavar="FILE", required=True, help="The device's certificate, first in FILE."
)
@click.option("--key", "key_file", type=FILE, metavar="FILE", required=True, help="Its private key.")
@key_password_file_option
@click.option("--renew-with", "new_key", type=TARGET, metavar="NEW-KEY", help="Answer a renewal: write a new key here.")
@click.option("--answer", "csr", type=FILE, metavar="CSR", help="Answer a renewal: with this request over a new key.")
@click.option("--not-now", is_flag=True, help="Answer a renewal: not now.")
@click.option("--error", type=TEXT, metavar="TEXT", help="Answer a renewal: with an error.")
@click.option("--no-answer", is_flag=True, help="Accept a renewal, and don't answer it.")
@output_options
def check_in(
    session: Session,
    file: Path,
    key_file: Path,
    key_password_file: Path | None,
    new_key: Path | None,
    csr: Path | None,
    not_now: bool,
    error: str | None,
    no_answer: bool,
    output: OutputFile,
) -> Answer:
    """Connect as a device: prove possession of its key, and answer what is pending. With --renew-with or --answer a
    pending renewal gives the new certificate with its chain; it is used from the next check-in with it. Exits with 1
    if the device is turned away."""
    if sum((new_key is not None, csr is not None, not_now, error is not None, no_answer)) > 1:
        raise click.UsageError("A renewal has one answer: give one of the options for it.")
    if new_key == STANDARD:
        raise click.UsageError("--renew-with needs a file: a device whose new key gets lost in a pipe is locked out.")
    if output.path is not None and new_key is None and csr is None:
        raise click.UsageError("--output goes with --renew-with or --answer.")
    _keep_apart(new_key, file, key_file, key_password_file, csr, output.path)
    _keep_apart(output.path, key_file, key_password_file, csr)  # the certificate may replace the old one
    output.check()
    if new_key is not None:
        check_target(new_key, force=output.force, workspace=session.path, private=True)
    key = _key(key_file, key_password_file)
    certificate = read_certificates(read_file(file), str(file)).certificates[0].der
    request = None if csr is None else read_request(read_file(csr))[0].public_bytes(Encoding.DER)
    workspace = session.open()
    challenge = workspace.devices.challenge()
    visit = workspace.devices.check_in(certificate, challenge, _signature(key, challenge))
    if visit.refusal is not None:
        return _turned_away(session, visit.refusal)
    enrollment = None
    if visit.renewal is not None:
        if new_key is not None:
            enrollment = _renew_with_new_key(session, workspace, visit, key, new_key, force=output.force)
        elif request is not None:
            enrollment = workspace.devices.renew_certificate(visit, request, _signature(key, request))
        elif not_now:
            workspace.devices.answer_not_now(visit)
        elif error is not None:
            workspace.devices.answer_error(visit, error)
        elif no_answer:
            workspace.devices.no_answer(visit)
    return _answer(workspace, visit, enrollment, output)


def _turned_away(session: Session, refusal: Refusal) -> Answer:
    """The refusal of a check-in that the workspace keeps. A trial has effects to report beside it."""
    if not session.is_trial:
        raise refusal
    document = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
    session.tell_preview(Preview("refusal", document, [f"Turned away: {refusal.code}: {refusal.message}"], status=1))
    return Answer({}, "")


def _keep_apart(written: Path | None, *others: Path | None) -> None:
    """Keep the files apart: a device whose key is overwritten is locked out."""
    if written is not None and any(_is_same(written, other) for other in others if other is not None):
        raise click.UsageError(
            "The new key and the certificate each need a file of its own, different from those that are read."
        )


def _is_same(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except OSError:  # one of them doesn't exist
        return False


def _key(file: Path, password_file: Path | None) -> PrivateKeyTypes:
    data = read_file(file)
    try:
        return load_private_key(data, read_optional(password_file))
    except Refusal as refusal:
        if refusal.code != "key-password-needed":
            raise
        if not interactive():
            raise needed(refusal, "--key-password-file") from refusal
    return load_private_key(data, ask("Password of the private key"))


def _signature(key: PrivateKeyTypes, data: bytes) -> bytes:
    """The device's signature over ``data``: ECDSA and RSA (PKCS #1 v1.5) over SHA-256, or Ed25519.

    Refuses a key of another kind with ``key-unsupported``.
    """
    match key:
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPrivateKey():
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        case ed25519.Ed25519PrivateKey():
            return key.sign(data)
    raise Refusal("key-unsupported", "a device proves itself by an EC, RSA or Ed25519 key")


class NewKey(NamedTuple):
    """A new key as PKCS #8 PEM, and the request (DER) that it signed."""

    pem: bytes
    request: bytes


def _new_key() -> NewKey:
    """A new P-256 key with its request. The CA chooses the subject."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return NewKey(pem, request.public_bytes(Encoding.DER))


def _renew_with_new_key(
    session: Session, workspace: Workspace, visit: Visit, key: PrivateKeyTypes, target: Path, *, force: bool
) -> Enrollment:
    """The key is on the disk before the certificate is issued, and gets its name once the renewal is kept. So no
    certificate is without its key, and no file is lost to a renewal that was refused or only tried."""
    made = _new_key()
    put = click.get_current_context().with_resource(drafted(target, made.pem, force=force, private=True))
    enrollment = workspace.devices.renew_certificate(visit, made.request, _signature(key, made.request))
    session.when_done(put)
    return enrollment


def _answer(workspace: Workspace, visit: Visit, enrollment: Enrollment | None, output: OutputFile) -> Answer:
    now, rules, device = workspace.now(), workspace.expiry(), workspace.devices.get(visit.device.id)
    document = {
        "device": device_document(device, now, rules, workspace.impact.gate().outages),
        "presented": device_certificate_document(visit.presented, now, rules),
        "renewal": visit.renewal,
        "policies": [installed_policy_document(placed) for placed in visit.policies],
        "removed_policies": [installed_policy_document(placed) for placed in visit.removed],
        "certificate": None if enrollment is None else device_certificate_document(enrollment.certificate, now, rules),
    }
    sentences = list(_sentences(device, visit, enrollment))
    if enrollment is None:
        return Answer({**document, "file": None, "encoding": None, "content": None}, sentences)
    return output.answer(document, pem_of(workspace, enrollment), sentences, aside=True)


def _sentences(device: Device, visit: Visit, enrollment: Enrollment | None) -> Iterator[str]:
    yield f"let in: {device_title(device)}, {device.state}"
    for placed in visit.policies:
        yield f"policy installed: #{placed.policy_id} {placed.name}"
    for placed in visit.removed:
        yield f"policy removed: #{placed.policy_id} {placed.name}"
    if enrollment is not None:
        yield sentence(enrollment)
    for action in device.pending:
        yield f"pending: {waiting_text(action)}"
