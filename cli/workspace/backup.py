"""``certfleet workspace``: backup, backups and restore."""

from __future__ import annotations

from pathlib import Path

import click

from ...store.backups.restoring import unpacked
from ...store.confinement import refuse_confined
from ...store.errors import Refusal
from ...store.file_writing import check_target
from ...store.folder import is_workspace
from ...store.views.backup import (
    backup_document,
    backup_line,
    key_file_lines,
    newer_text,
    restored_lines,
    size_of,
    stored_document,
)
from ...store.words import argument, minute, plural
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.changing import named
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.input_file import on_disk
from ..frame.output_file import force_option
from ..frame.parameters import FILE, STANDARD, TARGET, yes_option
from ..frame.progress import progress
from ..frame.session import Session
from ..frame.tables import Listing


@command(examples=["certfleet workspace backup", "certfleet workspace backup safe.backup --with-key"])
@click.argument("file", type=TARGET, metavar="[FILE]", required=False)
@click.option(
    "--with-key",
    is_flag=True,
    help="Put the key file into it too: whoever has the backup can then read the private keys.",
)
@force_option
def backup(session: Session, file: Path | None, with_key: bool, force: bool) -> Answer:
    """Write the whole workspace to one file as it is now, while others go on working; without FILE into the folder of
    the backups. The key file is in it only with --with-key: otherwise keep a copy of that as well."""
    if file == STANDARD:
        raise click.UsageError("A backup needs a file; `certfleet workspace export -` writes to standard output.")
    if file is not None:
        refuse_confined("a backup in a file of your own")
    if file is not None:
        check_target(file, force=force, workspace=session.path)
    workspace = session.open()
    made = workspace.backups.make(file, with_key=with_key, replace=force)
    said = [f"backed up to {made}"]
    key_file = workspace.vault.key_file if workspace.vault.protection == "key file" else None
    if key_file is not None and not with_key:
        said.append(f"note: its private keys and passwords need the key file {key_file}; keep a copy somewhere else")
    document = {"file": str(made), "with_key_file": with_key, "key_file": key_file and str(key_file)}
    return Answer(document, said)


@command(examples=["certfleet workspace backups"], lists="backups")
def backups(session: Session) -> Answer:
    """List the backups in the folder of the backups, the newest first. Of those that were made by themselves the last
    of each of 7 days, 4 weeks and 12 months is kept."""
    workspace = session.open()
    found = workspace.backups.all()
    when = "made daily while a console or a server is open" if workspace.backups.automatic else "made only by hand"
    return Answer(
        {
            "folder": str(workspace.backups.folder),
            "automatic": workspace.backups.automatic,
            "backups": [stored_document(one) for one in found],
        },
        [
            f"{workspace.backups.folder}: {when}",
            Listing(
                (
                    {
                        "TAKEN (UTC)": minute(one.at),
                        "FOR": one.reason,
                        "SIZE": f"{size_of(one) / 1e6:,.1f} MB",
                        "FILE": one.path.name,
                    }
                    for one in found
                ),
                right=("SIZE",),
                none="no backup yet: `certfleet workspace backup` makes one",
            ),
        ],
    )


@command(
    "restore",
    examples=["certfleet workspace restore safe.backup --dry-run", "certfleet workspace restore safe.backup --yes"],
)
@click.argument("file", type=FILE)
@click.option("--key-file", type=FILE, metavar="FILE", help="The key file, if the backup doesn't hold its own.")
@click.option("--dry-run", is_flag=True, help="Only show what it would change and take down.")
@yes_option
def restore_backup(session: Session, file: Path, key_file: Path | None, dry_run: bool, yes: bool) -> Answer:
    """Put the state of a backup in place of the workspace, or make a workspace of it at --workspace. The backup is
    checked completely first; what is there now is kept in a folder beside it. Nobody else may have the workspace open.
    """
    refuse_confined("putting another state in place")
    with on_disk(file) as backup, unpacked(backup, session.path, key_file=key_file) as draft:
        with progress(1, "Checking") as advance:
            checked = draft.check(advance)
        if not checked.report.clean:
            raise Refusal(
                "backup-damaged",
                f"the backup {file} has {plural(len(checked.report.problems), 'problem')}",
                f"`certfleet workspace check {argument(file)}` names them; take another one.",
            )
        replaces = is_workspace(session.path)
        newer = _newer(session, checked.last_line) if replaces else 0
        document = {"dry_run": dry_run, "workspace": str(session.path), "backup": backup_document(checked)}
        document |= {"changes_lost": newer, "other_key_file": checked.other_key_file and str(checked.other_key_file)}
        under = key_file_lines(checked.other_key_file)
        if dry_run:
            lost = [newer_text(newer)] if replaces else []
            return Answer(document, [f"would restore: {backup_line(checked)}", *lost, *under])
        if replaces and not yes:
            said = "; ".join([newer_text(newer), *under])
            confirm(
                f"Replace the workspace {session.path} by {backup_line(checked)}? {said[0].upper()}{said[1:]}.",
                unconfirmed(f"it replaces the workspace {session.path}, and {said}"),
            )
        session.say_name()
        kept = named(session, draft.put_in_place)
    return Answer({**document, "kept": kept and str(kept)}, restored_lines(checked, kept))


def _newer(session: Session, last_line: int) -> int | None:
    """How many lines the audit trail has that the backup doesn't; None if the workspace can't be read."""
    try:
        with Workspace.open(session.path, create=False) as workspace:
            return max(0, workspace.database.table("audit").highest_id() - last_line)
    except Refusal:
        return None
