"""Records of a campaign that tells the owners of simulated devices to re-enroll them, and of who has."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from .device import EnrollmentKind, Platform
from .habits import Chance, Wave

Seconds = Annotated[int, Meta(ge=0, le=10**9)]
Visits = Annotated[int, Meta(ge=0, le=100_000)]


class Campaign(Struct, frozen=True, kw_only=True):
    """A campaign. It concerns every device that needs its user, of these ``platforms`` (none: of all).

    The first mail goes out at ``first_mail_at``, and at ``next_mail_at`` to those that have come to need their users
    since. ``second_mail`` and ``deadline`` are seconds after a device's first mail; None: there is none. The help desk
    visits ``help_desk`` people on a working day; ``visits`` are its appointments by day. ``told`` counts the devices
    whose users were told.
    """

    id: int
    started_at: datetime
    platforms: tuple[Platform, ...] = ()
    first_mail_at: datetime
    second_mail: Seconds | None
    deadline: Seconds | None
    help_desk: Visits
    next_mail_at: datetime
    ended_at: datetime | None = None
    told: int = 0
    visits: dict[str, int] = {}


class Tally(Struct, frozen=True, array_like=True):
    """How many devices were re-enrolled on a day, of one kind and for one reason; if ``refused``, how many could not be
    enrolled. ``campaign`` is 0 without one; ``called``: the owner called the help desk."""

    campaign: int
    wave: Wave
    platform: Platform
    enrollment_kind: EnrollmentKind | None
    called: bool
    count: int
    refused: bool = False


class ReEnrollments(Struct, frozen=True, kw_only=True):
    """The simulated devices that were re-enrolled on a day (UTC), or could not be enrolled; ``id`` counts days from
    year 1."""

    id: int
    tallies: tuple[Tally, ...] = ()


Minutes = Annotated[int, Meta(ge=0, le=1440)]


class CampaignFigures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people answer a campaign, and what re-enrolling costs. All are assumptions; a file of habits sets them.

    Per thousand: ``second_mail`` of those who don't answer the first mail answer the second one; ``deadline`` of the
    rest come in the last three days before the deadline; ``never`` of all never come, not even when visited;
    ``calls`` of those who come call the help desk, and so do ``refused`` of those who come and can't enroll.

    Minutes: a user needs ``wiped_minutes`` for a device that re-enrolling wipes, ``user_minutes`` for one with a part
    for the company only, ``device_minutes`` for any other. The help desk needs ``call_minutes`` for a call and
    ``visit_minutes`` for a visit.
    """

    second_mail: Chance = 450
    deadline: Chance = 300
    never: Chance = 10
    calls: Chance = 150
    refused: Chance = 1000
    wiped_minutes: Minutes = 90
    device_minutes: Minutes = 30
    user_minutes: Minutes = 20
    call_minutes: Minutes = 15
    visit_minutes: Minutes = 45
