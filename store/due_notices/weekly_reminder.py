"""The weekly notice of device certificates that expire and that nobody is renewing.

One notice for all of them, since a fleet has some every week: what counts is how many, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..authorities.groups import DEVICE_LIFETIME
from ..campaigns import RunningCampaign, campaign_sentence
from ..devices.re_enrolling import costs_text
from ..inventory.expiry import ExpiryRules
from ..model.device import Platform
from ..model.expiry import ExpiryUse
from ..model.notice import Urgency
from ..outlook.device_ends import DeviceEnd, costs_of
from ..times import next_week, week_of
from ..words import day, plural
from .due import Due


def reminded_ahead(rules: ExpiryRules) -> timedelta:
    """How long before its expiry a device certificate is counted: since it became expiring."""
    return rules[ExpiryUse.DEVICE].expiring(DEVICE_LIFETIME)


def reminder_key(now: datetime) -> str:
    """The key of the notice of this week."""
    return f"device-certificates-expiry:{day(week_of(now))}"


def reminder(
    ends: Iterable[DeviceEnd], now: datetime, rules: ExpiryRules, campaign: RunningCampaign | None = None
) -> Due | None:
    """The notice of a week; None if every certificate that is expiring is being renewed, or none is. It names the
    campaign that runs."""
    until = now + reminded_ahead(rules)
    waiting = [one for one in ends if now <= one.at <= until and one.devices > one.renewing]
    if not waiting:
        return None
    first = min(one.at for one in waiting)
    total = sum(one.devices - one.renewing for one in waiting)
    windows = sum(one.devices - one.renewing for one in waiting if one.platform is Platform.WINDOWS)
    urgent = rules[ExpiryUse.DEVICE].critical(DEVICE_LIFETIME)
    steps = []
    if total > windows:
        steps.append(f"Renew the certificates of {plural(total - windows, 'device')}.")
    if windows:
        steps.append(f"Ask the users of {plural(windows, 'Windows device')} to re-enroll.")
    step = " ".join(steps) + campaign_sentence(campaign)
    costs = f": {said}" if (said := costs_text(costs_of(waiting))) else ""
    return Due(
        at=now,
        until=next_week(now),
        key=reminder_key(now),
        kind="device-certificates-expiry",
        record="fleet:1",
        title=f"{plural(total, 'device certificate')} {'expires' if total == 1 else 'expire'} by {day(until)}",
        text=f"Nobody is renewing {'it' if total == 1 else f'them; the first one expires on {day(first)}'}. A device "
        f"whose certificate has expired is turned away, and its user must re-enroll it{costs}. {step}",
        urgency=Urgency.URGENT if first <= now + urgent else Urgency.WARNING,
    )
