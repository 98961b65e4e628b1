"""When a device can have been made, and a version come out: told by tables and serial numbers."""

from __future__ import annotations

from datetime import date, timedelta

from certfleet.simulator.identities import DeviceIdentity
from certfleet.simulator.identities.model import Model
from certfleet.simulator.identities.tables import tables

HALF_YEARS = "CDFGHJKLMNPQRSTVWXYZ"
WEEKS = "123456789CDFGHJKLMNPQRTVWXY"


def first_release(model: Model, version: str) -> date:
    """When a model got a version, or came with it."""
    found = [
        release.released
        for release in tables().releases[model.platform]
        if release.version == version and release.only in ("", model.maker, model.os_name)
    ]
    return min(found) if found else model.released


def made_from(device: DeviceIdentity, model: Model, enrolled: date) -> date | None:
    """The first day of the time that the serial number tells, as its maker writes it; None if it tells none."""
    serial = device.serial_number
    match device.maker:
        case "Samsung":
            return date(2018 + "KMNRTWXYLPQ".index(serial[3]), int(serial[4], 16), 1)
        case "Google":
            return near(int(serial[0]), enrolled, month=int(serial[1], 16), day=int(serial[2:4]))
        case "Zebra" | "Honeywell":
            return date(2000 + int(serial[:2]), 1, 1) + timedelta(days=int(serial[2:5]) - 1)
        case "HP":
            year = near(int(serial[3]), enrolled).year
            return date.fromisocalendar(year, int(serial[4:6]), 1)
        case "Dell":
            since = {"2": date(2013, 7, 1), "3": date(2019, 10, 1), "4": date(2022, 10, 1), "5": date(2026, 1, 1)}
            return max(model.made_from, since[serial[-1]])
        case "Apple" if len(serial) == 12:
            half = HALF_YEARS.index(serial[3])
            day = date(2010 + half // 2, 7 if half % 2 else 1, 1) + timedelta(weeks=WEEKS.index(serial[4]))
            return day if day >= model.made_from - timedelta(days=7) else day.replace(year=day.year + 10)
        case _:
            return None


def near(digit: int, enrolled: date, *, month: int = 1, day: int = 1) -> date:
    """The last year with that last digit up to an enrollment."""
    year = enrolled.year - (enrolled.year - digit) % 10
    return date(year, month, day)
