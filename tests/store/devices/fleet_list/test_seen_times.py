"""What is kept of when devices were last seen is what would be found anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.devices.fleet_list.seen_times import SeenTimes
from certfleet.store.devices.presence import Outages, last_seen
from tests.material import NOW
from tests.store.devices.simulated import simulated

START = int(NOW.timestamp())
OUTAGES: dict[str, Outages] = {
    "no outage": (),
    "one that is over": ((START + 3600, START + 9 * 3600),),
    "one that goes on": ((START + 20 * 3600, None),),
}


@pytest.mark.parametrize("outages", OUTAGES.values(), ids=OUTAGES)
@pytest.mark.parametrize("minutes", [15, 170, 1000])
def test_as_the_clock_goes_on_in_steps(outages: Outages, minutes: int) -> None:
    devices = [replace(simulated(number), not_after=NOW + timedelta(hours=60 + number)) for number in range(1, 9)]
    seen, now = SeenTimes(), NOW
    for _ in range(5000 // minutes):
        for device in devices:
            assert seen.of(device, now, outages).seen == last_seen(device, now, outages), (device.id, now)
        now += timedelta(minutes=minutes)
