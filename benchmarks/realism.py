"""How near a simulated fleet is to real ones: each figure beside the one aimed at, and its source.

``python -m benchmarks realism [--devices 20000] [--seed 7] [--json]``

The fleet lives on paper: it goes by the simulator's rules and gets no certificates (``paper_fleet``). All devices are
asked to renew on a Wednesday at 09:00 UTC; then another fleet is turned away as a whole, and told by a campaign.
Figures are per cent unless they say otherwise. Exit status 1 means that one misses its aim.
"""

from __future__ import annotations

import argparse
from calendar import day_name
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from certfleet.simulator.engine.campaigns.campaign import CampaignPlan
from certfleet.simulator.fleet.arrivals import DeviceTurn, TurnKind
from certfleet.simulator.fleet.fleet import FleetPlan
from certfleet.store.devices.schedule.local_days import daylight_saving
from certfleet.store.devices.schedule.schedule import DAY, last_check_in
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.site import PUSHES_A_MINUTE

from .paper_fleet import PaperFleet
from .report import Report

WEDNESDAY = datetime(2026, 3, 11, 9, tzinfo=UTC)
AFTER = {"5min": 1 / 288, "1h": 1 / 24, "8h": 1 / 3, "1d": 1, "7d": 7, "30d": 30, "90d": 90}  # days
MINUTES_A_DAY = 1440
PUSHED_IN_TURN = (Platform.IOS, Platform.ANDROID, Platform.MACOS)
A_YEAR = 350
REPORTED, ASSUMED = "reported by administrators", "assumed"
PACED = "assumed, of those that have been pushed to"


class Aim(NamedTuple):
    """The range that is aimed at, in per cent, and its source."""

    least: float
    most: float
    source: str = ASSUMED


PHONES = {
    "5min": Aim(40, 95, PACED),
    "1h": Aim(60, 95),
    "8h": Aim(75, 97),
    "1d": Aim(85, 98),
    "7d": Aim(90, 99),
    "30d": Aim(92, 99, "silent for 30 days: 3 to 8 %"),
    "90d": Aim(94, 99.5),
}
RENEWED = {
    Platform.IOS: PHONES,
    Platform.ANDROID: PHONES,
    Platform.MACOS: {
        "5min": Aim(20, 70, PACED),
        "1h": Aim(30, 80),
        "8h": Aim(50, 90),
        "1d": Aim(65, 95),
        "7d": Aim(85, 99),
        "30d": Aim(92, 99.5),
        "90d": Aim(94, 99.9),
    },
    Platform.WINDOWS: {"1d": Aim(7, 23, REPORTED), "7d": Aim(61, 79, REPORTED), "90d": Aim(85, 91, REPORTED)},
}
"""How many have renewed so long after being asked; of Windows devices, re-enrolled after one mail."""

HOURS = {
    (0, 7): Aim(0, 4),
    (7, 10): Aim(10, 45),
    (10, 13): Aim(20, 50),
    (13, 16): Aim(15, 50),
    (16, 19): Aim(5, 35),
    (19, 24): Aim(0, 6),
}
WORKDAY, WEEKEND = Aim(12, 26), Aim(0, 4)
"""When devices enroll, by the clocks of their owners."""

