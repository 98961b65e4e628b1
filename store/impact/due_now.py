"""The notices that are due: of expiry and of last days to start, of failed renewals, and the week's reminder."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from ..model.documents import from_document
from ..model.renewal_failures import RenewalFailures
from ..persistence.conditions import Within
from ..persistence.database import Database
from ..persistence.schema import NOT_AFTER
from .due_notices import Due, failed_renewals
from .endings import CertificateHolder, device_ends
from .landscape_reader import LandscapeReader
from .running_campaign import running_campaign
from .site import expiry_rules
from .start_by import asked_groups, former_groups
from .start_by_notices import KIND as START_BY
from .weekly_reminder import reminded_ahead, reminder

_DAYS_OF_FAILURES = 7


class DueNotices:
    """Reads what is due of a workspace; writes nothing."""

    def __init__(self, database: Database, reader: LandscapeReader) -> None:
        self._database = database
        self._reader = reader
        self._failures = database.table("renewal_failures")
        self._devices = database.table("devices")

    def expired(self, now: datetime) -> Sequence[Due]:
        """The notices of expiry and of last days to start, given before or not, in order of time."""
        known = self._reader.read()
        found = known.due[: bisect_right(known.due_at, now)]
        if not former_groups(known.landscape):
            return found
        asked = asked_groups(known.landscape, self._devices)
        return [one for one in found if one.kind != START_BY or one.record not in asked]

    def failed(self, now: datetime) -> list[Due]:
        """The notices of the last days with failed renewals that are over."""
        days = (from_document(document, RenewalFailures) for document in self._failures.tail(_DAYS_OF_FAILURES))
        found = [failed_renewals(day) for day in days]
        return [notice for notice in found if notice.at <= now]

    def reminder(self, now: datetime) -> Due | None:
        """The notice of device certificates for the week of ``now``; None if there is nothing to remind of."""
        # A renewed certificate that its device has not used yet expires later than the active one, and counts.
        rules = expiry_rules(self._reader.read().landscape.site)
        soon = self._devices.ids_where(Within(NOT_AFTER, now, now + reminded_ahead(rules)))
        ends = device_ends(self._devices.each(CertificateHolder, soon))
        return reminder(ends, now, rules, running_campaign(self._database))
