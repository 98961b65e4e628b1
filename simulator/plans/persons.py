"""What a plan leaves to a person on a real fleet: whatever is done outside certfleet.

A CA's certificate, Apple's portal, a mail to owners and a follow-up elsewhere are nobody's use case here. The plan says
when they are due and which command takes their result in, and sees when it was done.
"""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from ...store.errors import Refusal
from ...store.workspace import Workspace
from .choosing import find_certificate, find_task
from .plan import Action, AnyAction, CompleteTask, ImportCertificate, RenewApns, ReplaceCertificate, StartCampaign


def is_a_persons(action: AnyAction) -> bool:
    """Whether a person has to do it on a real fleet."""
    match action:
        case ReplaceCertificate() | ImportCertificate():
            return action.new.file is None
        case RenewApns() | StartCampaign() | CompleteTask():
            return True
        case _:
            return False


@singledispatch
def persons_part(action: Action, workspace: Workspace) -> str:
    """What a person has to do for such an action, with the command. Refuses as the action would where its certificate
    or task doesn't exist."""
    raise TypeError(type(action).__name__)


@persons_part.register
def _(action: ReplaceCertificate, workspace: Workspace) -> str:
    entry = find_certificate(workspace, action.certificate)
    return f"get a new certificate for {entry.name} from its CA: `certfleet certificate replace {entry.id} FILE`"


@persons_part.register
def _(action: ImportCertificate, workspace: Workspace) -> str:
    entry = find_certificate(workspace, action.new.like or "")
    return f"get a certificate like {entry.name} from its CA: `certfleet certificate import FILE`"


@persons_part.register
def _(action: RenewApns, workspace: Workspace) -> str:
    entry = workspace.apns.current(action.need)
    then = "import the answer" if entry is None else f"replace #{entry.id} by the answer"
    need = "" if action.need == "apns" else f" --need {action.need}"
    return (
        f"renew the push certificate in Apple's portal, signed in as {action.apple_id}, and {then}: "
        f"`certfleet apns request{need}`"
    )


@persons_part.register
def _(action: StartCampaign, workspace: Workspace) -> str:
    chosen = "".join(f" --platform {platform}" for platform in action.platform)
    return (
        "ask the owners of these devices to re-enroll them: "
        f"`certfleet device list --state re-enrollment-required{chosen}`"
    )


@persons_part.register
def _(action: CompleteTask, workspace: Workspace) -> str:
    task = find_task(workspace, action.task)
    return f"do what task {task.id} asks for ({task.title}): `certfleet task done {task.id}`"


def done_since(action: AnyAction, workspace: Workspace, since: datetime) -> str | None:
    """What a person has done of an action since it was due; None while it can't be seen."""
    try:
        match action:
            case ReplaceCertificate():
                entry = find_certificate(workspace, action.certificate)
                if entry.replaced_by is not None:
                    return f"certificate {entry.id} was replaced by {entry.replaced_by}"
                if entry.imported_at > since:
                    return f"certificate {entry.id} took its place"
            case RenewApns():
                current = workspace.apns.current(action.need)
                if current is not None and current.imported_at > since:
                    return f"push certificate {current.id} is in use"
            case CompleteTask():
                if find_task(workspace, action.task).done_at is not None:
                    return "the task is done"
            case _:
                pass
    except Refusal as refusal:
        if refusal.code == "task-unknown":  # it was open when it was due
            return "the task is done"
    return None
