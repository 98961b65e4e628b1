"""What endpoints were seen to serve, for the components that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ..model.component import Component
from ..words import minute


class SeenCertificate(Struct, frozen=True, kw_only=True):
    """The certificate that an address of an endpoint served when it last answered; it has done so ``since``, the check
    that saw it first. ``where`` names the address for people. ``certificate_id`` is its entry in the inventory, None if
    it has none: then only ``name`` and validity are known."""

    endpoint_id: int
    where: str
    certificate_id: int | None
    name: str
    not_before: datetime
    not_after: datetime
    since: datetime


Seen = Mapping[int, tuple[SeenCertificate, ...]]
"""What was seen, by the component's id."""


def counting(seen: Sequence[SeenCertificate]) -> SeenCertificate | None:
    """Of what several addresses serve, the certificate that ends first: whoever gets that address is turned away."""
    return min(seen, key=lambda one: (one.not_after, one.endpoint_id, one.where), default=None)


def lagging(component: Component, seen: Iterable[SeenCertificate]) -> tuple[SeenCertificate, ...]:
    """The addresses that serve something else than the certificate that is bound."""
    return tuple(one for one in seen if one.certificate_id != component.certificate_id)


def lagging_words(seen: Sequence[SeenCertificate]) -> str:
    """``gw.example.com:443 serves certificate 3 since 2026-05-01 10:00 UTC`` of what serves another one."""
    said = [f"{one.where} serves {called(one)}, since {minute(one.since)} UTC" for one in seen[:3]]
    more = len(seen) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


def called(one: SeenCertificate) -> str:
    """A seen certificate in a sentence."""
    if one.certificate_id is not None:
        return f"certificate {one.certificate_id}"
    return f"a certificate that is not in the inventory ({one.name})"
