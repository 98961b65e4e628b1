"""What re-enrolling costs the people who have the devices, by the kind of enrollment."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..model.device import EnrollmentKind
from .enrollment_kinds import HasKind, is_wiped


class ReEnrollingCosts(Struct, frozen=True, kw_only=True):
    """Of devices that re-enroll: the numbers of those that are ``wiped`` and lose all their data, of those that lose
    their ``work_data``, and of ``visits``: somebody must be where the device is, because nobody has it in hand."""

    wiped: int = 0
    work_data: int = 0
    visits: int = 0

    def __add__(self, other: ReEnrollingCosts) -> ReEnrollingCosts:
        return ReEnrollingCosts(
            wiped=self.wiped + other.wiped,
            work_data=self.work_data + other.work_data,
            visits=self.visits + other.visits,
        )

    def __bool__(self) -> bool:
        return bool(self.wiped or self.work_data or self.visits)


NO_COSTS = ReEnrollingCosts()


def re_enrolling_costs(devices: Iterable[HasKind]) -> ReEnrollingCosts:
    """What it costs to re-enroll devices. One whose kind isn't known costs nothing: it is re-enrolled as it is."""
    wiped = work_data = visits = 0
    for device in devices:
        wiped += is_wiped(device)
        work_data += device.enrollment_kind is EnrollmentKind.USER
        visits += device.enrollment_kind is EnrollmentKind.KIOSK
    return ReEnrollingCosts(wiped=wiped, work_data=work_data, visits=visits)


def costs_text(costs: ReEnrollingCosts) -> str:
    """``re-enrolling wipes 2 of them, costs 3 their work data, needs somebody on site for 1``; empty if it costs
    nothing."""
    said = []
    if costs.wiped:
        said.append(f"wipes {costs.wiped:,} of them")
    if costs.work_data:
        said.append(f"costs {costs.work_data:,} their work data")
    if costs.visits:
        said.append(f"needs somebody on site for {costs.visits:,}")
    return f"re-enrolling {', '.join(said)}" if said else ""


def cost_text(device: HasKind) -> str:
    """``wipes it``: what re-enrolling costs one device; empty if it costs nothing."""
    costs = re_enrolling_costs([device])
    said = ("wipes it", costs.wiped), ("costs its work data", costs.work_data), ("needs somebody on site", costs.visits)
    return ", ".join(words for words, count in said if count)