IOS_18, ANDROID_15 = datetime(2024, 9, 16, tzinfo=UTC), datetime(2024, 10, 15, tzinfo=UTC)
ADOPTION = {
    30: Aim(28, 46, "TelemetryDeck: iOS 16 47 % after 39 days, iOS 17 39 % after 52"),
    127: Aim(60, 72, "Apple, 21 Jan 2025: 68 % of iPhones, 53 % of iPads"),
    261: Aim(75, 86, "Apple, 4 Jun 2025: 82 % of iPhones, 71 % of iPads"),
}
"""How many iPhones and iPads have iOS 18 so many days after its release."""
ADOPTION_OF_ANDROID = {168: Aim(4.5, 30, "Google, 1 Apr 2025: 4.5 % in the world, with phones too old for it")}
"""The same of Android 15."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks realism", description=__doc__)
    parser.add_argument("--devices", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args(argv)
    report = Report("realism", argv)
    plan = FleetPlan(devices=options.devices, seed=options.seed, churn=A_YEAR)
    fleet = PaperFleet(plan, WEDNESDAY)
    silent(report, fleet)
    enrolled(report, fleet, PaperFleet(replace(plan, past=True), WEDNESDAY))
    replaced(report, fleet)
    renewed(report, fleet)
    told(report, plan)
    versions(report, plan)
    return report.show()


def silent(report: Report, fleet: PaperFleet) -> None:
    """Devices that were silent for more than 30 days, at three times of the year."""
    for platform in Platform:
        own = [device for device in fleet.devices.values() if device.platform is platform]
        for days in (0, 120, 240):
            at = int((fleet.start + timedelta(days=days)).timestamp())
            share = per_cent(is_silent(device, at) for device in own)
            least, most = (3, 8) if platform in (Platform.IOS, Platform.ANDROID) else (1, 8)
            report.aim(f"{platform}_silent_for_30_days_on_day_{days}", share, least, most, REPORTED)


def is_silent(device: Device, at: int) -> bool:
    """Whether a device has not checked in for 30 days."""
    return device.habits is not None and last_check_in(device.habits.schedule, at, at - 30 * DAY) is None


def enrolled(report: Report, fleet: PaperFleet, lived: PaperFleet) -> None:
    """When devices enroll: those of a fleet as it was drawn, of one with a past, and those that arrive in a year."""
    drawn = [local(fleet.devices[id], at) for id, at in fleet.enrolled_at.items()]
    past = [local(lived.devices[id], at) for id, at in lived.enrolled_at.items()]
    arrived = [zoned(turn.holder.zone.offset, turn.holder.zone.name, turn.at) for turn in until_a_year(fleet)]
    for name, times in (("drawn_ones", drawn), ("those_with_a_past", past), ("arrivals", arrived)):
        for (first, end), aim in HOURS.items():
            share = per_cent(first <= at.hour < end for at in times)
            report.aim(f"{name}_enrolled_from_{first}_to_{end}_o'clock", share, *aim)
        for number, day in enumerate(day_name):
            share = per_cent(at.weekday() == number for at in times)
            report.aim(f"{name}_enrolled_on_a_{day}", share, *(WORKDAY if number < 5 else WEEKEND))


def replaced(report: Report, fleet: PaperFleet) -> None:
    """How many devices of a thousand are new within a year, and how many of those in autumn."""
    new = [turn for turn in until_a_year(fleet) if turn.kind is not TurnKind.HANDED_ON]
    report.aim("new_devices_in_a_year", 100 * len(new) / len(fleet.devices), 33, 37, REPORTED)
    autumn = per_cent(datetime.fromtimestamp(turn.at, UTC).month in (9, 10, 11) for turn in new)
    report.aim("of_those_from_September_to_November", autumn, 30, 50, ASSUMED)


def renewed(report: Report, fleet: PaperFleet) -> None:
    """How soon devices have renewed that are asked together; Windows users are told once."""
    fleet.ask_to_renew()
    asked = sum(device.renewal is not None for device in fleet.devices.values())
    fleet.tell(CampaignPlan(second_mail=None, deadline=None, help_desk=0))
    fleet.play(fleet.start + timedelta(days=90))
    times = fleet.times(EventKind.RENEWED) | fleet.times(EventKind.RE_ENROLLED)
    for platform, aims in RENEWED.items():
        own = [device.id for device in fleet.devices.values() if device.platform is platform]
        for name, aim in aims.items():
            until = fleet.start + timedelta(days=AFTER[name])
            share = per_cent(id in times and times[id] <= until for id in own)
            pushed = min(1, AFTER[name] * MINUTES_A_DAY * PUSHES_A_MINUTE / asked) if platform in PUSHED_IN_TURN else 1
            report.aim(f"{platform}_renewed_after_{name}", share / pushed, *aim)
    minutes = Counter(one.at.replace(second=0) for one in fleet.occurrences if one.kind is EventKind.ISSUED)
    peak = max(minutes.values(), default=0)
    report.aim("renewals_in_the_busiest_minute", peak, 1, 1000, "pushes that the server sends in a minute: assumed")


def told(report: Report, plan: FleetPlan) -> None:
    """How many re-enroll after a lost management, without a campaign and with one. The help desk makes as many visits
    as it would with 20 a day for 900 devices."""
    campaign = CampaignPlan(help_desk=max(1, plan.devices * 20 // 900))
    re_enrolled(report, plan, None, {28: Aim(0, 8), 90: Aim(0, 10)})
    re_enrolled(report, plan, campaign, {7: Aim(45, 78), 28: Aim(88, 98, REPORTED), 36: Aim(94, 99, REPORTED)})


def re_enrolled(report: Report, plan: FleetPlan, campaign: CampaignPlan | None, aims: dict[int, Aim]) -> None:
    """The shares of devices that are back so many days after all were turned away."""
    fleet = PaperFleet(plan, WEDNESDAY)
    fleet.turn_away()
    if campaign is not None:
        fleet.tell(campaign)
    fleet.play(fleet.start + timedelta(days=max(aims)))
    times, how = fleet.times(EventKind.RE_ENROLLED), "with" if campaign else "without"
    for days, aim in aims.items():
        until = fleet.start + timedelta(days=days)
        share = per_cent(id in times and times[id] <= until for id in fleet.devices)
        report.aim(f"re-enrolled_{how}_a_campaign_after_{days}_days", share, *aim)


def versions(report: Report, plan: FleetPlan) -> None:
    """How fast a new version of iOS and of Android spreads: fleets drawn some days after its release."""
    spread(report, plan, Platform.IOS, "iOS_18", IOS_18, ADOPTION)
    spread(report, plan, Platform.ANDROID, "Android_15", ANDROID_15, ADOPTION_OF_ANDROID)


def spread(
    report: Report, plan: FleetPlan, platform: Platform, name: str, released: datetime, aims: dict[int, Aim]
) -> None:
    """How many devices of a platform have a version so many days after its release."""
    for days, aim in aims.items():
        devices = max(1, plan.devices // 5)
        fleet = PaperFleet(replace(plan, devices=devices, mix={platform: 1}, churn=0), released + timedelta(days=days))
        share = per_cent(device.os_version.split(".")[0] == name[-2:] for device in fleet.devices.values())
        report.aim(f"{name}_{days}_days_after_its_release", share, *aim)


def until_a_year(fleet: PaperFleet) -> list[DeviceTurn]:
    """The turns of a year."""
    begin = int(fleet.start.timestamp())
    assert fleet.arrivals is not None
    return list(takewhile(lambda turn: turn.at <= begin + 365 * DAY, fleet.arrivals.after(begin)))


def local(device: Device, at: datetime) -> datetime:
    """A time on the clock of the device's owner."""
    assert device.habits is not None
    schedule = device.habits.schedule
    return zoned(schedule.utc_offset, schedule.zone, int(at.timestamp()))


def zoned(offset: int, zone: str, at: int) -> datetime:
    """A Unix time on the clock of a zone."""
    return datetime.fromtimestamp(at + offset + daylight_saving(zone, at // DAY), UTC)


def per_cent(found: Iterable[bool]) -> float:
    """The share of those that hold."""
    all_of_them = list(found)
    return 100 * sum(all_of_them) / max(1, len(all_of_them))
