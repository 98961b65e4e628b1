"""The last days on which starting a change is early enough, as forecasts found them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from .moment import Moment
from .site import Share

Count = Annotated[int, Meta(ge=0)]


class LastStart(Struct, frozen=True, kw_only=True):
    """The last day to start replacing what ``record`` uses: a CA group (``authority-group:1``) or the certificate of a
    component (``component:5``).

    ``last_day`` is a working day outside change freezes; None if none is left. Without them it would be ``latest``;
    ``because`` is what lies between the two, in words. ``days`` is how long it takes from then. ``devices`` are
    concerned; ``lost_a_week`` of them, about, for each week after that. ``across_today``: the share of them that
    starting at once gets across. ``end`` is when the last of it ends; ``certificate_id`` what it is about, None for a
    CA group. ``newest_group`` is the newest CA group then: another one than its own if its successor was there already,
    and its devices have to be asked to renew. 0 in what was kept before there was this field.
    """

    record: str
    need: str
    title: str
    certificate_id: int | None = None
    end: Moment
    last_day: date | None
    latest: date
    days: Count
    devices: Count
    lost_a_week: Count = 0
    across_today: Annotated[float, Meta(ge=0, le=1)] = 1.0
    because: str = ""
    newest_group: Count = 0


class StartBy(Struct, frozen=True, kw_only=True):
    """The last days, and what they rest on: when they were computed, the ``share`` of devices that has to get across,
    the number of ``seeds``, the ``devices`` of the fleet, and how many of them got habits that are assumed
    (``drawn_habits``). ``basis`` is a digest of certificates, CA groups and settings then. ``empty_groups`` are the CA
    groups of whose certificates no device had one."""

    id: int = 1
    computed_at: Moment
    share: Share
    seeds: Count
    devices: Count
    drawn_habits: Count
    basis: str
    starts: tuple[LastStart, ...]
    empty_groups: tuple[str, ...] = ()
