"""``certfleet apns``: status, register, revoke, and the push portal's list."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ...store.apns.apns import SERVICES
from ...store.components.needs import Need, need_of
from ...store.inventory.status import days_left, days_until
from ...store.model.certificate import UseAs
from ...store.model.component import Use
from ...store.model.push import PushCertificate, portal_status
from ...store.model.push_channel import PushChannel
from ...store.model.request import SigningRequest
from ...store.model.task import Task
from ...store.outlook.outlook import affected
from ...store.views.certificate import certificate_document, certificate_standing, certificate_title, name_text
from ...store.views.consequence import counted_document, counted_effect_document
from ...store.views.push_certificate import PORTAL_STYLES, push_certificate_document
from ...store.words import day, moment, plural
from ...store.workspace import Workspace
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import ID, TEXT, EnumChoice, stacked
from ..frame.session import Session
from ..frame.tables import Cell, Listing, styled

MAIL = "securemail-apns"
NOT_USED = "not used in this deployment"

push_id_argument = click.argument("push_id", type=ID, metavar="PUSH-ID")
apple_id_option = click.option(
    "--apple-id", type=TEXT, required=True, metavar="MAIL-ADDRESS", help="Sign in to the portal as this Apple ID."
)


def need_options(command: Callable[..., Answer]) -> Callable[..., Answer]:
    """``--need``, and ``--mail`` as a short form of Secure Mail's; the command gets them as ``need``."""

    @wraps(command)
    def wrapped(*args: Any, need: str | None, mail: bool, **options: Any) -> Answer:
        if mail and need not in (None, MAIL):
            raise click.UsageError("--mail and --need contradict each other.")
        return command(*args, need=MAIL if mail else need or "apns", **options)

    which = "Which push certificate. Default: apns, for managing devices."
    return stacked(
        click.option("--need", type=EnumChoice(list(SERVICES)), help=which),
        click.option("--mail", is_flag=True, help="Secure Mail's: the same as --need securemail-apns."),
    )(wrapped)


@command(examples=["certfleet apns status", "certfleet apns status --mail"])
@need_options
def status(session: Session, need: str) -> Answer:
    """Show the push certificate in use: its topic, the Apple ID that created it, when it expires and what stops then;
    its status in the portal; and the requests that wait for their answer."""
    workspace, wanted = session.open(), need_of(need)
    return Answer(lambda: {"apns": _as_json(workspace, wanted)}, Facts(_facts(workspace, wanted)))


def _as_json(workspace: Workspace, need: Need) -> dict[str, Any]:
    current, component = workspace.apns.current(need.id), workspace.components.find(need.id)
    known = None if current is None else workspace.portal.find(current.fingerprint_sha256)
    channel, counts = _channel(workspace, need), workspace.impact.platforms()
    stopped = [one for one in workspace.impact.consequences() if one.need == need.id]
    return {
        "need": need.id,
        "title": need.title,
        "use": str(Use.AS_NEEDED if component is None else component.use),
        "certificate": None if current is None else certificate_document(current, workspace.now(), workspace.expiry()),
        "topic": None if current is None else current.topic,
        "apple_id": None if component is None else component.apple_id,
        "days_left": None if current is None else days_left(current, workspace.now()),
        "push_certificate": None if known is None else push_certificate_document(known, workspace.now()),
        "channel": channel,
        "stopped": [counted_document(one, counts) for one in stopped],
        "effects": [counted_effect_document(effect, counts) for effect in need.effects],
        "requests": _waiting(workspace, need),
        "tasks": [task.id for task in _tasks(workspace, need)],
    }


def _facts(workspace: Workspace, need: Need) -> list[tuple[str, str]]:
    current, component = workspace.apns.current(need.id), workspace.components.find(need.id)
    now = workspace.now()
    known = None if current is None else workspace.portal.find(current.fingerprint_sha256)
    channel, counts = _channel(workspace, need), workspace.impact.platforms()
    stopped = any(one.need == need.id for one in workspace.impact.consequences())
    used = "none"
    if component is not None and component.use is Use.NOT_USED:
        used = NOT_USED
    elif current is not None:
        standing = certificate_standing(current, now, workspace.expiry())
        used = f"{certificate_title(current)}: {standing}, until {moment(current.not_after)}"
    owner = None if component is None else component.apple_id
    lost = [f"{effect.seen} ({plural(affected(effect.platforms, counts), 'device')})" for effect in need.effects]
    in_portal = "not known there"
    if known is not None:
        in_portal = f"{push_title(known)} of {known.apple_id}: {portal_status(known, now)}"
    return [
        ("for", need.title),
        ("certificate", used),
        ("topic", "none" if current is None else current.topic or "it names none"),
        ("Apple ID", owner or ("none" if current is None else "not known: `certfleet apns register --apple-id …`")),
        ("portal", in_portal),
        *([] if need.id != "apns" else [("devices", _reached(channel))]),
        ("stopped now" if stopped else "when it lapses", ("" if used == NOT_USED else "\n".join(lost)) or "nothing"),
        (
            "requests",
            "\n".join(f"#{made.id} {name_text(made.subject)}, waiting" for made in _waiting(workspace, need)) or "none",
        ),
        ("to do", "\n".join(f"task {task.id}: {task.title}" for task in _tasks(workspace, need)) or "nothing"),
    ]


