"""How many devices would get SSL Error 61 by a change: those that don't trust a chain that they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..devices.gate import Gate, ServedChain
from ..impact.impact import count_untrusting, doubtful_chains
from ..model.device import Device
from .effects import TrustEffect
from .rows import Rows


def trust_effects(
    before: Gate, after: Gate, rows: Rows, devices: Callable[[], Iterable[Device]]
) -> tuple[TrustEffect, ...]:
    """Compare how many of the devices that were there before lack trust in each chain.

    ``devices`` reads all as they are after the change. It is called only where chains or trust in them differ, because
    it takes long in a large fleet.
    """
    written = {one.id: one for one in rows.records("devices", Device)}
    old, new = doubtful_chains(before), doubtful_chains(after)
    everybody = _terms(before, old) != _terms(after, new)
    if not everybody and not written:
        return ()
    unchanged = [one for one in devices() if one.id not in written] if everybody else []
    was = [one.before for one in written.values() if one.before is not None]
    now = [one.after for one in written.values() if one.after is not None and one.before is not None]
    lacked = count_untrusting([*unchanged, *was], old, before)
    lack = count_untrusting([*unchanged, *now], new, after)
    titles = {chain.ids[-1]: chain.top for chain in (*old, *new)}
    return tuple(
        TrustEffect(certificate_id=id, title=title, before=lacked[id], after=lack[id])
        for id, title in titles.items()
        if lacked[id] != lack[id]
    )


def _terms(gate: Gate, chains: Iterable[ServedChain]) -> object:
    """All that the trust of a device follows from, but for the device."""
    return tuple(_terms_of(gate, chains)), gate.outages


def _terms_of(gate: Gate, chains: Iterable[ServedChain]) -> Iterator[object]:
    for chain in chains:
        yield chain, tuple(gate.anchors.get(id) for id in chain.ids)
