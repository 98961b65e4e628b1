"""Whether a device trusts the chains it is shown: the rule of SSL Error 61.

A device trusts a chain if it trusts the root or any other certificate of it: in its own trust store, deployed, or
installed by hand. If antivirus software inspects TLS, it must trust the chain too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec.structs import replace

from ..model.device import Device
from ..model.device_event import EventKind
from ..model.trust import TrustAnchor
from ..words import plural
from .change import Change
from .gate import Blocked, Gate, ServedChain
from .presence import Outages, last_seen

SSL_ERROR_61 = "ssl-error-61"


def would_be_refused(count: int) -> str:
    """``7 devices would get SSL Error 61 at their next connection``."""
    return f"{plural(count, 'device')} would get SSL Error 61 at {'its' if count == 1 else 'their'} next connection"


def missing_trust(device: Device, chains: Iterable[ServedChain], gate: Gate) -> Blocked | None:
    """Why a device gets SSL Error 61 with one of these chains; None if it trusts them all."""
    for chain in chains:
        if chain.everywhere or trusts(device, chain, gate.anchors, gate.outages):
            continue
        return Blocked(SSL_ERROR_61, f"SSL Error 61: device {device.id} ({device.name}) {_lacks(device, chain, gate)}")
    return None


def trusts(device: Device, chain: ServedChain, anchors: Mapping[int, TrustAnchor], outages: Outages) -> bool:
    """Whether a device trusts a chain."""
    if _has_come(device, chain):
        return True
    return any(_has(device, id, anchors, outages, chain.since) == (True, True) for id in chain.ids)


def to_install(device: Device, chains: Iterable[ServedChain], gate: Gate) -> int | None:
    """The certificate that the user of a device has received and that the device needs."""
    for chain in chains:
        if chain.everywhere or trusts(device, chain, gate.anchors, gate.outages):
            continue
        for id in reversed(chain.ids):
            anchor = gate.anchors.get(id)
            if anchor is None or anchor.deployed_to(device.platform) is None:
                continue
            if not _has(device, id, gate.anchors, gate.outages, chain.since)[0]:
                return id
    return None


def installed(device: Device, certificate_id: int, now: datetime, *, antivirus: bool, by: str = "") -> Change:
    """Somebody has installed a CA certificate on the device; ``antivirus``: the antivirus trusts it too."""
    changed = device
    if certificate_id not in device.anchors:
        changed = replace(changed, anchors=(*changed.anchors, certificate_id))
    if antivirus and certificate_id not in changed.antivirus_anchors:
        changed = replace(changed, antivirus_anchors=(*changed.antivirus_anchors, certificate_id))
    if changed is device:
        return Change(device)
    return Change(changed, events=((EventKind.ROOT_INSTALLED, f"certificate {certificate_id}{by}"),))


def has_installed(
    device: Device, certificate_id: int, anchors: Mapping[int, TrustAnchor], outages: Outages, now: datetime
) -> bool:
    """Whether a CA certificate is on a device: for its details."""
    return _has(device, certificate_id, anchors, outages, int(now.timestamp()))[0]


def trusted_by_antivirus(device: Device, certificate_id: int, anchor: TrustAnchor | None) -> bool:
    """Whether the antivirus on a device, if it has one, trusts a CA certificate; ``anchor`` says what is known."""
    if not device.antivirus or certificate_id in device.antivirus_anchors:
        return True
    if anchor is None:
        return False
    return anchor.preinstalled or device.id <= anchor.up_to_device or anchor.antivirus_at is not None


def _has_come(device: Device, chain: ServedChain) -> bool:
    """It has reached the server since the chain came into use, so it trusts it. An imported device was managed by the
    real server when it was first imported: so it is with chains that were in use by then."""
    if device.is_cut_off or not device.state.is_admitted:
        return False
    reported = device.reported
    if reported is not None and reported.known_since is not None and reported.known_since.timestamp() >= chain.since:
        return True
    return device.last_check_in is not None and device.last_check_in.timestamp() > chain.since


def _has(device: Device, id: int, anchors: Mapping[int, TrustAnchor], outages: Outages, at: int) -> tuple[bool, bool]:
    """Whether a certificate is on the device and trusted by its antivirus, if it has one."""
    anchor = anchors.get(id)
    by_antivirus = trusted_by_antivirus(device, id, anchor)
    if anchor is not None and (anchor.preinstalled or device.id <= anchor.up_to_device):
        return True, by_antivirus
    if id in device.anchors:
        return True, by_antivirus
    deployed_at = None if anchor is None else anchor.deployed_to(device.platform)
    if deployed_at is None:
        return False, by_antivirus
    seen = last_seen(device, datetime.fromtimestamp(at, UTC), outages)
    return seen is not None and seen >= deployed_at, by_antivirus


def _lacks(device: Device, chain: ServedChain, gate: Gate) -> str:
    there = [id for id in chain.ids if _has(device, id, gate.anchors, gate.outages, chain.since)[0]]
    if there:
        return f"has {chain.top}, but its antivirus does not trust it"
    if chain.complete:
        return f"lacks the root {chain.top}"
    return f"can't build the chain: the issuer of {chain.top} is not in the inventory, so the server doesn't send it"
