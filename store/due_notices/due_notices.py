"""The notices that are due: of expiry and of last days to start, of failed renewals, and the week's reminder."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from ..campaigns import running_campaign
from ..consequences.landscape_reader import Known, LandscapeReader
from ..inventory.expiry import expiry_rules
from ..model.documents import from_document
from ..model.renewal_failures import RenewalFailures
from ..outlook.device_ends import CertificateHolder, device_ends
from ..persistence.conditions import Within
from ..persistence.database import Database
from ..persistence.schema import NOT_AFTER
from ..start_by.asked_groups import asked_groups, former_groups
from .due import Due
from .endpoint_notices import EndpointNotices
from .expiry_notices import expiry_notices
from .failed_renewals import failed_renewals
from .start_by_notices import KIND as START_BY
from .start_by_notices import start_by_notices
from .weekly_reminder import reminded_ahead, reminder

_DAYS_OF_FAILURES = 7


class DueNotices:
    """Reads what is due of a workspace; writes nothing. What follows from the landscape alone is computed once for
    each."""

    def __init__(self, database: Database, reader: LandscapeReader) -> None:
        self._database = database
        self._reader = reader
        self._of_endpoints = EndpointNotices()
        self._dated: tuple[Known, list[Due], list[datetime]] | None = None
        self._failures = database.table("renewal_failures")
        self._devices = database.table("devices")

    def expired(self, now: datetime) -> Sequence[Due]:
        """The notices of expiry and of last days to start, given before or not, in order of time."""
        known, due, times = self._all_dated()
        found = due[: bisect_right(times, now)]
        if not former_groups(known.landscape):
            return found
        asked = asked_groups(known.landscape, self._devices)
        return [one for one in found if one.kind != START_BY or one.record not in asked]

    def next_at(self, now: datetime) -> datetime | None:
        """When the next of these is due; None if none is to come."""
        _, _, times = self._all_dated()
        place = bisect_right(times, now)
        return times[place] if place < len(times) else None

    def _all_dated(self) -> tuple[Known, list[Due], list[datetime]]:
        """The landscape with its notices of expiry and of last days to start, in order of time, and their times."""
        known = self._reader.read()
        if self._dated is None or self._dated[0] is not known:
            landscape = known.landscape
            found = (*expiry_notices(landscape), *start_by_notices(landscape))
            found = (*found, *self._of_endpoints.of(landscape, known.endpoints))
            due = sorted(found, key=lambda one: one.at)
            self._dated = known, due, [one.at for one in due]
        return self._dated

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
