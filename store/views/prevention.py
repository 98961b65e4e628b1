"""The step that prevents a stop: its document, a sentence, a few words for a column, and its command."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ..outlook.prevention import Prevention, Step
from ..outlook.stops import NextStop
from ..words import plural


class PreventionDocument(Struct, frozen=True, kw_only=True):
    """One cause of something that is stopped, or stops ``at`` a time, and the step that prevents or ends it: in a word,
    in a sentence, and as the command line that begins it (None if there is no command)."""

    at: datetime | None
    stopped: bool
    need: str
    name: str
    certificate_id: int | None
    task_id: int | None
    step: Step
    prevent_by: str
    command: str | None


def prevention_document(one: NextStop) -> PreventionDocument:
    """The document of a cause with its prevention."""
    prevention = one.prevention
    cause = None if one.stop is None else one.stop.consequences[0]
    return PreventionDocument(
        at=one.at,
        stopped=one.lasts,
        need=prevention.need,
        name="" if cause is None else cause.name,
        certificate_id=prevention.certificate_id if cause is None else cause.certificate_id,
        task_id=prevention.task_id,
        step=prevention.step,
        prevent_by=prevention_sentence(prevention),
        command=prevention_command(prevention),
    )


def prevention_documents(stops: Iterable[NextStop]) -> tuple[PreventionDocument, ...]:
    """The documents of several, in their order."""
    return tuple(prevention_document(one) for one in stops)


def prevention_sentence(one: Prevention) -> str:
    """``replace #5 by a newer certificate``."""
    match one.step:
        case Step.REPLACE:
            return f"replace #{one.certificate_id} by a newer certificate"
        case Step.RENEW_PUSH:
            if one.certificate_id is None:
                return "get a push certificate: request, vendor's signature, portal, import"
            return "renew the push certificate in Apple's portal, as the Apple ID that created it"
        case Step.IMPORT_AUTHORITY:
            return "import the CA's new certificate and deploy it, then replace what the old one issued"
        case Step.IMPORT_PROFILE:
            return "renew the profile in the developer portal, and import it"
        case Step.BIND:
            missing = one.certificate_id is None
            return "bind a certificate, or say that it is not used" if missing else "bind another one, or wait for it"
        case Step.DO_TASK:
            return f"do task {one.task_id}: until then the old certificate is in use"
        case Step.UPDATE_ENDPOINT:
            return f"put #{one.certificate_id} on endpoint {one.endpoint_id}, which serves another one"
        case Step.REQUEST_GROUP:
            return "request a new CA group, and renew the devices when it is ready"
        case Step.WAIT:
            return "wait until the new CA group is ready"
        case Step.RENEW_DEVICES:
            return f"renew the certificates of {plural(one.devices, 'device')}"
        case Step.RE_ENROLL:
            return f"ask the users of {plural(one.devices, 'Windows device')} to re-enroll"


def prevention_words(one: Prevention) -> str:
    """``replace #5``: the step for a column."""
    match one.step:
        case Step.REPLACE:
            return f"replace #{one.certificate_id}"
        case Step.DO_TASK:
            return f"do task {one.task_id}"
        case Step.UPDATE_ENDPOINT:
            return f"update ep. {one.endpoint_id}"
        case Step.RENEW_DEVICES:
            return f"renew {one.devices:,}"
        case Step.RE_ENROLL:
            return f"re-enroll {one.devices:,}"
        case step:
            return _WORDS[step]


_WORDS = {
    Step.RENEW_PUSH: "renew push cert.",
    Step.IMPORT_AUTHORITY: "import new CA",
    Step.IMPORT_PROFILE: "import profile",
    Step.BIND: "bind one",
    Step.REQUEST_GROUP: "new CA group",
    Step.WAIT: "wait",
}


def prevention_command(one: Prevention) -> str | None:
    """The command line that takes the step. Words in capitals stand for unknown parts."""
    name = f" --name {shlex.quote(one.name)}" if one.name else ""
    match one.step:
        case Step.REPLACE:
            return f"certfleet certificate replace {one.certificate_id} FILE"
        case Step.RENEW_PUSH:
            need = "" if one.need == "apns" else f" --need {one.need}"
            return f"certfleet apns renew{need} --apple-id APPLE-ID"
        case Step.IMPORT_AUTHORITY:
            return "certfleet certificate import FILE"
        case Step.IMPORT_PROFILE:
            return "certfleet profile import FILE"
        case Step.BIND:
            return f"certfleet component bind {one.need} ID{name}"
        case Step.DO_TASK:
            return f"certfleet task done {one.task_id}"
        case Step.UPDATE_ENDPOINT:
            return f"certfleet endpoint check {one.endpoint_id}"
        case Step.REQUEST_GROUP:
            return "certfleet authority refresh"
        case Step.RENEW_DEVICES:
            return f"certfleet device renew {_selection(one)}"
        case Step.RE_ENROLL:
            return f"certfleet device list {_selection(one)}"
        case Step.WAIT:
            return None


def _selection(one: Prevention) -> str:
    platforms = " ".join(f"--platform {platform}" for platform in one.platforms)
    return f"{platforms} --days-left 0..{one.days}"


def prevention_line(one: Prevention) -> str:
    """``prevent it: replace #5 by a newer certificate (`certfleet certificate replace 5 FILE`)``."""
    command = prevention_command(one)
    return f"prevent it: {prevention_sentence(one)}" + (f" (`{command}`)" if command else "")
