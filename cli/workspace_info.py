"""``certfleet workspace info``."""

from __future__ import annotations

from collections import Counter

import click

from ..store.inventory.status import status
from ..store.model.certificate import Status
from .output import details, emit
from .phrases import moment
from .session import Session, pass_session


@click.command()
@pass_session
def info(session: Session) -> None:
    """Show where the workspace is, how its secrets are protected, its clock, and what it holds."""
    with session.open() as workspace:
        now = workspace.now()
        statuses = Counter(status(entry, now) for entry in workspace.inventory.list())
        counts = workspace.counts()
        clock = str(workspace.settings()["clock"]["kind"])
        protection = workspace.vault.protection
    if session.json:
        emit(
            {
                "workspace": {
                    "path": str(session.path),
                    "protection": protection,
                    "clock": {"kind": clock, "now": now},
                    "counts": counts,
                    "statuses": {found.value: statuses[found] for found in Status},
                }
            }
        )
        return
    standing = ", ".join(f"{statuses[found]} {found}" for found in Status if statuses[found])
    details(
        [
            ("workspace", str(session.path)),
            ("secrets under", f"a {protection}"),
            ("clock", f"{clock}: {moment(now)}"),
            ("certificates", f"{counts['certificates']}{f' ({standing})' if standing else ''}"),
            ("requests", str(counts["requests"])),
            ("audit lines", str(counts["audit"])),
        ]
    )
