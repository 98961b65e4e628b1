"""The status of a simulation: the same for any number of workers, key material aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ....store.devices.common_traits import FailingRenewals, TraitCarrier, failing_renewals
from ....store.devices.counts import Place, count_places, describe, fleet_of
from ....store.devices.device_choice import of_groups, with_pending
from ....store.model.device import Platform, WaitsFor
from ....store.persistence.conditions import Some
from ....store.views.simulation import (
    ClockDocument,
    EventLogDocument,
    GroupProgressDocument,
    RenewalProgressDocument,
    SimulationStatusDocument,
    TablesDocument,
    clock_document,
    load_document,
    simulation_document,
)
from ....store.workspace import Workspace
from ...identities.tables import tables
from ..state.load import peak_load
from ..state.simulation_record import simulation_of
from .arrivals import arrivals_of
from .renewal_progress import RenewalProgress, renewal_progress


def _by_platform(places: Mapping[Place, int]) -> dict[str, Counter[str]]:
    """The number of devices of each CA group, by platform."""
    found: dict[str, Counter[str]] = {}
    for place, count in places.items():
        if place.issuer_group is not None:
            found.setdefault(place.issuer_group, Counter())[place.platform] += count
    return found


def simulation_status(workspace: Workspace) -> SimulationStatusDocument:
    """Clock, fleet, groups, progress of the renewal, and the digest of the event log."""
    with workspace.database.moment():
        record = simulation_of(workspace)
        fleet = workspace.database.table("devices")
        places = count_places(fleet, by_group=True, by_pending=True)
        counts, by_platform = fleet_of(places), _by_platform(places)
        groups = workspace.authorities.summaries(counts.groups)
        issuing = next((summary.group.name for summary in groups if summary.state == "issuing"), "default")
        clock, tables, log = clock_of(workspace), tables_of(workspace), event_log_of(workspace)
        arrivals, load = arrivals_of(workspace), peak_load(workspace)
        progress = renewal_progress(fleet, places, issuing)
        answered = (
            fleet.ids_where(Some((with_pending(True), of_groups([issuing])))) if progress.waits_for["error"] else []
        )
        failing = failing_renewals(fleet.each(TraitCarrier, answered), issuing)
    return SimulationStatusDocument(
        clock=clock,
        simulation=None if record is None else simulation_document(record),
        tables=tables,
        devices=describe(counts),
        arrivals=arrivals,
        groups=tuple(
            GroupProgressDocument(
                name=summary.group.name,
                state=summary.state.value,
                devices=summary.devices,
                by_platform=_all_platforms(by_platform.get(summary.group.name, Counter())),
            )
            for summary in groups
        ),
        renewal=_progress_document(progress, failing),
        load=None if load is None else load_document(load),
        pushes_a_minute=workspace.site.get().pushes_a_minute,
        event_log=log,
    )


def clock_of(workspace: Workspace) -> ClockDocument:
    """The workspace's clock."""
    return clock_document(workspace.now(), is_virtual=workspace.is_virtual)


def tables_of(workspace: Workspace) -> TablesDocument:
    """The end of the tables of models and OS versions that the workspace's fleet is drawn from."""
    record = simulation_of(workspace)
    known = tables(None if record is None else record.tables)
    return TablesDocument(until=known.until, outdated=known.end_before(workspace.now()))


def event_log_of(workspace: Workspace) -> EventLogDocument:
    """The digest of the event log."""
    digest = workspace.devices.log_digest()
    return EventLogDocument(count=digest.count, sha256=digest.sha256)


def _progress_document(progress: RenewalProgress, failing: FailingRenewals) -> RenewalProgressDocument:
    return RenewalProgressDocument(
        group=progress.group,
        crossed=_all_platforms(progress.crossed),
        pending=_all_platforms(progress.pending),
        to_re_enroll=_all_platforms(progress.users),
        not_asked=_all_platforms(progress.others),
        out=_all_platforms(progress.out),
        waits_for={reason.name.lower(): progress.waits_for[reason.name.lower()] for reason in WaitsFor},
        failing=failing,
    )


def _all_platforms(counts: Counter[str]) -> dict[str, int]:
    return {platform.value: counts[platform] for platform in Platform}
