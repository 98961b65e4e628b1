"""``certfleet workspace share``: a workspace that the members of a Unix group work on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ...store.confinement import refuse_confined
from ...store.persistence.database_file import refuse_postgresql
from ...store.sharing import SharedWith, end_sharing, group_named, share, shared_with
from ...store.words import plural
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.parameters import TEXT, yes_option
from ..frame.session import Session


@command(
    "share",
    examples=[
        "certfleet workspace share",
        "certfleet workspace share --group users --yes",
        "certfleet workspace share --end --yes",
    ],
)
@click.option("--group", type=TEXT, metavar="NAME", help="The Unix group whose members may work on it from now on.")
@click.option("--end", is_flag=True, help="Close it again to everybody but its owner.")
@click.option("--dry-run", is_flag=True, help="Only say who would get at it, or no longer.")
@yes_option
def share_workspace(session: Session, group: str | None, end: bool, dry_run: bool, yes: bool) -> Answer:
    """Let the members of a Unix group work on the workspace, each under their own login; without an option, show whom
    it is shared with. Database, key file and backups are kept open to the group, and closed to everybody else, by all
    that writes to them, whatever anybody's umask. The group can read every private key: see docs/ssh.md."""
    if group is not None and end:
        raise click.UsageError("--group and --end exclude each other.")
    if end or group is not None:
        refuse_confined("sharing the workspace")
    workspace = session.open()
    if end or group is not None:
        refuse_postgresql(workspace.path, "sharing with a Unix group")
    if end:
        return _end(session, dry_run, yes)
    if group is None:
        found = shared_with(workspace)
        return Answer({"shared_with": found}, "shared with nobody" if found is None else list(_lines(found)))
    wanted = group_named(group)
    who = ", ".join(wanted.members) or "nobody yet"
    said = f"the members of {wanted.group} ({who}) will be able to read and change all of it, private keys included"
    if dry_run:
        return Answer({"dry_run": True, "shared_with": wanted}, f"would share it: {said}")
    if not yes:
        confirm(f"Share {session.path}? {said[0].upper()}{said[1:]}.", unconfirmed(said))
    found = share(workspace, group)
    return Answer({"shared_with": found}, list(_lines(found)))


def _end(session: Session, dry_run: bool, yes: bool) -> Answer:
    workspace = session.open()
    found = shared_with(workspace)
    said = (
        "it is shared with nobody" if found is None else f"the members of {found.group} are shut out of {session.path}"
    )
    if dry_run:
        return Answer({"dry_run": True, "shared_with": None}, f"would end the sharing: {said}")
    if found is not None and not yes:
        confirm(f"End the sharing? {said[0].upper()}{said[1:]}.", unconfirmed(said))
    left = end_sharing(workspace)
    return Answer({"shared_with": None, "left": left}, ["shared with nobody", *_left(left)])


def _lines(found: SharedWith) -> Iterator[str]:
    yield f"shared with the group {found.group}: {', '.join(found.members) or 'nobody is in it yet'}"
    if found.unreachable is not None:
        yield f"note: {found.unreachable} is closed to them, so they can't get to it: open that, or move the workspace"
    yield from _left(found.left)


def _left(left: tuple[str, ...]) -> Iterator[str]:
    if left:
        names = ", ".join(Path(name).name for name in left)
        yield f"note: {plural(len(left), 'file')} of others stayed as they were: {names}"
