"""The campaign that tells people to re-enroll simulated devices now: its progress and its end, for the checklist and
the weekly notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct

from .model.campaign import Campaign, ReEnrollments
from .persistence.database import Database
from .persistence.records import RecordTable
from .words import day, plural


class RunningCampaign(Struct, frozen=True, kw_only=True):
    """It has ``told`` so many users, of whom ``re_enrolled`` have re-enrolled their device. ``deadline`` is for those
    who were told first, ``last_visit`` the day of the help desk's last appointment."""

    id: int
    first_mail_at: datetime
    told: int
    re_enrolled: int
    deadline: datetime | None
    last_visit: date | None


def campaigns_in(database: Database) -> RecordTable[Campaign]:
    """The table of campaigns."""
    return RecordTable(database.table("campaigns"), Campaign)


def re_enrollments_in(database: Database) -> RecordTable[ReEnrollments]:
    """The table of the days' counts of those who re-enrolled a device."""
    return RecordTable(database.table("re_enrollments"), ReEnrollments)


def latest_campaign_in(database: Database) -> Campaign | None:
    """The campaign that was started last."""
    table = campaigns_in(database)
    return table.peek(table.next_id() - 1)


def running_campaign(database: Database) -> RunningCampaign | None:
    """The campaign that runs."""
    campaign = latest_campaign_in(database)
    if campaign is None or campaign.ended_at is not None:
        return None
    tallies = (tally for one in re_enrollments_in(database).all() for tally in one.tallies)
    first, deadline = campaign.first_mail_at, campaign.deadline
    return RunningCampaign(
        id=campaign.id,
        first_mail_at=first,
        told=campaign.told,
        re_enrolled=sum(one.count for one in tallies if one.campaign == campaign.id and not one.refused),
        deadline=None if deadline is None else first + timedelta(seconds=deadline),
        last_visit=date.fromisoformat(max(campaign.visits)) if campaign.visits else None,
    )


def campaign_sentence(campaign: RunningCampaign | None) -> str:
    """``Campaign 1 has told 47 users, 43 of whom have re-enrolled; deadline 2026-01-26, last visit 2026-02-02.`` with a
    space before it; empty if none runs."""
    if campaign is None:
        return ""
    if campaign.told:
        have = "has" if campaign.re_enrolled == 1 else "have"
        said = f"has told {plural(campaign.told, 'user')}, {campaign.re_enrolled:,} of whom {have} re-enrolled"
    else:
        said = f"tells its first users from {day(campaign.first_mail_at)} on"
    ends = [f"deadline {day(campaign.deadline)}"] if campaign.deadline is not None else ["no deadline"]
    if campaign.last_visit is not None:
        ends.append(f"last visit {day(campaign.last_visit)}")
    return f" Campaign {campaign.id} {said}; {', '.join(ends)}."
