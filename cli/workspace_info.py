"""``certfleet workspace info``."""

from __future__ import annotations

from collections import Counter

import click

from ..store.authorities.authorities import GroupSummary
from ..store.devices.counts import describe
from ..store.inventory.status import status
from ..store.model.certificate import Status
from ..store.views.platforms import by_platform
from ..store.words import moment
from .frame.answer import details, emit
from .frame.session import Session, pass_session
from .phrases import devices


@click.command()
@pass_session
def info(session: Session) -> None:
    """Show where the workspace is, how its secrets are protected, its clock, and what it holds."""
    with session.open() as workspace:
        now = workspace.now()
        statuses = Counter(status(entry, now) for entry in workspace.inventory.list())
        counts = workspace.counts()
        clock = "virtual" if workspace.is_virtual else "wall"
        fleet, groups = workspace.devices.counts(), workspace.authorities.list()
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
                    "devices": describe(fleet),
                    "authorities": [
                        {"name": group.group.name, "state": group.state, "devices": group.devices} for group in groups
                    ],
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
            ("devices", f"{fleet.total:,}{f' ({by_platform(fleet.platforms)})' if fleet.total else ''}"),
            ("CA groups", "\n".join(_group(group) for group in groups) or "none yet"),
            ("audit lines", str(counts["audit"])),
        ]
    )


def _group(group: GroupSummary) -> str:
    return f"{group.group.name}: {group.state}, {devices(group.devices)}"
