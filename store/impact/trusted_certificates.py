"""The certificates that devices must trust or do trust: those in the chains they are shown, and deployed ones."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from ..components.needs import Group
from ..model.certificate import Certificate
from ..model.trust import TrustAnchor
from .impact import Impact


class TrustedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that devices must trust or do trust. ``shown``: it is in a chain of the server or the gateway;
    ``lacking`` is the number of devices that don't trust the chains ending in it, None if there are none."""

    entry: Certificate
    anchor: TrustAnchor
    public: bool
    shown: bool
    lacking: int | None


def trusted_certificates(impact: Impact, entry: Callable[[int], Certificate]) -> list[TrustedCertificate]:
    """Every certificate that is shown or known, by id; ``entry`` looks up an inventory entry.

    Call it inside a ``moment``. In a large fleet it takes as long as the checklist.
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
