"""Former CA groups whose devices were asked to leave them: whether somebody has started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from ..devices.device_choice import in_states, of_groups, with_pending
from ..model.device import Device, DeviceState
from ..model.start_by import LastStart
from ..outlook.device_ends import PendingKind, is_renewing
from ..persistence.conditions import All
from ..persistence.schema import ISSUER_GROUP
from ..persistence.table import DocumentTable

if TYPE_CHECKING:
    from ..consequences.landscape import Landscape


class AskedMember(Struct, frozen=True):
    """The parts of a device of a CA group with pending actions that tell whether it is on its way to another group."""

    id: int
    issuer_group: str | None = None
    pending: tuple[PendingKind, ...] = ()


def former_groups(landscape: Landscape) -> dict[str, LastStart]:
    """The last days of CA groups that had a successor already, by the name of the group: nobody requests another one
    for these, so it takes a look at the devices to tell whether somebody has started."""
    found = () if landscape.start_by is None else landscape.start_by.starts
    records = {f"authority-group:{group.id}": group.name for group in landscape.groups}
    return {
        records[one.record]: one
        for one in found
        if one.record in records and one.newest_group and one.record != f"authority-group:{one.newest_group}"
    }


def asked_groups(landscape: Landscape, devices: DocumentTable | Iterable[Device]) -> frozenset[str]:
    """The records of former CA groups so many of whose devices have left, or were asked to renew or to re-enroll, that
    the share of the site is reached. In a table the database counts the devices."""
    former = former_groups(landscape)
    left = _unasked_in(devices, former) if isinstance(devices, DocumentTable) else _unasked(devices)
    share = 0 if landscape.start_by is None else landscape.start_by.share
    return frozenset(one.record for name, one in former.items() if left[name] <= (1 - share) * one.devices)


def _unasked(devices: Iterable[Device]) -> Counter[str | None]:
    """The enrolled devices that no renewal is asked of, by CA group."""
    return Counter(
        one.issuer_group for one in devices if one.state is DeviceState.ENROLLED and not is_renewing(one.pending)
    )


def _unasked_in(devices: DocumentTable, groups: Collection[str]) -> Counter[str | None]:
    """The same of some CA groups; only the devices with pending actions are read."""
    found = Counter[str | None]()
    if not groups:
        return found
    members = All((of_groups(groups), in_states([DeviceState.ENROLLED])))
    for (group,), count in devices.grouped([ISSUER_GROUP], members).items():
        found[str(group)] = count
    for one in devices.each(AskedMember, devices.ids_where(All((members, with_pending(True))))):
        found[one.issuer_group] -= is_renewing(one.pending)
    return found
