"""The status of a simulation: the same for any number of workers, key material aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, to_builtins

from ...store.clock import rfc3339
from ...store.devices.counts import describe
from ...store.devices.renewal_progress import DeviceProgress, progress_of
from ...store.model.device import Device, DeviceState, PendingAction, Platform, WaitsFor
from ...store.workspace import Workspace
from ..identities.tables import Tables, tables
from .simulation_record import history, simulation_of

__all__ = ["RenewalProgress", "history", "renewal_progress", "simulation_status"]


class RenewalStanding(Struct, frozen=True):
    """The fields of a device that progress depends on."""

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


def renewal_progress(devices: Iterable[RenewalStanding | Device], group: str) -> RenewalProgress:
    """The progress towards ``group``."""
    found = RenewalProgress(
        group=group,
        crossed=Counter(),
        pending=Counter(),
        users=Counter(),
        others=Counter(),
        out=Counter(),
        waits_for=Counter(),
    )
    for device in devices:
        progress, renewal = progress_of(device.state, device.pending)
        if renewal is not None:
            found.waits_for[renewal.waits_for.name.lower()] += 1
        match progress:
            case DeviceProgress.PENDING:
                found.pending[device.platform] += 1
            case DeviceProgress.USER:
                found.users[device.platform] += 1
            case DeviceProgress.OUT:
                found.out[device.platform] += 1
            case _ if device.issuer_group == group:
                found.crossed[device.platform] += 1
            case _:
                found.others[device.platform] += 1
    return found


def simulation_status(workspace: Workspace) -> dict[str, Any]:
    """Clock, fleet, groups, progress of the renewal, and the digest of the event log, as JSON types."""
    with workspace.database.moment():
        now, record = workspace.now(), simulation_of(workspace)
        counts = workspace.devices.counts()
        standings = workspace.database.table("devices").records(RenewalStanding)
        groups = workspace.authorities.summaries(counts.groups)
        issuing = next((summary.group.name for summary in groups if summary.state == "issuing"), "default")
        digest = workspace.devices.log_digest()
    by_platform: dict[str, Counter[str]] = {}
    for standing in standings:
        if standing.issuer_group is not None:
            by_platform.setdefault(standing.issuer_group, Counter())[standing.platform] += 1
    return {
        "clock": clock_as_json(workspace, now),
        "simulation": None if record is None else to_builtins(record) | {"tables": sorted(record.tables)},
        "tables": tables_as_json(tables_of(workspace), now),
        "devices": describe(counts),
        "groups": [
            {
                "name": summary.group.name,
                "state": summary.state.value,
                "devices": summary.devices,
                "by_platform": _all_platforms(by_platform.get(summary.group.name, Counter())),
            }
            for summary in groups
        ],
        "renewal": progress_as_json(renewal_progress(standings, issuing)),
        "event_log": {"count": digest.count, "sha256": digest.sha256},
    }


def clock_as_json(workspace: Workspace, now: datetime) -> dict[str, Any]:
    """The clock; ``epoch`` is Unix time, as ``openssl verify -attime`` takes it."""
    kind = "virtual" if workspace.is_virtual else "wall"
    return {"kind": kind, "now": rfc3339(now), "epoch": int(now.timestamp())}


def tables_of(workspace: Workspace) -> Tables:
    """The tables of models and OS versions that the workspace's fleet is drawn from."""
    record = simulation_of(workspace)
    return tables(None if record is None else record.tables)


def tables_as_json(known: Tables, now: datetime) -> dict[str, Any]:
    """Up to when the tables go, and whether the clock is beyond that."""
    return {"until": known.until.isoformat(), "outdated": known.end_before(now)}


def tables_warning(known: Tables, now: datetime) -> list[str]:
    """A sentence if the clock is beyond the tables."""
    if not known.end_before(now):
        return []
    return [f"the tables of models and OS versions end on {known.until}: later ones are missing (--tables adds some)"]


def progress_as_json(progress: RenewalProgress) -> dict[str, Any]:
    """The progress as JSON types."""
    return {
        "group": progress.group,
        "crossed": _all_platforms(progress.crossed),
        "pending": _all_platforms(progress.pending),
        "to_re_enroll": _all_platforms(progress.users),
        "not_asked": _all_platforms(progress.others),
        "out": _all_platforms(progress.out),
        "waits_for": {reason.name.lower(): progress.waits_for[reason.name.lower()] for reason in WaitsFor},
    }


def _all_platforms(counts: Counter[str]) -> dict[str, int]:
    return {platform.value: counts[platform] for platform in Platform}
