"""How a campaign stands, and what re-enrolling has cost people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from ....store.devices.enrollment_kinds import is_wiped
from ....store.model.campaign import Campaign, CampaignFigures, Tally
from ....store.model.device import Device, EnrollmentKind, Platform
from ....store.model.habits import Wave
from ....store.views.campaign import (
    CampaignDayDocument,
    CampaignStatusDocument,
    CampaignSummary,
    EffortDocument,
    campaign_document,
    wave_name,
)
from ....store.workspace import Workspace
from ...platforms.site_habits import campaign_figures
from ..behaviour.lost_devices import lost_devices, told_of
from ..behaviour.re_enrollment import told_to
from ..state.simulation_record import simulation_of
from .answers import WORK_LASTS, morning_of
from .campaign import latest_campaign, needs_word
from .tallies import re_enrollments

_WAVES = (Wave.FIRST_MAIL, Wave.SECOND_MAIL, Wave.DEADLINE, Wave.VISIT, Wave.BY_ITSELF)


def campaign_status(workspace: Workspace) -> CampaignStatusDocument:
    """The status of the latest campaign, and of those who re-enroll without one."""
    with workspace.database.moment():
        campaign, now = latest_campaign(workspace), workspace.now()
        record, days = simulation_of(workspace), re_enrollments(workspace).all()
        needing = [device for device in workspace.devices.each() if needs_word(device)]
    figures, id = campaign_figures("" if record is None else record.habits), 0 if campaign is None else campaign.id
    own = {date.fromordinal(one.id): [tally for tally in one.tallies if tally.campaign == id != 0] for one in days}
    came = {day: sum(tally.count for tally in tallies if not tally.refused) for day, tallies in own.items()}
    alone = [tally for one in days for tally in one.tallies if tally.campaign == 0]
    told = [told_to(device) for device in needing] + [told_of(one) for one in lost_devices(workspace, now)]
    answering = sum(one is not None and one.campaign == id for one in told)
    untold = len(told) - answering
    made = 0 if campaign is None else visits_made(campaign, now)
    ahead = 0 if campaign is None else sum(campaign.visits.values()) - made
    return CampaignStatusDocument(
        campaign=None if campaign is None else campaign_document(campaign),
        told=0 if campaign is None else campaign.told,
        not_answered=answering,
        untold=untold,
        visits_ahead=ahead,
        last_visit=date.fromisoformat(max(campaign.visits)) if campaign is not None and ahead else None,
        effort=effort([tally for tallies in own.values() for tally in tallies], made, figures),
        days=tuple(CampaignDayDocument(day=day, re_enrolled=count) for day, count in came.items() if count),
        without_campaign=effort(alone, 0, figures),
    )


def campaign_summary(workspace: Workspace) -> CampaignSummary | None:
    """The latest campaign in a few figures, quickly."""
    campaign = latest_campaign(workspace)
    if campaign is None:
        return None
    record, days = simulation_of(workspace), re_enrollments(workspace).all()
    figures = campaign_figures("" if record is None else record.habits)
    own = [tally for one in days for tally in one.tallies if tally.campaign == campaign.id]
    found = effort(own, visits_made(campaign, workspace.now()), figures)
    return CampaignSummary(runs=campaign.ended_at is None, told=campaign.told, effort=found)


def effort(tallies: Iterable[Tally], visits: int, figures: CampaignFigures) -> EffortDocument:
    """What these re-enrollments, refused enrollments and visits cost. A refusal keeps the help desk busy; the user's
    time is counted at the success."""
    waves, platforms = Counter[Wave](), Counter[Platform]()
    calls = refused = minutes = 0
    for tally in tallies:
        calls += tally.count * tally.called
        if tally.refused:
            refused += tally.count * tally.called
            continue
        waves[tally.wave] += tally.count
        platforms[tally.platform] += tally.count
        minutes += tally.count * user_minutes(tally, figures)
    return EffortDocument(
        re_enrolled=waves.total(),
        by_wave={wave_name(wave): waves[wave] for wave in _WAVES},
        by_platform={platform.value: platforms[platform] for platform in Platform},
        calls=calls,
        refused=refused,
        visits=visits,
        tickets=calls + visits,
        user_hours=round(minutes / 60, 1),
        help_desk_hours=round((calls * figures.call_minutes + visits * figures.visit_minutes) / 60, 1),
    )


def user_minutes(one: Tally | Device, figures: CampaignFigures) -> int:
    """How long re-enrolling keeps the user of a device busy. A kiosk has none."""
    if one.enrollment_kind is EnrollmentKind.KIOSK:
        return 0
    if is_wiped(one):
        return figures.wiped_minutes
    return figures.user_minutes if one.enrollment_kind is EnrollmentKind.USER else figures.device_minutes


def visits_made(campaign: Campaign, now: datetime) -> int:
    """How many appointments of the help desk are over or have begun."""
    made = 0
    for day, count in campaign.visits.items():
        morning = morning_of(date.fromisoformat(day))
        made += sum(morning + WORK_LASTS * (number / campaign.help_desk) <= now for number in range(count))
    return made
