"""``certfleet trust list``; and how trust anchors are spoken of."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..store.impact.views import Trusted, trusted, trusted_as_json
from ..store.model.trust import TrustAnchor
from .consequences import platform_names
from .frame.answer import emit, say
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import status_cell

COLUMNS = (
    Column("ID", right=True),
    Column("NAME", least=14),
    Column("STATUS"),
    Column("SHOWN"),
    Column("TRUSTED", least=14, wraps=True),
    Column("ANTIVIRUS"),
    Column("LACKING", right=True),
)


@click.command("list")
@pass_session
def list_anchors(session: Session) -> None:
    """List the CA certificates in the chains that devices are shown, and those that something is known of: why devices
    trust each, and how many lack trust in the chain with it at the top."""
    with session.open() as workspace:
        with workspace.database.moment():
            found = trusted(workspace.impact, workspace.inventory.get)
        if session.json:
            emit({"trust": [trusted_as_json(one) for one in found]})
        elif found:
            now = workspace.now()
            table(COLUMNS, [_row(one, status_cell(one.entry, now)) for one in found])
        else:
            say("devices are shown no chain yet; bind the server's and the gateway's certificates")


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
