"""``certfleet apns status``."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ..store.impact.needs import Need, need_of
from ..store.impact.outlook import affected
from ..store.impact.views import counted_as_json, effect_as_json
from ..store.inventory.status import days_left
from ..store.model.certificate import Certificate, UseAs
from ..store.model.component import Use
from ..store.model.push import PushCertificate, portal_status
from ..store.model.push_channel import PushChannel
from ..store.model.request import SigningRequest
from ..store.model.task import Task
from ..store.push.topics import topic_of
from ..store.words import moment
from ..store.workspace import Workspace
from .apns_choice import need_options, push_title, request_as_json
from .frame.answer import details, emit
from .frame.session import Session, pass_session
from .phrases import devices, standing, title


@click.command()
@need_options
@pass_session
def status(session: Session, need: str) -> None:
    """Show the push certificate in use: its topic, the Apple ID that it was made with, when it lapses and what that
    means; what the portal says of it; and the requests that wait for their answer."""
    with session.open() as workspace:
        if session.json:
            emit({"apns": _as_json(workspace, need_of(need))})
        else:
            details(_lines(workspace, need_of(need)))


def _as_json(workspace: Workspace, need: Need) -> dict[str, Any]:
    current, component = workspace.apns.current(need.id), workspace.components.find(need.id)
    known, channel, counts = _known(workspace, current), _channel(workspace, need), workspace.impact.platforms()
    stopped = [one for one in workspace.impact.consequences() if one.need == need.id]
    return {
        "need": need.id,
        "title": need.title,
        "use": str(Use.AS_NEEDED if component is None else component.use),
        "certificate": None if current is None else workspace.inventory.as_json(current),
        "topic": None if current is None else topic_of(current),
        "apple_id": None if component is None else component.apple_id,
        "days_left": None if current is None else days_left(current, workspace.now()),
        "push_certificate": None if known is None else workspace.portal.as_json(known),
        "channel": None if channel is None else msgspec.to_builtins(channel),
        "stopped": [counted_as_json(one, counts) for one in stopped],
        "effects": [effect_as_json(effect, counts) for effect in need.effects],
        "requests": [request_as_json(made) for made in _waiting(workspace, need)],
        "tasks": [task.id for task in _tasks(workspace, need)],
    }


def _lines(workspace: Workspace, need: Need) -> list[tuple[str, str]]:
    current, component, now = workspace.apns.current(need.id), workspace.components.find(need.id), workspace.now()
    known, channel, counts = _known(workspace, current), _channel(workspace, need), workspace.impact.platforms()
    stopped = any(one.need == need.id for one in workspace.impact.consequences())
    used = "none"
    if component is not None and component.use is Use.NOT_USED:
        used = "not used in this deployment"
    elif current is not None:
        used = f"{title(current)}: {standing(current, now)}, until {moment(current.not_after)}"
    owner = None if component is None else component.apple_id
    lost = [
        f"{effect.seen} ({devices(affected(effect.platforms, counts))})"
        for effect in need.effects
        if used != "not used in this deployment"
    ]
    return [
        ("for", need.title),
        ("certificate", used),
        ("topic", "none" if current is None else topic_of(current) or "it names none"),
        ("Apple ID", owner or ("none" if current is None else "not known: `certfleet apns register --apple-id …`")),
        ("portal", _said(known, workspace)),
        *([] if need.id != "apns" else [("devices", _reached(channel))]),
        ("stopped now" if stopped else "when it lapses", "\n".join(lost) or "nothing"),
        ("requests", "\n".join(f"#{made.id} {made.subject}, waiting" for made in _waiting(workspace, need)) or "none"),
        ("to do", "\n".join(f"task {task.id}: {task.title}" for task in _tasks(workspace, need)) or "nothing"),
    ]


def _known(workspace: Workspace, current: Certificate | None) -> PushCertificate | None:
    return None if current is None else workspace.portal.find(current.fingerprint_sha256)


def _channel(workspace: Workspace, need: Need) -> PushChannel | None:
    return workspace.impact.channel() if need.id == "apns" else None


def _waiting(workspace: Workspace, need: Need) -> list[SigningRequest]:
    """Requests for a push certificate that have no answer yet; one without a task may be for either need."""
    others = {task.request_id for task in workspace.tasks.list() if task.need != need.id}
    return [
        made
        for made in workspace.requests.list()
        if made.use_as is UseAs.APNS and made.completed_by is None and made.id not in others
    ]


def _tasks(workspace: Workspace, need: Need) -> list[Task]:
    return [task for task in workspace.tasks.list(done=False) if task.need == need.id]


def _said(known: PushCertificate | None, workspace: Workspace) -> str:
    if known is None:
        return "not known there"
    return f"{push_title(known)} of {known.apple_id}: {portal_status(known, workspace.now())}"


def _reached(channel: PushChannel | None) -> str:
    """Whether the devices that are enrolled can be reached."""
    if channel is None:
        return "none has been enrolled with a push certificate"
    if channel.broken_at is not None:
        return f"lost on {moment(channel.broken_at)} ({channel.reason}): those that were enrolled must re-enroll"
    return f"reached since {moment(channel.since)} by {channel.topic}"
