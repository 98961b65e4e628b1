"""``certfleet trust list``; and how trust anchors are spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from ..store.clock import rfc3339
from ..store.impact.needs import Group
from ..store.model.certificate import Certificate
from ..store.model.trust import TrustAnchor
from ..store.workspace import Workspace
from .consequences import platform_names
from .output import emit, say
from .phrases import status_cell
from .session import Session, pass_session
from .tables import Cell, Column, table

COLUMNS = (
    Column("ID", right=True),
    Column("NAME", least=14),
    Column("STATUS"),
    Column("SHOWN"),
    Column("TRUSTED", least=14, wraps=True),
    Column("ANTIVIRUS"),
    Column("LACKING", right=True),
)


@dataclass(frozen=True)
class Trusted:
    """A certificate that devices have to trust, or do. ``shown``: it is in a chain that the server or the gateway
    shows; ``lacking`` how many devices don't trust the chain that it is at the top of, None where it is at none."""

    entry: Certificate
    anchor: TrustAnchor
    public: bool
    shown: bool
    lacking: int | None


@click.command("list")
@pass_session
def list_anchors(session: Session) -> None:
    """List the CA certificates in the chains that devices are shown, and those that something is known of: why devices
    trust each, and how many lack trust in the chain with it at the top."""
    with session.open() as workspace:
        workspace.settle()
        found = trusted(workspace)
        if session.json:
            emit({"trust": [trusted_as_json(one) for one in found]})
        elif found:
            now = workspace.now()
            table(COLUMNS, [_row(one, status_cell(one.entry, now)) for one in found])
        else:
            say("devices are shown no chain yet; bind the server's and the gateway's certificates")


def trusted(workspace: Workspace) -> list[Trusted]:
    """Every one that is shown or known, by id."""
    with workspace.database.moment():
        landscape, gate = workspace.standing.landscape(), workspace.standing.gate()
        tops = {chain.ids[-1]: chain for chain in (*gate.to_enroll, *gate.to_check_in)}
        shown = {entry.id for group in (Group.SERVER, Group.GATEWAY) for entry in landscape.authorities_of(group)}
        shown |= tops.keys()
        untrusting = workspace.standing.untrusting()
        return [
            Trusted(
                entry=workspace.inventory.get(id),
                anchor=workspace.trust.get(id),
                public=id in landscape.public_tops,
                shown=id in shown,
                lacking=untrusting.get(id, 0) if id in tops else None,
            )
            for id in sorted(shown | {anchor.id for anchor in workspace.trust.list()})
        ]


def anchor_as_json(anchor: TrustAnchor) -> dict[str, Any]:
    """What is known of a certificate's trust, as programs get it."""
    return {
        "certificate_id": anchor.id,
        "preinstalled": anchor.preinstalled,
        "up_to_device": anchor.up_to_device,
        "deployed_at": None if anchor.deployed_at is None else rfc3339(anchor.deployed_at),
        "deployed_by": anchor.deployed_by or None,
        "platforms": [platform.value for platform in anchor.platforms],
        "antivirus_at": None if anchor.antivirus_at is None else rfc3339(anchor.antivirus_at),
    }


def trusted_as_json(one: Trusted) -> dict[str, Any]:
    """The same, with the certificate's name, whether it is public, and how many devices lack it."""
    return {
        **anchor_as_json(one.anchor),
        "certificate": one.entry.name,
        "public": one.public,
        "shown": one.shown,
        "lacking": one.lacking,
    }


def where(anchor: TrustAnchor) -> str:
    """``every device``, or ``iOS, macOS``."""
    return platform_names(anchor.platforms) if anchor.platforms else "every device"


def _row(one: Trusted, status: Cell) -> list[str | Cell]:
    return [
        str(one.entry.id),
        one.entry.name,
        status,
        "yes" if one.shown else "-",
        ", ".join(_why(one)) or "-",
        "-" if one.anchor.antivirus_at is None else "yes",
        "-" if one.lacking is None else Cell(f"{one.lacking:,}", "bold red" if one.lacking else ""),
    ]


def _why(one: Trusted) -> Iterable[str]:
    if one.public:
        yield "public"
    if one.anchor.preinstalled:
        yield "preinstalled"
    if one.anchor.deployed_at is not None:
        yield f"deployed to {where(one.anchor)} since {one.anchor.deployed_at:%Y-%m-%d}"
    if one.anchor.up_to_device:
        yield f"on devices up to #{one.anchor.up_to_device}"
