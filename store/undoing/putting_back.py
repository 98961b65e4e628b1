"""Putting records back as they were before a change, each by the use case that a person would call."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from ..components.components import Components
from ..devices.changing import TITLES, DeviceChanges
from ..inventory.inventory import Inventory
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.kept_change import KeptRow
from ..model.ownership import OwnershipRecord
from ..model.policy import Policy
from ..model.site import SiteSettings
from ..model.trust import TrustAnchor
from ..notices.owners import Owners
from ..policies.policies import Policies
from ..site.site import Site
from ..trust.trust import Trust

Record = TypeVar("Record", bound=msgspec.Struct)

_NOT_COMPARED: Mapping[str, frozenset[str]] = {
    "components": frozenset({"bound_at"}),
    "policies": frozenset({"version", "changed_at", "changed_by", "created_at", "created_by"}),
    "trust_anchors": frozenset({"deployed_at", "deployed_by", "antivirus_at", "earlier", "taken_at", "up_to_device"}),
}
"""What a change back alters, too: when and by whom."""


class UseCasesOfUndo(NamedTuple):
    """The use cases that put something back."""

    inventory: Inventory
    policies: Policies
    components: Components
    trust: Trust
    owners: Owners
    site: Site
    devices: DeviceChanges


def stands(row: KeptRow, present: Mapping[str, Any] | None) -> bool:
    """Whether a record is still as the change left it, in what the change altered."""
    if row.after is None or present is None:
        return row.after is None and present is None
    now = _plain(present)
    return all(now.get(field) == row.after.get(field) for field in altered(row))


def altered(row: KeptRow) -> list[str]:
    """The fields of a record that a change altered."""
    nothing: dict[str, Any] = _plain(SiteSettings()) if row.table == "settings" else {}
    before, after = row.before or nothing, row.after or {}
    names = dict.fromkeys((*before, *after))
    ignored = _NOT_COMPARED.get(row.table, frozenset()) | {"id"}
    return [name for name in names if name not in ignored and before.get(name) != after.get(name)]


def put_back(use: UseCasesOfUndo, rows: Iterable[KeptRow]) -> None:
    """Put records back, inside a transaction. Refuses as the use cases do."""
    rows = list(rows)
    _certificates(use, rows)
    for row in rows:
        if row.table in _ONE_BY_ONE:
            _ONE_BY_ONE[row.table](use, row)


def _certificates(use: UseCasesOfUndo, rows: list[KeptRow]) -> None:
    entries = [row for row in rows if row.table == "certificates"]
    files = {row.id: row.before for row in rows if row.table == "certificate_der"}
    issued = [row.id for row in entries if "issuer_id" in altered(row) and row.before and row.after]
    for row in entries:
        if row.after is None and row.before is not None:
            file = files.get(row.id) or {}
            use.inventory.put_back(_record(row, Certificate), base64.b64decode(file["der"]), issued)
        elif row.before is None:
            use.inventory.delete(row.id)
        elif "description" in altered(row):
            use.inventory.describe(row.id, row.before["description"])


def _policy(use: UseCasesOfUndo, row: KeptRow) -> None:
    if row.before is None:
        use.policies.delete(row.id)
        return
    was = _record(row, Policy)
    vpn, platforms, assignment = was.vpn, was.platforms, was.assignment
    if row.after is None:
        use.policies.create(was.name, vpn=vpn, platforms=platforms, assignment=assignment)
    else:
        use.policies.change(row.id, name=was.name, vpn=vpn, platforms=platforms, assignment=assignment)


def _component(use: UseCasesOfUndo, row: KeptRow) -> None:
    components = use.components
    if row.before is None:
        components.remove(row.id)
        return
    was, fields = _record(row, Component), altered(row)
    need, name = was.need, was.name
    if row.after is None or {"certificate_id", "profile_id"}.intersection(fields):
        if was.certificate_id is not None:
            components.bind(need, was.certificate_id, name=name, apple_id=was.apple_id)
        elif was.profile_id is not None:
            components.bind_profile(was.profile_id)
        elif row.after is not None:
            components.unbind(need, name=name)
    known = components.find(need, name)
    if known is None or known.use is not was.use:
        components.set_use(need, was.use, name=name)
    if (known := components.find(need, name)) is not None and known.apple_id != was.apple_id:
        components.set_apple_id(need, was.apple_id)


def _trust(use: UseCasesOfUndo, row: KeptRow) -> None:
    was, trust = None if row.before is None else _record(row, TrustAnchor), use.trust
    known = trust.get(row.id)
    if was is None or was.deployed_at is None:
        if known.deployed_at is not None:
            trust.withdraw(row.id)
    else:
        trust.deploy(row.id, platforms=was.platforms, antivirus=was.antivirus_at is not None)
    preinstalled = was is not None and was.preinstalled
    if known.preinstalled is not preinstalled:
        trust.set_preinstalled(row.id, preinstalled)
    if was is not None:
        trust.assume(row.id, was.up_to_device)


def _owner(use: UseCasesOfUndo, row: KeptRow) -> None:
    was = None if row.before is None else _record(row, OwnershipRecord)
    record = was.record if was is not None else str((row.after or {})["record"])
    owner, deputy, runbook = (was.owner, was.deputy, was.runbook) if was is not None else ("", "", "")
    use.owners.set(record, owner=owner, deputy=deputy, runbook=runbook)


def _site(use: UseCasesOfUndo, row: KeptRow) -> None:
    was = SiteSettings() if row.before is None else msgspec.convert(row.before, SiteSettings)
    use.site.set(**{name: getattr(was, name) for name in altered(row) if hasattr(was, name)})


def _device(use: UseCasesOfUndo, row: KeptRow) -> None:
    before = row.before or {}
    use.devices.change(row.id, {field: before.get(field) or "" for field in altered(row) if field in TITLES})


_ONE_BY_ONE: Mapping[str, Callable[[UseCasesOfUndo, KeptRow], None]] = {
    "policies": _policy,
    "components": _component,
    "trust_anchors": _trust,
    "ownerships": _owner,
    "settings": _site,
    "devices": _device,
}


def _plain(document: object) -> dict[str, Any]:
    """A document with the types that JSON has, as it is kept."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return found


def _record(row: KeptRow, kind: type[Record]) -> Record:
    return msgspec.convert({**(row.before or {}), "id": row.id}, kind)


def record_after(row: KeptRow, kind: type[Record]) -> Record:
    """The record that the change left."""
    return msgspec.convert({**(row.after or {}), "id": row.id}, kind)
