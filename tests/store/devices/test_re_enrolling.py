"""What re-enrolling costs, by the kind of enrollment, and where it is told."""

from __future__ import annotations

import pytest

from certfleet.store.devices.re_enrolling import NO_COSTS, ReEnrollingCosts, cost_text, costs_text, re_enrolling_costs
from certfleet.store.model.device import Device, EnrollmentKind, Platform
from tests.material import NOW

SUPERVISED, BY_HAND, USER, KIOSK = EnrollmentKind


def device(kind: EnrollmentKind | None, platform: Platform = Platform.IOS) -> Device:
    return Device(id=1, platform=platform, state_since=NOW, enrollment_kind=kind)


@pytest.mark.parametrize(
    ("kind", "platform", "costs", "text"),
    [
        (SUPERVISED, Platform.IOS, ReEnrollingCosts(wiped=1), "wipes it"),
        (SUPERVISED, Platform.MACOS, NO_COSTS, ""),
        (USER, Platform.ANDROID, ReEnrollingCosts(work_data=1), "costs its work data"),
        (USER, Platform.MACOS, ReEnrollingCosts(work_data=1), "costs its work data"),
        (KIOSK, Platform.ANDROID, ReEnrollingCosts(wiped=1, visits=1), "wipes it, needs somebody on site"),
        (KIOSK, Platform.WINDOWS, ReEnrollingCosts(visits=1), "needs somebody on site"),
        (BY_HAND, Platform.IOS, NO_COSTS, ""),
        (None, Platform.IOS, NO_COSTS, ""),
    ],
)
def test_each_kind_has_its_cost(
    kind: EnrollmentKind | None, platform: Platform, costs: ReEnrollingCosts, text: str
) -> None:
    assert re_enrolling_costs([device(kind, platform)]) == costs
    assert cost_text(device(kind, platform)) == text
    assert bool(costs) is bool(text)


def test_costs_of_many_add_up_and_are_one_clause() -> None:
    costs = re_enrolling_costs(map(device, [SUPERVISED, SUPERVISED, USER, KIOSK, BY_HAND, None]))
    assert costs == ReEnrollingCosts(wiped=3, work_data=1, visits=1)
    assert costs + costs == ReEnrollingCosts(wiped=6, work_data=2, visits=2)
    assert costs_text(costs) == "re-enrolling wipes 3 of them, costs 1 their work data, needs somebody on site for 1"
    assert costs_text(NO_COSTS) == ""
