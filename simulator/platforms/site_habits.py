"""A site's own habits: a TOML file with a table for each platform that differs from an office.

::

    churn = 350             # new devices per thousand a year

    [ios]
    check_in_hours = 4      # hours between two check-ins
    mornings = [5, 8]       # in use from an hour between these …
    evenings = [22, 24]     # … to an hour between these, local time
    weekends = 900          # per thousand devices, as all that follows
    leave = 250

The names are the fields of ``SiteHabits``. A table ``[campaign]`` says how people answer a campaign, and what it costs
them: the fields of ``CampaignFigures``. What a file leaves out is as in an office.
"""

from __future__ import annotations

import os
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, convert
from msgspec.structs import asdict

from ...store.confinement import open_person_file
from ...store.devices.enrollment_kinds import KINDS
from ...store.errors import Refusal
from ...store.model.campaign import CampaignFigures
from ...store.model.device import EnrollmentKind, Platform
from ...store.model.habits import Chance
from ...store.toml_reading import read_toml
from . import PROFILES
from .profile import Profile

OFFICE = "office"
SITES = (OFFICE, "field", "hospital", "school")
"""The habits that come with certfleet. An office's are those of the platforms."""
CAMPAIGN = "campaign"
_LONGEST = 64 * 1024  # characters

_Hour = Annotated[int, Meta(ge=0, le=24)]
_Days = Annotated[int, Meta(ge=1, le=365)]
_Hours = Annotated[int, Meta(ge=0, le=8760)]
_Span = tuple[_Hour, _Hour]


class SiteHabits(Struct, frozen=True, forbid_unknown_fields=True):
    """What a site says of the devices of one platform: see ``Profile`` for each field. Chances are per thousand."""

    check_in_hours: Annotated[int, Meta(ge=1, le=720)] | UnsetType = UNSET
    mornings: _Span | UnsetType = UNSET
    evenings: _Span | UnsetType = UNSET
    weekends: Chance | UnsetType = UNSET
    spells: Chance | UnsetType = UNSET
    spell_days: _Days | UnsetType = UNSET
    spell_hours: _Hours | UnsetType = UNSET
    leave: Chance | UnsetType = UNSET
    long_leave: Chance | UnsetType = UNSET
    pool: Chance | UnsetType = UNSET
    gone: Chance | UnsetType = UNSET
    not_now: Chance | UnsetType = UNSET
    busy_hours: _Hours | UnsetType = UNSET
    errors: Chance | UnsetType = UNSET
    losses: Chance | UnsetType = UNSET
    restores: Chance | UnsetType = UNSET
    owner_hours: _Hours | UnsetType = UNSET
    ignores: Chance | UnsetType = UNSET
    antivirus: Chance | UnsetType = UNSET
    supervised: Chance | UnsetType = UNSET
    pushed: Chance | UnsetType = UNSET
    nightly: Chance | UnsetType = UNSET
    by_itself: Chance | UnsetType = UNSET
    never_renews: Chance | UnsetType = UNSET
    left_alone: Chance | UnsetType = UNSET

    def applied_to(self, profile: Profile) -> Profile:
        """The platform's profile with what the site says. Raises ``ValueError`` where the hours contradict."""
        given = {name: value for name, value in asdict(self).items() if value is not UNSET}
        if "check_in_hours" in given:
            given["check_in"] = timedelta(hours=given.pop("check_in_hours"))
        result = profile._replace(**given)
        for name, (first, last) in (("mornings", result.mornings), ("evenings", result.evenings)):
            if first > last:
                raise ValueError(f"{name} end before they begin")
        if result.mornings[1] >= result.evenings[0]:
            raise ValueError("evenings begin before mornings end")
        return result


def site_profiles(text: str = "") -> dict[Platform, Profile]:
    """The profiles of a site by its file of habits; of an office without one. Refuses with ``habits-invalid``."""
    if not text:
        return PROFILES
    where, profiles = "", dict(PROFILES)
    try:
        for name, table in read_toml(text).items():
            if name == "churn":
                convert(table, Chance)
                continue
            if name == CAMPAIGN:
                where = f"[{name}] "
                convert(table, CampaignFigures)
                continue
            if name not in list(Platform):
                raise ValueError(f"[{name}] is no platform; they are {', '.join(Platform)}")
            where, platform = f"[{name}] ", Platform(name)
            profiles[platform] = convert(table, SiteHabits).applied_to(PROFILES[platform])
            if profiles[platform].supervised and EnrollmentKind.SUPERVISED not in KINDS[platform]:
                raise ValueError("no device of this platform is supervised")
    except ValueError as error:
        raise Refusal(
            "habits-invalid",
            f"the file of habits is wrong: {where}{error}",
            "docs/simulator.md says what a file of habits holds.",
        ) from error
    return profiles


def site_churn(text: str) -> int | None:
    """The new devices per thousand a year of a file that ``site_profiles`` accepts; None if it leaves them out."""
    churn = read_toml(text).get("churn")
    return None if churn is None else int(churn)


def campaign_figures(text: str) -> CampaignFigures:
    """How people answer a campaign by a site's file of habits, which ``site_profiles`` has accepted."""
    return convert(read_toml(text).get(CAMPAIGN, {}), CampaignFigures)


def site_file(name: str) -> str:
    """The text of habits that come with certfleet, by name (``SITES``)."""
    return "" if name == OFFICE else files(__package__).joinpath("sites", f"{name}.toml").read_text("utf-8")


def habits_of(name_or_file: str) -> str:
    """The text of a site's habits, by name or from a file. Refuses with ``habits-invalid``."""
    if name_or_file in SITES:
        return site_file(name_or_file)
    try:
        with os.fdopen(open_person_file(Path(name_or_file), os.O_RDONLY), encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            "habits-invalid", f"{name_or_file} can't be read", f"Name a file, or one of {', '.join(SITES)}."
        ) from error
    if len(text) > _LONGEST:
        raise Refusal("habits-invalid", f"{name_or_file} is longer than 64 KiB", "A file of habits is short.")
    site_profiles(text)
    return text
