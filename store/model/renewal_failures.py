"""How many renewals failed on a day."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class RenewalFailures(Struct, frozen=True, kw_only=True):
    """``failing`` devices had failed so often that people are told; ``ended`` ones can't be renewed any more.

    The day's number (``date.toordinal``) is the id.
    """

    id: int
    day: date
    failing: int
    ended: int