def _channel(workspace: Workspace, need: Need) -> PushChannel | None:
    return workspace.impact.channel() if need.id == "apns" else None


def _waiting(workspace: Workspace, need: Need) -> list[SigningRequest]:
    """Unanswered requests for a push certificate; one without a task may be for either need."""
    others = {task.request_id for task in workspace.tasks.list() if task.need != need.id}
    return [
        made
        for made in workspace.requests.list()
        if made.use_as is UseAs.APNS and made.completed_by is None and made.id not in others
    ]


def _tasks(workspace: Workspace, need: Need) -> list[Task]:
    return [task for task in workspace.tasks.list(done=False) if task.need == need.id]


def _reached(channel: PushChannel | None) -> str:
    """Whether the enrolled devices can be reached."""
    if channel is None:
        return "none has been enrolled with a push certificate"
    if channel.broken_at is not None:
        return f"lost on {moment(channel.broken_at)} ({channel.reason}): those that were enrolled must re-enroll"
    return f"reached since {moment(channel.since)} by {channel.topic}"


@command(examples=["certfleet apns register --apple-id it@example.com"], changes=True)
@apple_id_option
@need_options
def register(session: Session, apple_id: str, need: str) -> Answer:
    """Record the Apple ID that created the push certificate in use. Notices before it expires go there, and the
    simulated portal knows the certificate from then on."""
    workspace = session.open()
    record = workspace.apns.register(apple_id, need)
    document = {"push_certificate": push_certificate_document(record, workspace.now())}
    return Answer(document, f"{push_title(record)} belongs to {record.apple_id}")


@command(examples=["certfleet apns revoke 2 --apple-id mobile@nguyen-medical-group.example --yes"], changes=True)
@push_id_argument
@apple_id_option
def revoke(session: Session, push_id: int, apple_id: str) -> Answer:
    """Revoke a push certificate in the portal. If it is the one in use, every Apple device must re-enroll."""
    workspace = session.open()
    record = workspace.portal.get(push_id)
    if not session.yes:
        question = f"Revoke {push_title(record)}? Devices that are reached by it must re-enroll"
        confirm(question, unconfirmed(f"revoking {push_title(record)} has to be confirmed"))
        session.agree()
    record = workspace.apns.revoke(apple_id, push_id)
    return Answer(
        {"push_certificate": push_certificate_document(record, workspace.now())}, f"{push_title(record)} revoked"
    )


@command("list", examples=["certfleet apns portal list"], lists="push_certificates")
@click.option("--apple-id", type=TEXT, metavar="MAIL-ADDRESS", help="Only certificates of this Apple ID.")
def list_portal(session: Session, apple_id: str | None) -> Answer:
    """List the push certificates, as each Apple ID sees its own."""
    workspace = session.open()
    found = workspace.portal.list(apple_id)
    return Answer(
        {"push_certificates": [push_certificate_document(record, workspace.now()) for record in found]},
        Listing(
            (_row(workspace, record) for record in found),
            right=("ID", "DAYS"),
            least={"APPLE ID": 16, "SERVICE": 14, "NAME": 14, "VENDOR": 10},
            none=f"{apple_id or 'the portal'} has no push certificate",
        ),
    )


def _row(workspace: Workspace, record: PushCertificate) -> dict[str, str | Cell]:
    now = workspace.now()
    status = portal_status(record, now)
    return {
        "ID": str(record.id),
        "APPLE ID": record.apple_id,
        "SERVICE": record.service_name,
        "STATUS": styled(status, PORTAL_STYLES),
        "DAYS": str(days_until(record.not_after, now)),
        "EXPIRES": day(record.not_after),
        "NAME": record.name,
        "VENDOR": record.vendor or "-",
    }


@command(examples=["certfleet apns portal download 2 --output push.pem"])
@push_id_argument
@click.option("--chain", is_flag=True, help="Add its issuers.")
@output_options
def download(session: Session, push_id: int, chain: bool, output: OutputFile) -> Answer:
    """Write a push certificate as PEM, as the portal offers it."""
    output.check()
    portal = session.open().portal
    pem = portal.chain_pem(push_id) if chain else portal.pem(push_id)
    return output.answer({"id": push_id}, pem, f"written to {output.path}")


@command(examples=["certfleet apns portal forget 3 --apple-id it@exmaple.com"], changes=True)
@push_id_argument
@apple_id_option
def forget(session: Session, push_id: int, apple_id: str) -> Answer:
    """Remove a certificate that was registered, e.g. with a mistyped Apple ID."""
    workspace = session.open()
    record = workspace.portal.forget(apple_id, push_id)
    document = {"forgotten": push_certificate_document(record, workspace.now())}
    return Answer(document, f"{push_title(record)} no longer belongs to {record.apple_id}")


def push_title(record: PushCertificate) -> str:
    """``push certificate 2 (APSP:…)``."""
    return f"push certificate {record.id} ({record.name})"
