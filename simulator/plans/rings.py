"""A plan that renews in rings: a pilot in which failures show, some shares of the devices, then the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from ...store.devices.common_traits import CommonTrait
from ...store.durations import duration_text
from ...store.model.device import Device
from ...store.views.common_traits import trait_text
from ...store.words import plural
from ...store.workspace import Workspace
from .pilot import CoveredGroup, Pilot, PilotWishes
from .plan import Choice, Plan, RenewInRings, Ring
from .values import share_text

_SHOWN = 5


def rings_plan(
    workspace: Workspace,
    pilot: Pilot,
    choice: Choice,
    wishes: PilotWishes,
    *,
    shares: Sequence[float],
    at: datetime | None = None,
    name: str = "rings",
) -> Plan:
    """The plan: the pilot, a ring for each share of the devices, and the rest. It begins ``at`` a time, or at once."""
    named = Choice(devices=tuple(_name(workspace, device) for device in pilot.devices))
    rest = Ring(name="rest", within=wishes.within, most_misses=wishes.most_misses)
    rings = [
        replace(rest, name="pilot", choice=named),
        *(replace(rest, name=share_text(share), share=share) for share in shares),
        rest,
    ]
    after = timedelta(0) if at is None else None
    action = RenewInRings(at=at, after=after, choice=choice, rings=tuple(rings))
    return Plan(name=name, title="Renew in rings", actions=(action,))


def _name(workspace: Workspace, device: Device) -> str:
    """The identity that a device is known by, or its id if that isn't found."""
    found = workspace.devices.records.find(device.known_by)
    return device.known_by if found is not None and found.id == device.id else str(device.id)


def pilot_lines(pilot: Pilot, wishes: PilotWishes) -> Iterator[str]:
    """What the pilot holds, and what it can't show."""
    yield (
        f"pilot: {len(pilot.devices):,} of {plural(pilot.candidates, 'device')} that can be renewed; "
        f"{share_text(round(pilot.answering, 3))} of them were seen in the last {duration_text(wishes.within)}"
    )
    yield (
        f"{plural(len(pilot.groups), 'group')} of at least {share_text(wishes.smallest)}, each with enough devices for "
        f"{pilot.failing} to fail: a model and OS version, a model, an OS version, a mobile carrier, a place, a kind "
        "of enrollment"
    )
    if missed := sorted(pilot.missed, key=lambda group: group.detected):
        shown = ", ".join(_missed(group) for group in missed[:_SHOWN])
        more = f" and {len(missed) - _SHOWN} more" if len(missed) > _SHOWN else ""
        yield f"too small to show with {share_text(wishes.detect)}, though all of them are in it: {shown}{more}"


def _missed(group: CoveredGroup) -> str:
    """``iPhone 15 (3 devices, 88.7%)``."""
    named = group_text(group)
    return f"{named} ({plural(group.devices, 'device')}, {share_text(round(group.detected, 3))})"


def group_text(group: CoveredGroup) -> str:
    """``iPhone 15``, ``time zone Europe/Vienna``."""
    return trait_text(CommonTrait(trait=group.trait, value=group.value, failing=0, devices=group.devices))


def pilot_document(pilot: Pilot) -> dict[str, object]:
    """The pilot as JSON types; ``detected`` is the probability that a group shows if all of it fails."""
    return {
        "devices": [device.id for device in pilot.devices],
        "candidates": pilot.candidates,
        "answering": round(pilot.answering, 4),
        "failing": pilot.failing,
        "groups": [
            {
                "trait": group.trait,
                "value": group.value,
                "devices": group.devices,
                "in_pilot": group.in_pilot,
                "detected": round(group.detected, 4),
            }
            for group in pilot.groups
        ],
    }
