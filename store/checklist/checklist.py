"""The checklist: every need of a deployment with its certificate or *missing*, its status, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from ..campaigns import RunningCampaign
from ..components.capabilities import Level
from ..components.fitting import name_doubt
from ..components.needs import BY_ID, DEVICE_CA, GROUPS, Group, Need
from ..consequences.consequences import Consequence, consequences
from ..consequences.landscape import Landscape, is_required, needs_in_use
from ..devices.trust import would_be_refused
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..inventory.status import days_until, status_within
from ..model.certificate import Certificate, is_root
from ..model.component import Component, Use
from ..model.device import Platform
from ..model.expiry import ExpiryUse
from ..model.profile import ProvisioningProfile
from ..model.task import Task
from ..outlook.device_ends import DeviceEnd
from ..start_by.start_by import KnownStarts, is_soon, newest_record
from .checklist_row import ChecklistRow, Mark, devices_concerned, worst_level
from .device_rows import device_ca_rows, device_certificate_rows, group_rows, rotation_rows
from .next_steps import NOTHING, next_step


def checklist(
    landscape: Landscape,
    now: datetime,
    *,
    tasks: Iterable[Task] = (),
    platforms: Mapping[Platform, int] | None = None,
    ends: Sequence[DeviceEnd] = (),
    untrusting: Callable[[int], int] | None = None,
    campaign: RunningCampaign | None = None,
    starts: KnownStarts | None = None,
    groups: Mapping[str, int] | None = None,
    first_end: datetime | None = None,
) -> tuple[ChecklistRow, ...]:
    """The rows at ``now`` (UTC, aware), in the order of the list of needs.

    ``tasks`` are the open ones; ``platforms`` the number of devices per platform; ``untrusting`` the number of devices
    that don't trust chains ending in an entry; ``ends`` are the days on which device certificates expire, ``first_end``
    when the first one does that doesn't expire soon; ``groups`` the number of devices by CA group. The CA group that
    issues has a row, those that devices are still on, and those whose last day to start is among ``starts``. Device
    certificates' row names the ``campaign`` that runs.
    """
    open_tasks = [task for task in tasks if task.done_at is None]
    found, rules = consequences(landscape, now), expiry_rules(landscape.site)
    rows: list[ChecklistRow] = []
    listed: set[str] = set()
    for need, component in needs_in_use(landscape):
        if need.id not in listed and need.id in ("server-ca", "gateway-ca"):
            rows += _derived(landscape, need, found, now, rules, platforms or {}, untrusting)
        listed.add(need.id)
        if component is None and not need.listed:
            continue
        derived = any(row.derived and row.need is need for row in rows)
        if need.id in ("server-ca", "gateway-ca") and component is None and derived:
            continue
        row = _row(landscape, need, component, found, now, rules, open_tasks, platforms or {})
        rows.append(row if untrusting is None else _with_doubts(row, landscape, untrusting))
    ending = list(device_ca_rows(landscape, found, now, rules, platforms or {}))
    rotations = list(rotation_rows(landscape, now, starts, is_listed=bool(ending)))
    issuing = landscape.issuing(now)
    named = [row.authority_group for row in rotations] + [issuing.name for _ in ending if issuing is not None]
    own = [
        *ending,
        *group_rows(landscape, now, groups or {}, but=named),
        *rotations,
        *device_certificate_rows(ends, now, rules, campaign, platforms or {}, first_end),
    ]
    place = next((at for at, row in enumerate(rows) if row.need.group is not Group.SERVER), len(rows))
    return tuple(_with_start(row, landscape, starts) for row in (*rows[:place], *own, *rows[place:]))


def group_title(group: Group) -> str:
    """A group's display name."""
    return GROUPS[group]


def _row(
    landscape: Landscape,
    need: Need,
    component: Component | None,
    found: Iterable[Consequence],
    now: datetime,
    rules: ExpiryRules,
    tasks: Iterable[Task],
    platforms: Mapping[Platform, int],
) -> ChecklistRow:
    id = None if component is None else component.id
    profile = None if component is None else landscape.profiles.get(component.profile_id or 0)
    certificate = None
    if component is not None and component.certificate_id is not None:
        certificate = landscape.certificates.get(component.certificate_id)
    stopped = tuple(one for one in found if one.need == need.id and one.component_id == id and not _of_chain(one))
    own_tasks = tuple(task for task in tasks if task.component_id is not None and task.component_id == id)
    # The certificate actually served counts: as endpoints show it, or the old one until the tasks are done.
    serving = landscape.served(component) or certificate
    status, end = _status(landscape, need, component, serving, profile, now, rules)
    return ChecklistRow(
        need=need,
        component=component,
        certificate=certificate,
        profile=profile,
        status=status,
        days_left=None if end is None else days_until(end, now),
        not_after=end,
        level=worst_level(stopped),
        stopped=stopped,
        would_stop=tuple(effect.seen for effect in need.effects),
        next_step=next_step(landscape, need, component, status, own_tasks, stopped),
        doubt=None if certificate is None or status == Mark.NOT_USED else name_doubt(need, certificate, landscape.site),
        devices=devices_concerned(need, platforms),
        tasks=own_tasks,
    )


