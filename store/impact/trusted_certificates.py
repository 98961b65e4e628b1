"""The certificates that devices have to trust, or do: those in the chains that they are shown, and those deployed."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from ..model.certificate import Certificate
from ..model.trust import TrustAnchor
from .impact import Impact
from .needs import Group


class TrustedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that devices have to trust, or do. ``shown``: it is in a chain that the server or the gateway
    shows; ``lacking`` how many devices don't trust the chain that it is at the top of, None where it is at none."""

    entry: Certificate
    anchor: TrustAnchor
    public: bool
    shown: bool
    lacking: int | None


def trusted_certificates(impact: Impact, entry: Callable[[int], Certificate]) -> list[TrustedCertificate]:
    """Every one that is shown, or that something is known of, by id; ``entry`` gives an entry of the inventory.

    Inside a ``moment``. In a large fleet it takes as long as the checklist.
    """
    landscape, gate, untrusting = impact.landscape(), impact.gate(), impact.untrusting()
    tops = {chain.ids[-1] for chain in (*gate.to_enroll, *gate.to_check_in)}
    shown = {link.id for group in (Group.SERVER, Group.GATEWAY) for link in landscape.authorities_of(group)} | tops
    return [
        TrustedCertificate(
            entry=entry(id),
            anchor=landscape.anchors.get(id, TrustAnchor(id=id)),
            public=id in landscape.public_tops,
            shown=id in shown,
            lacking=untrusting.get(id, 0) if id in tops else None,
        )
        for id in sorted(shown | landscape.anchors.keys())
    ]
