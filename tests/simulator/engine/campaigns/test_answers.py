"""How people answer a campaign: on paper, without keys, near what administrators report."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from benchmarks.paper_fleet import PaperFleet
from certfleet.simulator.engine.campaigns.answers import HelpDesk, next_morning
from certfleet.simulator.engine.campaigns.campaign import CampaignPlan
from certfleet.simulator.fleet.fleet import FleetPlan
from certfleet.simulator.platforms import PROFILES
from certfleet.store.model.device import EnrollmentKind, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Habits, Schedule, Wave

STARTS = [datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 9, 10, 15, tzinfo=UTC)]
GOOD = CampaignPlan(second_mail=timedelta(days=7), deadline=timedelta(days=21), help_desk=20)
ONE_MAIL = CampaignPlan(second_mail=None, deadline=None, help_desk=0)


def share(fleet: PaperFleet, days: float) -> float:
    times = fleet.times(EventKind.RE_ENROLLED).values()
    return sum(at <= fleet.start + timedelta(days=days) for at in times) / len(fleet.devices)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_900_macs_with_a_good_campaign_are_done_in_a_little_over_four_weeks(seed: int, start: datetime) -> None:
    fleet = PaperFleet(FleetPlan(devices=900, seed=seed, mix={Platform.MACOS: 1}), start)
    fleet.turn_away()
    waves = Counter(one.wave for one in fleet.tell(GOOD).values())
    fleet.play(start + timedelta(days=45))
    assert 0.5 < share(fleet, 7) < 0.75  # the first wave
    assert share(fleet, 21) < 0.9  # the deadline
    assert share(fleet, 29) > 0.93
    assert 0.965 < share(fleet, 36) < 1
    assert 80 < waves[Wave.VISIT] < 150
    assert 0 < waves[Wave.NEVER] < 20


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_windows_told_once(seed: int, start: datetime) -> None:
    fleet = PaperFleet(FleetPlan(devices=900, seed=seed, mix={Platform.WINDOWS: 1}), start)
    fleet.ask_to_renew()
    fleet.tell(ONE_MAIL)
    fleet.play(start + timedelta(days=90))
    assert share(fleet, 1) == pytest.approx(0.15, abs=0.08)
    assert share(fleet, 7) == pytest.approx(0.70, abs=0.09)
    assert share(fleet, 90) == pytest.approx(0.88, abs=0.03)


@pytest.mark.parametrize("platform", list(Platform))
def test_nobody_comes_without_having_been_told_but_a_few_who_notice(platform: Platform) -> None:
    fleet = PaperFleet(FleetPlan(devices=600, seed=3, mix={platform: 1}), STARTS[0])
    fleet.turn_away()
    fleet.play(STARTS[0] + timedelta(days=90))
    assert 0 < share(fleet, 90) < 0.09


def test_the_help_desk_visits_so_many_on_a_working_day() -> None:
    fleet = PaperFleet(FleetPlan(devices=400, seed=3, mix={Platform.MACOS: 1}), STARTS[0])
    fleet.turn_away()
    decided = fleet.tell(
        CampaignPlan(second_mail=None, deadline=timedelta(days=4), help_desk=7)
    )  # the deadline is a Friday
    days = Counter(
        datetime.fromtimestamp(one.reached_at, UTC).date()
        for one in decided.values()
        if one.wave in (Wave.VISIT, Wave.NEVER)
    )
    assert sum(days.values()) > 50
    assert all(day.weekday() < 5 for day in days)
    first, *others = sorted(days)
    assert first == (STARTS[0] + timedelta(days=4)).date()
    assert {days[day] for day in [first, *others[:-1]]} == {7}
    for one in decided.values():
        if one.wave is Wave.VISIT:
            assert one.acts_at == one.reached_at


def test_appointments_go_on_behind_those_that_are_made() -> None:
    monday = int(STARTS[0].timestamp())
    desk = HelpDesk(2, {"2026-01-05": 1})
    times = [desk.visit(monday) for _ in range(3)]
    assert [time and datetime.fromtimestamp(time, UTC) for time in times] == [
        STARTS[0] + timedelta(hours=12),
        STARTS[0] + timedelta(days=1, hours=8),
        STARTS[0] + timedelta(days=1, hours=12),
    ]
    assert HelpDesk(0, {}).visit(monday) is None


def test_without_a_help_desk_those_who_wait_for_it_never_come() -> None:
    fleet = PaperFleet(FleetPlan(devices=200, seed=3, mix={Platform.MACOS: 1}), STARTS[0])
    fleet.turn_away()
    decided = fleet.tell(replace(GOOD, help_desk=0))
    assert Wave.VISIT not in {one.wave for one in decided.values()}
    assert all((one.acts_at is None) == (one.wave is Wave.NEVER) for one in decided.values())


def test_nobody_reads_a_kiosk_s_mail() -> None:
    fleet = PaperFleet(FleetPlan(devices=100, seed=3, mix={Platform.IOS: 1}), STARTS[0])
    fleet.put([replace(device, enrollment_kind=EnrollmentKind.KIOSK) for device in fleet.devices.values()])
    fleet.turn_away()
    assert {one.wave for one in fleet.tell(GOOD).values()} <= {Wave.VISIT, Wave.NEVER, Wave.BY_ITSELF}


@pytest.mark.parametrize(
    ("after", "morning"),
    [
        ("2026-01-05 07:59", "2026-01-05 08:00"),
        ("2026-01-05 08:00", "2026-01-06 08:00"),
        ("2026-01-09 08:00", "2026-01-12 08:00"),
        ("2026-01-10 01:00", "2026-01-12 08:00"),
    ],
)
def test_mail_goes_out_in_the_morning_of_working_days(after: str, morning: str) -> None:
    assert f"{next_morning(datetime.fromisoformat(f'{after}:00+00:00')):%Y-%m-%d %H:%M}" == morning


def test_devices_of_earlier_releases_and_of_the_first_drawing_have_owners_who_come_by_themselves() -> None:
    before = msgspec.json.decode(b"[[7, 3600], 0, 0, 0, 0, 0, 48, 24, 0, 1, 5, null]", type=Habits)
    assert before == Habits(Schedule(7, 3600), 0, keys=1, presents=5)
    assert (before.by_itself, before.told) == (1000, None)
    first = {platform: profile.without_absence() for platform, profile in PROFILES.items()}
    assert {profile.by_itself for profile in first.values()} == {1000}
    assert [first[platform].ignores for platform in Platform] == [0, 0, 0, 150]
