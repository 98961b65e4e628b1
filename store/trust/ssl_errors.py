"""SSL Error 61 in numbers: the devices that would be refused at their next connection, and those that were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from ..devices.gate import Gate, ServedChain
from ..devices.trust import SSL_ERROR_61, trusts
from ..model.device import Device, DeviceState
from ..persistence.conditions import All, Not, OneOf
from ..persistence.schema import REFUSED, STATE


class SslErrors(Struct, frozen=True, kw_only=True):
    """``would_be_refused``: devices that don't trust a chain that the server or the gateway shows now.
    ``were_refused``: devices whose last attempt to reach the server or to enroll ended with SSL Error 61; once the
    cause is gone, they stay in this number until their next attempt."""

    would_be_refused: int = 0
    were_refused: int = 0


WERE_REFUSED = All((OneOf(REFUSED, (SSL_ERROR_61,)), Not(OneOf(STATE, (DeviceState.REVOKED.value,)))))
"""What ``count_refused`` counts, as the database is asked for it."""


def ssl_errors(devices: Iterable[Device], gate: Gate) -> SslErrors:
    """Count them. A revoked device is in neither number."""
    chains, would, were = doubtful_chains(gate), 0, 0
    for device in devices:
        would += device.state is not DeviceState.REVOKED and any(
            not trusts(device, chain, gate.anchors, gate.outages) for chain in chains
        )
        were += count_refused([device])
    return SslErrors(would_be_refused=would, were_refused=were)


def count_refused(devices: Iterable[Device]) -> int:
    """The number of these devices that got SSL Error 61 at their last attempt to connect."""
    return sum(
        one.refused is not None and one.refused.code == SSL_ERROR_61 and one.state is not DeviceState.REVOKED
        for one in devices
    )


def doubtful_chains(gate: Gate) -> list[ServedChain]:
    """The distinct chains that some device may lack trust in."""
    return [chain for chain in dict.fromkeys((*gate.to_enroll, *gate.to_check_in)) if not chain.everywhere]


def count_untrusting(devices: Iterable[Device], chains: Iterable[ServedChain], gate: Gate) -> Counter[int]:
    """The number of these devices that lack trust in each of these chains, by the entry at its top."""
    counted: Counter[int] = Counter()
    chains = list(chains)
    for device in devices if chains else ():
        if device.state is DeviceState.REVOKED:
            continue
        counted.update({chain.ids[-1] for chain in chains if not trusts(device, chain, gate.anchors, gate.outages)})
    return counted
