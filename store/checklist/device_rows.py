"""The rows of what devices get by themselves: the CA groups, device certificates, and changes of the CA group."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ..authorities.groups import DEVICE_LIFETIME, issued_until
from ..campaigns import RunningCampaign, campaign_sentence
from ..components.capabilities import Level
from ..components.needs import DEVICE_CA, DEVICE_CERTIFICATES
from ..consequences.consequences import Consequence
from ..consequences.landscape import Landscape
from ..devices.certificate_status import device_certificate_status
from ..devices.re_enrolling import costs_text
from ..due_notices.notice_times import authority_periods
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..inventory.status import days_until, status_within
from ..model.certificate import Status
from ..model.device import Platform
from ..model.expiry import ExpiryUse
from ..outlook.device_ends import DeviceEnd, costs_of
from ..start_by.start_by import KnownStarts, group_of, newest_record
from ..times import shifted
from ..words import plural
from .checklist_row import ChecklistRow, Mark, devices_concerned, worst_level
from .next_steps import NOTHING

_SECOND = timedelta(seconds=1)


def device_ca_rows(
    landscape: Landscape,
    found: Iterable[Consequence],
    now: datetime,
    rules: ExpiryRules,
    platforms: Mapping[Platform, int],
) -> Iterable[ChecklistRow]:
    """The row of the device CA whose expiry leaves no CA group able to issue, within the days of its notices."""
    stopped = tuple(one for one in found if one.need == DEVICE_CA.id)
    issuing = landscape.issuing(now)
    end = issued_until(landscape.groups, landscape.device_cas, now)
    if issuing is not None:
        own = max((one for one in landscape.device_cas if one.group_id == issuing.id), key=lambda one: one.not_after)
        end = own.not_after
        told = any(end - now <= period.ahead for period in authority_periods(own, rules))
        if not told or landscape.issuing(shifted(end, _SECOND)) is not None:
            return
    elif not stopped:
        return
    status: str = Mark.MISSING
    if end is not None:
        start = min((one.not_before for one in landscape.device_cas if one.not_after == end), default=end)
        status = status_within(start, end, now, rules[ExpiryUse.CA])
    yield ChecklistRow(
        need=DEVICE_CA,
        component=None,
        derived=True,
        status=status,
        days_left=None if end is None else days_until(end, now),
        not_after=end,
        level=worst_level(stopped),
        stopped=stopped,
        would_stop=tuple(effect.seen for effect in DEVICE_CA.effects),
        next_step=DEVICE_CA.renewal,
        devices=devices_concerned(DEVICE_CA, platforms),
    )


def group_rows(
    landscape: Landscape, now: datetime, devices: Mapping[str, int], *, but: Iterable[str | None]
) -> Iterable[ChecklistRow]:
    """The row of the CA group that issues, and of each former one that ``devices`` have certificates of: when its
    device CA ends. Nothing is to be done about them: when something is, the row of the last device CA says it, or that
    of device certificates, which don't outlive their CA. ``but``: the groups that have a row already."""
    issuing, left_out = landscape.issuing(now), set(but)
    for ca in landscape.device_cas:
        count = devices.get(ca.group, 0)
        issues = issuing is not None and ca.group_id == issuing.id
        if ca.group in left_out or ca.not_after < now or not (issues or count):
            continue
        need = DEVICE_CA if issues else DEVICE_CERTIFICATES
        yield ChecklistRow(
            need=need,
            component=None,
            authority_group=ca.group,
            derived=True,
            status=Status.VALID,
            days_left=days_until(ca.not_after, now),
            not_after=ca.not_after,
            level=Level.FINE,
            would_stop=tuple(effect.seen for effect in need.effects),
            next_step=NOTHING,
            devices=count,
        )


def device_certificate_rows(
    ends: Sequence[DeviceEnd],
    now: datetime,
    rules: ExpiryRules,
    campaign: RunningCampaign | None,
    platforms: Mapping[Platform, int],
    first: datetime | None,
) -> Iterable[ChecklistRow]:
    """The row of device certificates: of those that have expired or expire soon without a renewal under way, if there
    are any, else of all. ``first``: when the first one expires of those that don't so soon."""
    limit = _soon(now, rules)
    soon = [one for one in ends if one.devices > one.renewing and one.at <= limit]
    if not soon and first is not None:
        yield ChecklistRow(
            need=DEVICE_CERTIFICATES,
            component=None,
            derived=True,
            status=Status.VALID,
            days_left=days_until(first, now),
            not_after=first,
            level=Level.FINE,
            would_stop=tuple(effect.seen for effect in DEVICE_CERTIFICATES.effects),
            next_step=NOTHING,
            devices=devices_concerned(DEVICE_CERTIFICATES, platforms),
        )
    if soon:
        count, end = sum(one.devices - one.renewing for one in soon), min(one.at for one in soon)
        costs = f": {said}" if (said := costs_text(costs_of(soon))) else ""
        step = f"{plural(count, 'device')} must re-enroll after that{costs}. {DEVICE_CERTIFICATES.renewal}"
        yield ChecklistRow(
            need=DEVICE_CERTIFICATES,
            component=None,
            derived=True,
            status=device_certificate_status(end, now, rules),
            days_left=days_until(end, now),
            not_after=end,
            level=Level.FINE,
            would_stop=tuple(effect.seen for effect in DEVICE_CERTIFICATES.effects),
            next_step=f"{step}{campaign_sentence(campaign)}",
            devices=count,
        )


def soon_limit(landscape: Landscape, now: datetime) -> datetime:
    """Until when device certificates expire that the checklist at ``now`` (UTC, aware) tells of."""
    return _soon(now, expiry_rules(landscape.site))


def _soon(now: datetime, rules: ExpiryRules) -> datetime:
    return shifted(now, rules[ExpiryUse.DEVICE].expiring(DEVICE_LIFETIME))


def rotation_rows(
    landscape: Landscape, now: datetime, starts: KnownStarts | None, *, is_listed: bool
) -> Iterable[ChecklistRow]:
    """A row for each CA group whose last day to start is known; of the newest only if the device CA has none yet."""
    newest = newest_record(landscape)
    for start in () if starts is None else starts.groups():
        if is_listed and start.record == newest:
            continue
        name = group_of(landscape, start)
        renewing = f"Renew the devices of CA group {name} (`certfleet device renew --issuer {shlex.quote(name)}`)."
        yield ChecklistRow(
            need=DEVICE_CA if start.record == newest else DEVICE_CERTIFICATES,
            component=None,
            authority_group=name,
            derived=True,
            status=Status.VALID,
            days_left=days_until(start.end, now),
            not_after=start.end,
            level=Level.FINE,
            would_stop=tuple(effect.seen for effect in DEVICE_CERTIFICATES.effects),
            next_step=DEVICE_CA.renewal if start.record == newest else renewing,
            devices=start.devices,
            start=start,
        )
