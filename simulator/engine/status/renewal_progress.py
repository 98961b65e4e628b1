"""How far a renewal has come: the devices of a fleet by what they have done about the issuing group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from ....store.devices.counts import Place
from ....store.devices.device_choice import with_pending
from ....store.devices.renewal_progress import DeviceProgress, progress_of
from ....store.model.device import DeviceState, PendingAction, Platform
from ....store.persistence.table import DocumentTable


class RenewalStanding(Struct, frozen=True):
    """The fields of a device with pending actions that progress depends on."""

    id: int
    platform: Platform
    state: DeviceState
    issuer_group: str | None = None
    pending: tuple[PendingAction, ...] = ()


class RenewalProgress(Struct, frozen=True, kw_only=True):
    """How many devices have moved to the issuing group, by platform.

    ``crossed`` hold a certificate of that group, ``pending`` have a pending renewal (``waits_for`` says what it waits
    for), ``users`` must be re-enrolled by their users, ``others`` were not asked, ``out`` are revoked or not enrolled.
    """

    group: str
    crossed: Counter[str]
    pending: Counter[str]
    users: Counter[str]
    others: Counter[str]
    out: Counter[str]
    waits_for: Counter[str]


def renewal_progress(fleet: DocumentTable, places: Mapping[Place, int], group: str) -> RenewalProgress:
    """The progress towards ``group`` of a fleet whose devices are counted by group and by pending actions; only those
    with pending actions are read."""
    found = RenewalProgress(
        group=group,
        crossed=Counter(),
        pending=Counter(),
        users=Counter(),
        others=Counter(),
        out=Counter(),
        waits_for=Counter(),
    )
    for place, count in places.items():
        if not place.pending:
            _add(found, place, (), count)
    if any(place.pending for place in places):
        for device in fleet.each(RenewalStanding, fleet.ids_where(with_pending(True))):
            _add(found, device, device.pending)
    return found


def _add(
    found: RenewalProgress, place: Place | RenewalStanding, pending: tuple[PendingAction, ...], count: int = 1
) -> None:
    """Count devices of a place, with these actions pending."""
    progress, renewal = progress_of(place.state, pending)
    if renewal is not None:
        found.waits_for[renewal.waits_for.name.lower()] += count
    match progress:
        case DeviceProgress.PENDING:
            found.pending[place.platform] += count
        case DeviceProgress.USER:
            found.users[place.platform] += count
        case DeviceProgress.OUT:
            found.out[place.platform] += count
        case _ if place.issuer_group == found.group:
            found.crossed[place.platform] += count
        case _:
            found.others[place.platform] += count
