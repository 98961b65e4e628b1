"""The weekly reminder of device certificates that expire."""

from __future__ import annotations

from msgspec import Struct

from .moment import Moment


class Reminder(Struct, frozen=True, kw_only=True):
    """The record of the table ``reminders``: the last ``week`` whose device certificates were looked at."""

    id: int
    week: Moment
