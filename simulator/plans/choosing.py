"""What a plan names, found in a workspace: devices, certificates, tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ...store.components.needs import BOUND
from ...store.devices.device_filter import parse_filter, standing
from ...store.errors import Refusal
from ...store.model.certificate import Certificate
from ...store.model.device import Device, Platform
from ...store.model.task import Task
from ...store.workspace import Workspace
from .plan import Choice

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_LONGEST_ID = 18  # digits


def chosen_devices(workspace: Workspace, choice: Choice) -> list[Device]:
    """The devices of a choice: in the order in which they are named, otherwise by id.

    Refuses with ``group-unknown``. Names that no device has are left out (``unknown_devices``).
    """
    return list(_chosen(workspace, choice))


def _chosen(workspace: Workspace, choice: Choice) -> Iterator[Device]:
    """The same, one after the other: a choice of few may look at a million."""
    for name in choice.issuer:
        workspace.authorities.group(name)
    now, outages, matches = workspace.now(), workspace.impact.gate().outages, None
    if choice.search:
        found = parse_filter(choice.search, now, workspace.expiry())
        if found.problem is not None or (matches := found.matches) is None:
            raise Refusal("filter-unclear", f"{choice.search!r} is not a filter: {found.problem}", "See docs/plans.md.")
    for device in named_devices(workspace, choice.devices) if choice.devices else workspace.devices.each():
        if choice.issuer and device.issuer_group not in choice.issuer:
            continue
        if choice.platform and device.platform not in choice.platform:
            continue
        if matches is None or matches(standing(device, now, outages)):
            yield device


def chosen_ids(workspace: Workspace, choice: Choice) -> list[int]:
    """The ids of the same devices, in the same order. Reads only a little of each device if that decides."""
    if choice.devices or choice.search:
        return [device.id for device in _chosen(workspace, choice)]
    for name in choice.issuer:
        workspace.authorities.group(name)
    return [
        known.id
        for known in workspace.database.table("devices").each(_Choosable)
        if (not choice.issuer or known.issuer_group in choice.issuer)
        and (not choice.platform or known.platform in choice.platform)
    ]


class _Choosable(Struct, frozen=True):
    """The fields of a device that decide whether it is chosen without a filter."""

    id: int
    platform: Platform
    issuer_group: str | None = None


def unknown_devices(workspace: Workspace, choice: Choice) -> list[str]:
    """The names in a choice that no device has."""
    return [name for name in choice.devices if _find(workspace, name) is None]


def check_known(workspace: Workspace, choice: Choice) -> None:
    """Refuses with ``device-unknown`` if a named device doesn't exist."""
    if unknown := unknown_devices(workspace, choice):
        raise Refusal(
            "device-unknown", f"no device has the identity {unknown[0]!r}", "`certfleet device list` shows them."
        )


def named_devices(workspace: Workspace, names: Iterable[str]) -> list[Device]:
    """The devices with these ids or identities, each once."""
    found = (_find(workspace, name) for name in names)
    return list({device.id: device for device in found if device is not None}.values())


def _find(workspace: Workspace, name: str) -> Device | None:
    records, digits = workspace.devices.records, name.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_ID:
        device = records.find_id(int(digits))
        if device is not None:
            return device
    return records.find(name)


def find_certificate(workspace: Workspace, name: str) -> Certificate:
    """The entry that a plan names: by its id, its SHA-256 fingerprint, a need (what is bound to it; ``NEED:NAME`` for
    one of several), or its name, if only one entry that has not been replaced is called that.

    Refuses with ``not-found`` or ``certificate-ambiguous``.
    """
    digits = name.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_ID:
        return workspace.inventory.get(int(digits))
    wanted = name.strip().lower()
    entries = workspace.inventory.list()
    if _FINGERPRINT.fullmatch(wanted.replace(":", "")):
        found = [entry for entry in entries if entry.fingerprint_sha256 == wanted.replace(":", "")]
    elif wanted.partition(":")[0] in BOUND:
        found = _bound(workspace, name)
    else:
        named = [entry for entry in entries if wanted in (entry.name.lower(), entry.common_name.lower())]
        found = [entry for entry in named if entry.replaced_by is None]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal("not-found", f"there is no certificate {name!r}", "`certfleet certificate list` shows them.")
    ids = ", ".join(str(entry.id) for entry in found[:5])
    raise Refusal(
        "certificate-ambiguous", f"{len(found)} certificates are called {name!r}: {ids}", "Name one by its id."
    )


def _bound(workspace: Workspace, name: str) -> list[Certificate]:
    need, _, own = (part.strip() for part in name.partition(":"))
    ids = {
        component.certificate_id
        for component in workspace.components.list()
        if component.need == need.lower() and (not own or component.name.lower() == own.lower())
    }
    return [workspace.inventory.get(id) for id in sorted(id for id in ids if id is not None)]


def find_task(workspace: Workspace, name: str) -> Task:
    """The task that a plan names: by its id, its kind, its need, or words of its title; the oldest open one of several.

    Refuses with ``task-unknown``.
    """
    if name.isascii() and name.isdecimal() and len(name) <= _LONGEST_ID:
        return workspace.tasks.get(int(name))
    words = name.lower().split()
    for task in workspace.tasks.list(done=False):
        if name.lower() in (task.kind, task.need) or all(word in task.title.lower() for word in words):
            return task
    raise Refusal("task-unknown", f"there is no open task {name!r}", "`certfleet task list` shows them.")
