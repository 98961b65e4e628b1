"""How fast a new version of iOS spreads, beside Apple's figures of iOS 18."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from certfleet.simulator.identities.fleet import IdentityFleet

IOS_18 = date(2024, 9, 16)
DEVICES = 2000


@pytest.mark.parametrize(
    ("days", "least", "most"),
    [
        (30, 0.28, 0.46),  # TelemetryDeck: iOS 16 0.47 after 39 days, iOS 17 0.39 after 52
        (127, 0.60, 0.72),  # Apple, 21 January 2025: 0.68 of the iPhones, 0.53 of the iPads
        (261, 0.75, 0.86),  # Apple, 4 June 2025: 0.82 and 0.71
    ],
)
def test_ios_18_spreads_as_apple_counted(days: int, least: float, most: float) -> None:
    fleet = IdentityFleet(7, start=IOS_18 + timedelta(days=days))
    versions = [fleet.identity(index, "ios").os_version for index in range(DEVICES)]
    assert least <= sum(version.startswith("18.") for version in versions) / DEVICES <= most
