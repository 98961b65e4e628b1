"""A simulation in words."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from certfleet.store.devices.common_traits import FailingRenewals
from certfleet.store.model.device import Platform
from certfleet.store.model.simulation import SimulationRecord
from certfleet.store.views.simulation import RenewalProgressDocument, fleet_text, pace_text, renewal_lines, speed_text

PLAN = SimulationRecord(
    devices=1500,
    seed=7,
    mix={Platform.IOS: 100},
    check_in=None,
    domain="example.com",
    started_at=datetime(2026, 1, 5, tzinfo=UTC),
    drawn=1500,
)


def test_a_fleet_says_how_much_of_it_exists() -> None:
    assert fleet_text(PLAN) == "1,500 devices, seed 7, since 2026-01-05"
    assert fleet_text(replace(PLAN, drawn=120)) == "120 of 1,500 devices, seed 7, since 2026-01-05"


def test_progress_has_a_line_per_state_with_devices() -> None:
    progress = RenewalProgressDocument(
        group="group-2",
        crossed={"ios": 2, "macos": 1},
        pending={"ios": 1},
        to_re_enroll={"windows": 10},
        not_asked={},
        out={},
        waits_for={"check_in": 1, "error": 0},
        failing=FailingRenewals(answered=3, failing=0, common=None),
    )
    assert renewal_lines(progress) == [
        "3 hold a certificate of group-2: 2 iOS, 1 macOS",
        "1 has a renewal pending: 1 iOS",
        "10 wait for their users to re-enroll them: 10 Windows",
        "waiting for: the next check-in (1)",
    ]


def test_a_speed() -> None:
    assert (pace_text(3600), speed_text(3600)) == ("at 3,600 virtual seconds a second", "×3,600")
    assert (pace_text(None), speed_text(None)) == ("as fast as it can", "full speed")
