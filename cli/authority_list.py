"""``certfleet authority list`` and ``show``."""

from __future__ import annotations

from datetime import datetime

import click

from ..store.authorities.authorities import GroupSummary
from ..store.authorities.groups import GroupState
from ..store.inventory.status import days_until, status_within
from ..store.model.authority import Authority, AuthorityRole
from ..store.words import moment
from ..store.workspace import Workspace
from .frame.answer import details, emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import GROUP_STYLES

COLUMNS = (
    Column("GROUP", least=12),
    Column("STATE"),
    Column("DEVICES", right=True),
    Column("ISSUES FROM (UTC)"),
    Column("DEVICE CA UNTIL"),
    Column("ROOT UNTIL"),
    Column("REQUESTED BY", least=8),
)


@click.command("list")
@pass_session
def list_groups(session: Session) -> None:
    """List the CA groups, oldest first: where each stands, and how many devices hold its certificates."""
    with session.open() as workspace:
        groups = workspace.authorities.list()
        if session.json:
            emit({"authorities": [workspace.authorities.as_json(group) for group in groups]})
        elif groups:
            table(COLUMNS, [_row(group) for group in groups])
        else:
            say("no CA group yet: `certfleet authority refresh` or the first enrollment makes them")


@click.command()
@click.argument("name", type=TEXT)
@pass_session
def show(session: Session, name: str) -> None:
    """Show the CA group NAME: its CAs with their validity, and how many devices hold its certificates."""
    with session.open() as workspace:
        group = summary_of(workspace, name)
        if session.json:
            emit({"authority": workspace.authorities.as_json(group)})
            return
        now = workspace.now()
    details(
        [
            ("group", group.group.name),
            ("state", group.state.value),
            ("devices", f"{group.devices:,} hold its certificates"),
            ("requested", f"{moment(group.group.requested_at)} by {group.group.requested_by}"),
            ("issues from", moment(group.group.ready_at)),
            *((f"{authority.role} CA", _authority(authority, now)) for authority in group.authorities),
        ]
    )


def summary_of(workspace: Workspace, name: str) -> GroupSummary:
    """A group as people see it; refuses with ``group-unknown``."""
    group = workspace.authorities.group(name)
    return next(summary for summary in workspace.authorities.list() if summary.group.id == group.id)


def _row(group: GroupSummary) -> list[str | Cell]:
    return [
        group.group.name,
        _state_cell(group.state),
        f"{group.devices:,}",
        f"{group.group.ready_at:%Y-%m-%d %H:%M}",
        f"{group.of(AuthorityRole.DEVICE).not_after:%Y-%m-%d}",
        f"{group.of(AuthorityRole.ROOT).not_after:%Y-%m-%d}",
        group.group.requested_by,
    ]


def _state_cell(state: GroupState) -> Cell:
    """Where a group stands, coloured where colours are."""
    return Cell(state.value, GROUP_STYLES[state])


def _authority(authority: Authority, now: datetime) -> str:
    standing = status_within(authority.not_before, authority.not_after, now)
    lines = [
        authority.subject,
        f"{standing}, {days_until(authority.not_after, now):,} days left",
        f"valid {moment(authority.not_before)} to {moment(authority.not_after)}",
        f"{authority.key_algorithm}, serial number {authority.serial_number}",
        f"SHA-256 {authority.fingerprint_sha256}",
    ]
    if authority.crl_number:
        lines.append(f"last revocation list: number {authority.crl_number}")
    return "\n".join(lines)
