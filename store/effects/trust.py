"""The devices that would get SSL Error 61 through a change: those that don't trust a chain that they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..devices.gate import Gate, ServedChain
from ..model.device import Device, DeviceState, Refused
from ..persistence.table import AT_ONCE
from ..trust.ssl_errors import count_untrusting, doubtful_chains
from .effects import TrustEffect
from .rows import WrittenRecord, WrittenRows

Value = TypeVar("Value")


def trust_effects(
    before: Gate, after: Gate, rows: WrittenRows, devices: Callable[[], Iterable[Device]]
) -> tuple[TrustEffect, ...]:
    """Compare how many devices lack trust in each chain. Devices added by the change don't count.

    ``devices`` reads all devices after the change. It is called only if chains or trust in them differ, because it
    takes long in a large fleet.
    """
    old, new = doubtful_chains(before), doubtful_chains(after)
    if not (old or new):
        return ()
    written = {one.id for one in rows.records("devices", Trusting) if _trusts_otherwise(one)}
    everybody = _terms(before, old) != _terms(after, new)
    if not everybody and not written:
        return ()
    lacked, lack = Counter[int](), Counter[int]()
    for unchanged in _some(one for one in devices() if one.id not in written) if everybody else ():
        lacked.update(count_untrusting(unchanged, old, before))
        lack.update(count_untrusting(unchanged, new, after))
    for pairs in _some(one for one in rows.records("devices", Device) if one.id in written) if written else ():
        lacked.update(count_untrusting([one.before for one in pairs if one.before is not None], old, before))
        now = [one.after for one in pairs if one.after is not None and one.before is not None]
        lack.update(count_untrusting(now, new, after))
    titles = {chain.ids[-1]: chain.top for chain in (*old, *new)}
    return tuple(
        TrustEffect(certificate_id=id, title=title, before=lacked[id], after=lack[id])
        for id, title in titles.items()
        if lacked[id] != lack[id]
    )


def _some(records: Iterable[Value]) -> Iterator[list[Value]]:
    """Some at a time."""
    rest = iter(records)
    while some := list(islice(rest, AT_ONCE)):
        yield some


class Trusting(Struct, frozen=True):
    """The parts of a device that its trust depends on."""

    id: int
    state: DeviceState
    last_check_in: datetime | None = None
    refused: Refused | None = None
    anchors: tuple[int, ...] = ()
    antivirus: bool = False
    antivirus_anchors: tuple[int, ...] = ()


def _trusts_otherwise(one: WrittenRecord[Trusting]) -> bool:
    """Whether a device may trust other chains than before."""
    if one.before is None or one.after is None:
        return True
    same_state = one.before.state.is_admitted is one.after.state.is_admitted
    return not same_state or replace(one.before, state=one.after.state) != one.after


def _terms(gate: Gate, chains: Iterable[ServedChain]) -> object:
    """Everything outside a device that its trust depends on."""
    return tuple(_terms_of(gate, chains)), gate.outages


def _terms_of(gate: Gate, chains: Iterable[ServedChain]) -> Iterator[object]:
    for chain in chains:
        yield chain, tuple(gate.anchors.get(id) for id in chain.ids)
