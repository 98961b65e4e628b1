"""Parts of the measurement of scale that are no command: ``python -m benchmarks.scale_steps NAME WORKSPACE``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta

from certfleet.api.product.device_list import DevicePage
from certfleet.api.product.fleet import Fleet
from certfleet.api.server.answers import answer
from certfleet.simulator.engine.issuing import issuance
from certfleet.simulator.engine.issuing.issuance import IssuingSecrets, Job
from certfleet.simulator.engine.simulator import Simulator
from certfleet.store.authorities.issued import IssuedCertificate
from certfleet.store.devices.fleet_list.fleet_list import MOST, FleetList, Query
from certfleet.store.devices.fleet_list.kept_devices import MOST_OF_MANY
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import place_of


def rest(workspace: Workspace) -> None:
    """What the server does for pages of its device list: the first and the last, a filter, sorted ones, words, and the
    counts of all filters."""
    fleet = FleetList(workspace.database)
    now, outages = workspace.now(), workspace.impact.gate().outages
    total = fleet.query(Query(limit=1000), now, outages).total
    for query in (
        Query(start=total - 1000, limit=1000),
        Query(limit=1000, filter_ids=("device.platform.windows",)),
        Query(limit=1000, column="SERIAL", descending=True),
        Query(limit=1000, search="anna iphone"),
        Query(limit=1000, column="LASTAUTHDATE"),
    ):
        fleet.query(query, now, outages)
    fleet.facets(now, outages)


def full_server(workspace: Workspace) -> None:
    """A server whose caches are full: what ``rest`` asks, a second order, as many pages as are kept, an answer with the
    most devices that one may have, and the figures for a monitoring system."""
    fleet = Fleet(workspace)
    for query in (
        Query(limit=1000, filter_ids=("device.platform.windows",)),
        Query(limit=1000, column="SERIAL", descending=True),
        Query(limit=1000, column="SYSTEM_OS_VERSION"),
        Query(limit=1000, search="anna iphone"),
        Query(limit=1000, column="LASTAUTHDATE"),
        *(Query(start=start, limit=1000) for start in range(0, MOST_OF_MANY, 1000)),
        Query(limit=MOST),
    ):
        for _ in answer(DevicePage, **fleet.page(query, counted=True)).parts or ():
            """As they are sent."""
    workspace.metrics.figures()


def virtual_week(workspace: Workspace) -> None:
    """A week passes for the fleet, after a moment has been kept, as ``simulate run`` does; its certificates are on
    paper."""
    issuance.issue_all = _on_paper
    workspace.moments.before_time_passes()
    with Simulator(workspace) as simulator:
        simulator.run(workspace.now() + timedelta(days=7))


def _on_paper(material: IssuingSecrets, jobs: Iterable[Job]) -> list[IssuedCertificate]:
    return [IssuedCertificate(b"", f"{job.place:X}", *[f"{job.place:032x}{job.key_number:032x}"] * 2) for job in jobs]


if __name__ == "__main__":
    with Workspace.open(place_of(sys.argv[2])) as opened:
        {"rest": rest, "full_server": full_server, "virtual_week": virtual_week}[sys.argv[1]](opened)
