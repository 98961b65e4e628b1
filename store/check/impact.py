"""Components, tasks, interruptions, trust, the push channel, settings and profiles."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from ..components.capabilities import Capability, Level
from ..components.needs import BY_ID, NeedKind
from ..consequences.consequences import Reason
from ..consequences.interruptions import key_of_interruption
from ..errors import Refusal
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.device import Platform
from ..model.interruption import Interruption
from ..model.profile import ProfileFacts, ProvisioningProfile
from ..model.push_channel import PushChannel
from ..model.renewal_failures import RenewalFailures
from ..model.task import Task
from ..model.trust import TrustAnchor
from ..persistence.database import Database
from ..profiles.reading import read_profile
from .report import Problem

Entries = dict[int, Certificate]


def check_impact(database: Database, entries: Entries) -> Iterator[Problem]:
    """Problems in what certificates are for; the structure has been checked."""
    components = {component.id: component for component in database.engine.records("components", Component)}
    profiles = {profile.id: profile for profile in database.engine.records("profiles", ProvisioningProfile)}
    tasks = list(database.engine.records("tasks", Task))
    yield from _components(components, entries, profiles, tasks)
    for task in tasks:
        yield from _task(task, components, entries, database)
    yield from _interruptions(database)
    for anchor in database.engine.records("trust_anchors", TrustAnchor):
        yield from _anchor(anchor, entries)
    for channel in database.engine.records("push_channel", PushChannel):
        if channel.id != 1 or (channel.broken_at is None) != (channel.reason is None):
            yield Problem("push-channel-differs", f"push-channel:{channel.id}", "it contradicts itself")
    for failures in database.engine.records("renewal_failures", RenewalFailures):
        if failures.day.toordinal() != failures.id or failures.failing < 0 or failures.ended < 0:
            yield Problem("record-differs", f"renewal-failures:{failures.id}", "it is not of its day")
    yield from _profiles(database, profiles)


def _components(
    components: dict[int, Component], entries: Entries, profiles: dict[int, ProvisioningProfile], tasks: list[Task]
) -> Iterator[Problem]:
    taken: dict[tuple[str, str], int] = {}
    waiting = {task.component_id for task in tasks if task.done_at is None}
    for component in components.values():
        record = f"component:{component.id}"
        for used in (component.certificate_id, component.still_serves):
            if used is not None and used not in entries:
                yield Problem("reference-broken", record, f"certificate {used} is not there")
        if component.profile_id is not None and component.profile_id not in profiles:
            yield Problem("reference-broken", record, f"provisioning profile {component.profile_id} is not there")
        twin = taken.setdefault((component.need, component.name), component.id)
        if twin != component.id:
            yield Problem("same-name", record, f"component {twin} is for the same need, under the same name")
        for finding in _contradictions(component, component.id in waiting):
            yield Problem("component-differs", record, finding)


def _contradictions(component: Component, waits: bool) -> Iterator[str]:
    """Contradictions within a component, or with its need."""
    need = BY_ID.get(component.need)
    if need is None:
        yield f"there is no need {component.need!r}"
        return
    if component.name and not need.several:
        yield f"it has a name, and there is one {need.title} only"
    of_profile = need.kind is NeedKind.PROFILE
    if (component.certificate_id is not None and of_profile) or (component.profile_id is not None and not of_profile):
        yield "it uses something that does not fit its need"
    if component.still_serves is not None:
        if component.certificate_id in (None, component.still_serves):
            yield "it keeps an old certificate in use, but there is no new one"
        elif not waits:
            yield "it keeps an old certificate in use, but no task is open"


def _task(task: Task, components: dict[int, Component], entries: Entries, database: Database) -> Iterator[Problem]:
    record = f"task:{task.id}"
    if task.need is not None and task.need not in BY_ID:
        yield Problem("task-differs", record, f"there is no need {task.need!r}")
    if (task.done_at is None) != (task.done_by is None):
        yield Problem("task-differs", record, "it is done, but by nobody or at no time")
    if task.done_at is not None:
        return  # its certificates may be gone
    for used in (task.certificate_id, task.old_certificate_id):
        if used is not None and used not in entries:
            yield Problem("reference-broken", record, f"certificate {used} is not there")
    if task.request_id is not None and not database.table("requests").contains(doc_id=task.request_id):
        yield Problem("reference-broken", record, f"request {task.request_id} is not there")
    if task.component_id is not None:
        component = components.get(task.component_id)
        if component is None:
            yield Problem("reference-broken", record, f"component {task.component_id} is not there")
        elif component.still_serves is None:
            yield Problem("task-differs", record, "its component uses the new certificate already")


def _interruptions(database: Database) -> Iterator[Problem]:
    last: dict[tuple[object, ...], Interruption] = {}
    known = sorted(database.engine.records("interruptions", Interruption), key=lambda one: (one.since, one.id))
    for one in known:
        record = f"interruption:{one.id}"
        words = (
            one.capability in Capability.__members__.values()
            and one.level in Level.__members__.values()
            and one.reason in Reason.__members__.values()
            and set(one.platforms) <= set(Platform)
            and one.need in BY_ID
        )
        if not words:
            yield Problem("interruption-differs", record, "it refers to something unknown")
        if one.until is not None and one.until < one.since:
            yield Problem("interruption-differs", record, "it ends before it begins")
        before = last.get(key_of_interruption(one))
        if before is not None and (before.until is None or one.since < before.until):
            yield Problem("interruption-differs", record, f"interruption {before.id} of the same lasts at that time")
        last[key_of_interruption(one)] = one


def _anchor(anchor: TrustAnchor, entries: Entries) -> Iterator[Problem]:
    record = f"trust-anchor:{anchor.id}"
    if anchor.id not in entries:
        yield Problem("reference-broken", record, f"certificate {anchor.id} is not there")
    if anchor.deployed_at is None and (anchor.platforms or anchor.earlier):
        yield Problem("trust-anchor-differs", record, "it is deployed to platforms, but at no time")
    if anchor.platforms and not set(anchor.earlier) <= set(anchor.platforms):
        yield Problem("trust-anchor-differs", record, "it was deployed earlier to a platform that doesn't have it")


def _profiles(database: Database, profiles: dict[int, ProvisioningProfile]) -> Iterator[Problem]:
    taken: dict[str, int] = {}
    for profile in profiles.values():
        record = f"profile:{profile.id}"
        twin = taken.setdefault(profile.app_id, profile.id)
        if twin != profile.id:
            yield Problem("same-name", record, f"profile {twin} is of the same app id")
        document = database.table("profile_der").get(doc_id=profile.id)
        if document is None:
            yield Problem("der-missing", record, "its file is missing")
            continue
        try:
            facts = read_profile(base64.b64decode(document["der"], validate=True))
        except (Refusal, ValueError, KeyError, TypeError) as error:
            yield Problem("der-damaged", record, f"its file can't be read: {error}")
            continue
        for field in ProfileFacts.__struct_fields__:
            if getattr(profile, field) != getattr(facts, field):
                yield Problem("record-differs", record, f"its {field} differs from the file's")
    for id in database.table("profile_der").ids():
        if id not in profiles:
            yield Problem("der-orphaned", f"profile:{id}", "a file belongs to no profile")
