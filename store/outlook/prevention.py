"""How to prevent or end a stop: the first step, by the cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..components.needs import BY_ID, DEVICE_CA, DEVICE_CERTIFICATES, NeedKind
from ..consequences.consequences import Consequence, Reason
from ..consequences.landscape import Landscape
from ..model.component import Component
from ..model.device import Platform
from ..model.task import Task
from ..served.seen_certificates import SeenCertificate, lagging
from .device_ends import DeviceEnd

_PUSH = ("apns", "securemail-apns")


class Step(StrEnum):
    """The kinds of first steps."""

    REPLACE = "replace"
    RENEW_PUSH = "renew-push"
    IMPORT_AUTHORITY = "import-ca"
    IMPORT_PROFILE = "import-profile"
    BIND = "bind"
    DO_TASK = "do-task"
    UPDATE_ENDPOINT = "update-endpoint"
    REQUEST_GROUP = "request-group"
    WAIT = "wait"
    RENEW_DEVICES = "renew-devices"
    RE_ENROLL = "re-enroll"


class Prevention(Struct, frozen=True, kw_only=True):
    """A step and its target: a need and the name of its component, an entry of the inventory, a task, an endpoint
    (``certificate_id`` is what it should serve), or the number of
    ``devices`` of ``platforms`` whose certificates expire within ``days``."""

    step: Step
    need: str
    name: str = ""
    certificate_id: int | None = None
    task_id: int | None = None
    endpoint_id: int | None = None
    devices: int = 0
    platforms: tuple[Platform, ...] = ()
    days: int = 0


def prevention_of(one: Consequence, landscape: Landscape, tasks: Iterable[Task]) -> Prevention:
    """The step that prevents or ends a consequence; ``tasks`` are the open ones."""
    if (task := _task_for(one, landscape, tasks)) is not None:
        return Prevention(step=Step.DO_TASK, need=one.need, name=one.name, task_id=task.id)
    if (seen := _shown_instead(one, landscape)) is not None:
        step, bound = Step.UPDATE_ENDPOINT, _bound(one, landscape)
        return Prevention(step=step, need=one.need, name=one.name, certificate_id=bound, endpoint_id=seen.endpoint_id)
    missing = one.reason is Reason.MISSING
    certificate_id = None if missing else one.certificate_id
    return Prevention(step=_step(one, missing=missing), need=one.need, name=one.name, certificate_id=certificate_id)


def _step(one: Consequence, *, missing: bool) -> Step:
    need = BY_ID[one.need]
    if need is DEVICE_CA:
        return Step.WAIT if one.reason is Reason.NOT_YET_VALID else Step.REQUEST_GROUP
    if need.id in _PUSH:
        return Step.RENEW_PUSH
    if need.kind is NeedKind.PROFILE:
        return Step.IMPORT_PROFILE
    if missing or one.reason is Reason.NOT_YET_VALID:
        return Step.BIND
    return Step.IMPORT_AUTHORITY if need.id in ("server-ca", "gateway-ca") else Step.REPLACE


def prevention_of_ends(ends: Sequence[DeviceEnd], now: datetime) -> Prevention:
    """The step that keeps devices from having to re-enroll: either all of ``ends`` are of Windows devices, or none
    is."""
    return Prevention(
        step=Step.RE_ENROLL if ends[0].platform is Platform.WINDOWS else Step.RENEW_DEVICES,
        need=DEVICE_CERTIFICATES.id,
        devices=sum(one.devices - one.renewing for one in ends),
        platforms=tuple(platform for platform in Platform if any(one.platform is platform for one in ends)),
        days=max((one.day - now.date()).days for one in ends) + 1,  # the last expiry of that day may be later than now
    )


def _task_for(one: Consequence, landscape: Landscape, tasks: Iterable[Task]) -> Task | None:
    """The task that takes the cause out of use for everything that it stops."""
    waiting = [component for component in _concerned(one, landscape) if _waits_for(component)]
    if not waiting or len(waiting) < len(_concerned(one, landscape)):
        return None
    ids = {component.id for component in waiting}
    return next((task for task in tasks if task.done_at is None and task.component_id in ids), None)


def _shown_instead(one: Consequence, landscape: Landscape) -> SeenCertificate | None:
    """The address that serves the cause although something else is bound, which is usable."""
    component = next((found for found in landscape.components if found.id == one.component_id), None)
    if component is None or component.certificate_id in (None, one.certificate_id):
        return None
    behind = lagging(component, landscape.seen.get(component.id, ()))
    return next((seen for seen in behind if seen.certificate_id == one.certificate_id), None)


def _bound(one: Consequence, landscape: Landscape) -> int | None:
    return next((found.certificate_id for found in landscape.components if found.id == one.component_id), None)


def _concerned(one: Consequence, landscape: Landscape) -> list[Component]:
    if one.component_id is not None:
        return [component for component in landscape.components if component.id == one.component_id]
    if one.certificate_id is None:
        return []
    return list(landscape.below(one.certificate_id, BY_ID[one.need].group))


def _waits_for(component: Component) -> bool:
    return component.still_serves is not None
