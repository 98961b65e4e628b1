"""Makes ``store/devices/schedule/holidays.csv``, the public holidays of the simulator's regions, by year.

``pip install holidays && python -m docs.make_holidays``. The library is needed for that alone: a table costs nothing
when certfleet starts, and histories of fleets don't change with its next release.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from certfleet.simulator.identities.countries import countries

TABLE = Path(__file__).parent.parent / "store" / "devices" / "schedule" / "holidays.csv"
YEARS = range(2021, 2030)
CATEGORIES = {"SE": ("public", "de_facto")}  # Swedish offices are closed on the eves of Midsummer and Christmas
OPEN = ("Columbus Day", "Washington's Birthday")
STATES = (
    "Good Friday",
    "Patriots' Day",
    "Day After Thanksgiving",
    "Friday After Thanksgiving",
    "Native American Heritage",
)
"""Holidays of the USA on which most offices are open, and those of its states on which they close."""

HEAD = """\
# Public holidays of countries and their regions (ISO 3166), by year. Made by `python -m docs.make_holidays` on {made}
# from the library holidays {version} (MIT licence, github.com/vacanza/holidays), which names the laws. A region has the
# days of its country, those of its rows, and not those that have a minus. Days of the moon (Eid, Diwali, Chinese new
# year) are as announced, or as expected. Of other years, holiday_rules.csv tells what it can.
region,year,days
"""


def main() -> None:
    """Write the table."""
    library: Any = import_module("holidays")
    rows = []
    for country in countries():
        regions = sorted({region.code for region, _ in country.regions} - {country.code})
        for year in YEARS:
            whole = days(library, country.code, year)
            rows.append((country.code, year, written(whole)))
            for region in regions:
                own = days(library, region, year)
                rows.append((region, year, written(own - whole) + [f"-{day}" for day in written(whole - own)]))
    text = HEAD.format(version=library.__version__, made=datetime.now(UTC).date().isoformat())
    text += "".join(f"{region},{year},{' '.join(some)}\n" for region, year, some in rows if some)
    TABLE.write_text(text, "utf-8")


def days(library: Any, region: str, year: int) -> set[date]:
    """The holidays of a country or a region in a year."""
    country, _, part = region.partition("-")
    found = library.country_holidays(
        country, subdiv=part or None, years=year, categories=CATEGORIES.get(country), language="en_US"
    )
    if country == "US":
        whole = library.US(years=year, language="en_US")
        closed = {day for day, name in found.items() if name.startswith(STATES)} if part else set()
        return {day for day, name in whole.items() if not name.startswith(OPEN)} | closed
    return set(found)


def written(some: Iterable[date]) -> list[str]:
    """``01-06 12-24``, in order."""
    return [f"{day:%m-%d}" for day in sorted(some)]


if __name__ == "__main__":
    main()
