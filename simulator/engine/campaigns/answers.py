"""How the owner of a device answers a campaign, decided when the first mail goes out. Times are Unix seconds.

So it is known from the beginning who has to be visited, and the help desk can make its appointments.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ....store.devices.schedule.chance import chance, draw
from ....store.model.campaign import Campaign, CampaignFigures
from ....store.model.device import Device, EnrollmentKind
from ....store.model.habits import Told, Wave
from ....store.times import from_unix
from ..behaviour.re_enrollment import owner_delay

DAY = 86_400
WORK_BEGINS = timedelta(hours=8)  # of the help desk and of mails, UTC
WORK_LASTS = timedelta(hours=8)
PATIENCE = 7 * DAY  # from the last mail to the visits, without a deadline
_IGNORES, _SECOND, _DEADLINE, _NEVER, _WHEN, _LAST_DAYS, _TURN = range(603, 610)
_BEFORE_DEADLINE = 3 * DAY


class CampaignResponse(NamedTuple):
    """What moves an owner, when that comes, and when the owner is ready; None for those who wait for a visit."""

    wave: Wave
    reached_at: int
    acts_at: int | None


def answer_of(
    device: Device, campaign: Campaign, figures: CampaignFigures, at: int, by_itself: int | None
) -> CampaignResponse:
    """How the owner answers the first mail, sent at a time; ``by_itself``: is ready then, told or not."""
    assert device.habits is not None
    habits, key, which = device.habits, device.habits.schedule.key, (campaign.id, at)
    visits_from = visits_begin(campaign, at)
    found = CampaignResponse(Wave.VISIT, visits_from, None)
    if chance(figures.never, key, _NEVER, *which):
        found = CampaignResponse(Wave.NEVER, visits_from, None)
    elif device.enrollment_kind is EnrollmentKind.KIOSK:
        pass  # nobody reads its mail
    elif not chance(habits.ignores, key, _IGNORES, *which):
        found = CampaignResponse(Wave.FIRST_MAIL, at, at + owner_delay(device, at, _WHEN))
    elif campaign.second_mail is not None and chance(figures.second_mail, key, _SECOND, *which):
        second = at + campaign.second_mail
        found = CampaignResponse(Wave.SECOND_MAIL, second, second + owner_delay(device, second, _WHEN))
    elif campaign.deadline is not None and chance(figures.deadline, key, _DEADLINE, *which):
        deadline = at + campaign.deadline
        acts_at = max(at, deadline - draw(key, _LAST_DAYS, *which) % _BEFORE_DEADLINE)
        found = CampaignResponse(Wave.DEADLINE, acts_at, acts_at)
    if by_itself is not None and by_itself < (visits_from if found.acts_at is None else found.acts_at):
        return CampaignResponse(Wave.BY_ITSELF, at, by_itself)
    return found


def visits_begin(campaign: Campaign, at: int) -> int:
    """When the help desk begins to visit those who were told at a time: at the deadline, or a week after the last
    mail."""
    return at + (campaign.deadline if campaign.deadline is not None else (campaign.second_mail or 0) + PATIENCE)


def turn(device: Device, campaign: Campaign) -> tuple[int, int]:
    """Sorts those to be visited: in no order that anybody could foresee, but always the same one."""
    assert device.habits is not None
    return draw(device.habits.schedule.key, _TURN, campaign.id), device.id


class HelpDesk:
    """The appointments of the help desk: so many on a working day."""

    def __init__(self, a_day: int, visits: dict[str, int]) -> None:
        self.visits = dict(visits)
        self._a_day = a_day
        self._free: dict[date, date] = {}  # the first day that may have a free appointment, by the first day wished

    def visit(self, begins: int) -> int | None:
        """The time of the first free appointment from a time on; None if it makes no visits."""
        if not self._a_day:
            return None
        wished = first_working_day(from_unix(begins))
        day = self._free.get(wished, wished)
        while self.visits.get(day.isoformat(), 0) >= self._a_day:
            day = first_working_day(morning_of(day) + timedelta(days=1))
        self._free[wished] = day
        number = self.visits.get(day.isoformat(), 0)
        self.visits[day.isoformat()] = number + 1
        return int((morning_of(day) + WORK_LASTS * (number / self._a_day)).timestamp())


def appointments(
    waiting: Iterable[tuple[Device, CampaignResponse]], campaign: Campaign, at: int
) -> tuple[dict[int, Told], dict[str, int]]:
    """What each owner was told at a time, with appointments for those to be visited; and the help desk's visits."""
    desk, told = HelpDesk(campaign.help_desk, campaign.visits), {}
    for device, answer in sorted(waiting, key=lambda one: turn(one[0], campaign)):
        wave, reached_at, acts_at = answer
        if wave in (Wave.VISIT, Wave.NEVER):
            visit = desk.visit(reached_at)
            wave, reached_at = (wave, visit) if visit is not None else (Wave.NEVER, reached_at)
            acts_at = visit if wave is Wave.VISIT else None
        told[device.id] = Told(campaign.id, wave, at, reached_at, acts_at)
    return told, desk.visits


def first_working_day(at: datetime) -> date:
    """The first day from Monday to Friday whose work begins at a time or later."""
    day = at.date() if at <= morning_of(at.date()) else at.date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def next_morning(after: datetime) -> datetime:
    """When work next begins after a time."""
    return morning_of(first_working_day(after + timedelta(seconds=1)))


def morning_of(day: date) -> datetime:
    """When work begins on a day."""
    return datetime.combine(day, datetime.min.time(), UTC) + WORK_BEGINS
