"""A campaign of a simulation: its documents, and their words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from ..model.campaign import Campaign
from ..model.habits import Wave
from ..words import day, minute, plural
from .documents import document, document_type
from .platforms import by_platform, platform_names

_DAY = 86_400
_BAR = 30  # cells for everybody
_MILESTONES = (1, 7, 14, 21, 28, 35, 42, 56, 90)  # days after the first mail

CampaignDocument = document_type(
    "CampaignDocument",
    Campaign,
    "A campaign. ``second_mail_days`` and ``deadline_days`` are days after a device's first mail; null: there is none.",
    without=("second_mail", "deadline", "visits", "told"),
    second_mail_days=float | None,
    deadline_days=float | None,
    next_mail_at=datetime | None,
)


class EffortDocument(Struct, frozen=True, kw_only=True):
    """Who re-enrolled, and what it cost: ``calls`` and ``visits`` are the help desk's, ``tickets`` are both; and
    ``refused`` of the calls are by users who could not enroll their device."""

    re_enrolled: int
    by_wave: dict[str, int]
    by_platform: dict[str, int]
    calls: int
    refused: int
    visits: int
    tickets: int
    user_hours: float
    help_desk_hours: float


class CampaignDayDocument(Struct, frozen=True, kw_only=True):
    """How many devices were re-enrolled on a day because of a campaign."""

    day: date
    re_enrolled: int


class CampaignStatusDocument(Struct, frozen=True, kw_only=True):
    """The latest campaign (null: there was none): ``told`` users, of whom ``not_answered`` have not re-enrolled their
    device yet. ``untold`` devices need their users, who have not been told. ``visits_ahead`` are appointments, the last
    one on ``last_visit``. ``without_campaign`` is about those who re-enrolled while no campaign had told them."""

    campaign: CampaignDocument | None
    told: int
    not_answered: int
    untold: int
    visits_ahead: int
    last_visit: date | None
    effort: EffortDocument
    days: tuple[CampaignDayDocument, ...]
    without_campaign: EffortDocument


NOBODY_UNTOLD = "Simulated users don't re-enroll before they are told"
CAMPAIGN_HINT = f"{NOBODY_UNTOLD}: certfleet simulate campaign start"
"""What to do where users of simulated devices must re-enroll them."""

_WAVES = {
    Wave.FIRST_MAIL: "after the first mail",
    Wave.SECOND_MAIL: "after the second mail",
    Wave.DEADLINE: "before the deadline",
    Wave.VISIT: "at a visit",
    Wave.BY_ITSELF: "by themselves",
}


def campaign_document(campaign: Campaign) -> Struct:
    """The document of a campaign."""
    return document(
        CampaignDocument,
        campaign,
        second_mail_days=None if campaign.second_mail is None else campaign.second_mail / _DAY,
        deadline_days=None if campaign.deadline is None else campaign.deadline / _DAY,
        next_mail_at=None if campaign.ended_at is not None else campaign.next_mail_at,
    )


def wave_name(wave: Wave) -> str:
    """A wave in JSON: ``first_mail``."""
    return wave.value.replace(" ", "_")


def campaign_facts(status: CampaignStatusDocument, campaign: Campaign | None) -> list[tuple[str, str]]:
    """The status, as names and values."""
    alone = status.without_campaign
    without = ("without campaign", f"{re_enrolled_text(alone)}; {cost_text(alone)}")
    if campaign is None:
        return [("campaign", "none has been started"), ("not told", not_told_text(status.untold)), without]
    ended = "" if campaign.ended_at is None else f", ended {minute(campaign.ended_at)} UTC"
    platforms = f"; only {platform_names(campaign.platforms)}" if campaign.platforms else ""
    return [
        ("campaign", f"{campaign.id}, started {minute(campaign.started_at)} UTC{ended}{platforms}"),
        ("steps", steps_text(campaign)),
        ("told", plural(status.told, "user")),
        ("re-enrolled", re_enrolled_text(status.effort)),
        ("not answered", not_answered_text(status)),
        ("not told", not_told_text(status.untold)),
        ("cost", cost_text(status.effort)),
        ("progress", "\n".join(progress_lines(status, campaign)) or "none yet"),
        without,
    ]


def steps_text(campaign: Campaign) -> str:
    """``first mail 2026-01-05 00:00 UTC, second mail after 7 days, deadline after 21 days, no visits``."""
    steps = [f"first mail {minute(campaign.first_mail_at)} UTC"]
    if campaign.second_mail is not None:
        steps.append(f"second mail after {_span(campaign.second_mail)}")
    if campaign.deadline is not None:
        steps.append(f"deadline after {_span(campaign.deadline)}")
    visits = f"{plural(campaign.help_desk, 'visit')} a working day" if campaign.help_desk else "no visits"
    return ", ".join([*steps, visits])


def re_enrolled_text(effort: EffortDocument) -> str:
    """``34 devices: 30 after the first mail, 4 at a visit``."""
    waves = [f"{count:,} {text}" for wave, text in _WAVES.items() if (count := effort.by_wave.get(wave_name(wave), 0))]
    devices = plural(effort.re_enrolled, "device")
    return f"{devices}: {', '.join(waves)}" if waves else devices


def not_answered_text(status: CampaignStatusDocument) -> str:
    """``11 users; 5 visits are planned, the last one on 2026-02-02``."""
    users = plural(status.not_answered, "user")
    if status.last_visit is None:
        return users
    are = "is planned" if status.visits_ahead == 1 else "are planned"
    last = f"on {day(status.last_visit)}" if status.visits_ahead == 1 else f"the last one on {day(status.last_visit)}"
    return f"{users}; {plural(status.visits_ahead, 'visit')} {are}, {last}"


def not_told_text(untold: int) -> str:
    """``3 devices need their users, who have not been told``."""
    if not untold:
        return "nobody"
    return f"{plural(untold, 'device')} {'needs its user' if untold == 1 else 'need their users'}"


def cost_text(effort: EffortDocument) -> str:
    """``9 tickets (5 calls, 2 of them after a refused enrollment, 4 visits); 17 hours of users, 4.3 hours of the help
    desk``."""
    of_them = "" if effort.calls == 1 else f"{effort.refused:,} of them "
    refused = f", {of_them}after a refused enrollment" if effort.refused else ""
    parts = f"{plural(effort.calls, 'call')}{refused}, {plural(effort.visits, 'visit')}"
    tickets = f"{plural(effort.tickets, 'ticket')}{f' ({parts})' if effort.tickets else ''}"
    return f"{tickets}; {_hours(effort.user_hours)} of users, {_hours(effort.help_desk_hours)} of the help desk"


def progress_lines(status: CampaignStatusDocument, campaign: Campaign) -> list[str]:
    """A line per milestone: ``day 7  ██████████████  31 of 45 (69 %)``, up to the last day on which somebody came. Day
    1 is that of the first mail."""
    if not status.days or not status.told:
        return []
    first, lines, before = campaign.first_mail_at.date(), [], -1
    last = (status.days[-1].day - first).days + 1
    for milestone in (*(one for one in _MILESTONES if one < last), last):
        until = first + timedelta(days=milestone)
        count = sum(one.re_enrolled for one in status.days if one.day < until)
        bar = "█" * round(_BAR * count / status.told)
        if count != before:
            share = round(100 * count / status.told)
            lines.append(f"day {milestone:<4}{bar:<{_BAR}} {count:,} of {status.told:,} ({share} %)")
        before = count
    return lines


class CampaignSummary(Struct, frozen=True, kw_only=True):
    """A campaign in three figures, without asking the devices."""

    runs: bool
    told: int
    effort: EffortDocument


def campaign_line(summary: CampaignSummary) -> str:
    """``31 of 45, 9 tickets, 22 h``: hours of users and of the help desk."""
    effort = summary.effort
    hours = effort.user_hours + effort.help_desk_hours
    back = f"{effort.re_enrolled:,} of {summary.told:,}{'' if summary.runs else ' (ended)'}"
    return f"{back}, {plural(effort.tickets, 'ticket')}, {hours:,.0f} h"


def told_text(told: int, platforms: Mapping[str, int]) -> str:
    """What the start of a campaign did."""
    if not told:
        return "nobody has been told: no device needs its user, or the first mail is still to come"
    return f"told {plural(told, 'user')}: {by_platform(platforms)}"


def _span(seconds: int) -> str:
    return plural(seconds // _DAY, "day") if seconds % _DAY == 0 else plural(seconds // 3600, "hour")


def _hours(hours: float) -> str:
    text = f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}".removesuffix(".0")
    return f"{text} {'hour' if text == '1' else 'hours'}"
