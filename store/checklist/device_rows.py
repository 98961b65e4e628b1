"""The rows of what devices get by themselves: the device CA, device certificates, and changes of the CA group."""

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


def device_certificate_rows(
    ends: Sequence[DeviceEnd], now: datetime, rules: ExpiryRules, campaign: RunningCampaign | None
) -> Iterable[ChecklistRow]:
    """The row of device certificates that have expired or expire soon without a renewal under way."""
    limit = _soon(now, rules)
    soon = [one for one in ends if one.devices > one.renewing and one.at <= limit]
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