def _status(
    landscape: Landscape,
    need: Need,
    component: Component | None,
    certificate: Certificate | None,
    profile: ProvisioningProfile | None,
    now: datetime,
    rules: ExpiryRules,
) -> tuple[str, datetime | None]:
    if component is not None and component.use is Use.NOT_USED:
        return Mark.NOT_USED, None
    if (foreign := landscape.foreign(component)) is not None:
        rule = rules[ExpiryUse.SERVER]
        return status_within(foreign.not_before, foreign.not_after, now, rule), foreign.not_after
    if certificate is not None:
        rule = rules.of(certificate)
        return status_within(certificate.not_before, certificate.not_after, now, rule), certificate.not_after
    if profile is not None:
        rule = rules[ExpiryUse.PROFILE]
        return status_within(profile.valid_from, profile.not_after, now, rule), profile.not_after
    managed = need.id == "mdm-ssl" and not is_required(need, component, landscape.site)
    return (Mark.MANAGED if managed else Mark.MISSING), None


def _derived(
    landscape: Landscape,
    need: Need,
    found: Iterable[Consequence],
    now: datetime,
    rules: ExpiryRules,
    platforms: Mapping[Platform, int],
    untrusting: Callable[[int], int] | None,
) -> Iterable[ChecklistRow]:
    """The CA certificates in the chains of the group's components."""
    for authority in landscape.authorities_of(need.group):
        stopped = tuple(one for one in found if one.need == need.id and one.certificate_id == authority.id)
        status = status_within(authority.not_before, authority.not_after, now, rules.of(authority))
        lacking = 0 if untrusting is None else untrusting(authority.id)
        step = next_step(landscape, need, None, status, (), stopped)
        level = worst_level(stopped)
        below = landscape.below(authority.id, need.group)
        effects = [effect for component in below for effect in BY_ID[component.need].effects]
        if lacking and level is Level.FINE:
            level = Level.DEGRADED
            step = f"{would_be_refused(lacking)}: deploy it to them (`certfleet trust deploy {authority.id}`)."
        yield ChecklistRow(
            need=need,
            component=None,
            certificate=authority,
            derived=True,
            status=status,
            days_left=days_until(authority.not_after, now),
            not_after=authority.not_after,
            level=level,
            stopped=stopped,
            would_stop=tuple(dict.fromkeys(effect.seen for effect in (*need.effects, *effects))),
            next_step=step,
            devices=lacking if lacking else devices_concerned(need, platforms),
        )


def _with_doubts(row: ChecklistRow, landscape: Landscape, untrusting: Callable[[int], int]) -> ChecklistRow:
    """A row whose certificate is at the top of its own chain, because nothing above it is in the inventory."""
    served = landscape.served(row.component) if row.need.shown else None
    if served is None or len(landscape.chain(served.id)) > 1 or row.level is not Level.FINE or row.tasks:
        return row
    lacking = untrusting(served.id)
    if not lacking:
        return row
    step = f"{would_be_refused(lacking)}: deploy it to them (`certfleet trust deploy {served.id}`)."
    if not is_root(served):
        step = f"{would_be_refused(lacking)}: import its issuer, {served.issuer}, so that it is sent along."
    return replace(row, level=Level.DEGRADED, next_step=step, devices=lacking)


def _with_start(row: ChecklistRow, landscape: Landscape, starts: KnownStarts | None) -> ChecklistRow:
    """The row with the last day to start, if that is known."""
    if starts is None or row.status in (Mark.MISSING, Mark.NOT_USED) or row.tasks:
        return row
    start = row.start
    if start is None and (row.component is not None or (row.need is DEVICE_CA and row.authority_group is None)):
        start = starts.of(newest_record(landscape) if row.component is None else f"component:{row.component.id}")
    if start is None:
        return row
    said, soon = starts.said(start), is_soon(start, starts.now.date())
    done = NOTHING if row.authority_group is not None and not soon else row.next_step
    then = f"{said[:1].upper()}{said[1:]}."
    step = f"{done} {then}" if done != NOTHING else then if soon else f"Nothing yet: {said}."
    return replace(row, start=start, start_said=said, start_soon=soon, next_step=step)


def _of_chain(one: Consequence) -> bool:
    return one.component_id is None and one.need in ("server-ca", "gateway-ca")
