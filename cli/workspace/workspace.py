"""``certfleet workspace``: info, check, export, import and passphrase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from ...store.backups.restoring import unpacked
from ...store.backups.salvaging import salvaged
from ...store.check.report import CheckReport
from ...store.confinement import confined_to, refuse_confined
from ...store.devices.counts import describe
from ...store.effects.trials import NotAgreed
from ...store.errors import Refusal
from ...store.file_writing import write_file
from ...store.import_trial import try_import
from ...store.inventory.status import status
from ...store.model.certificate import Status
from ...store.persistence.database_file import address_in
from ...store.seals.seals import Judgement, SealState
from ...store.sharing import shared_with
from ...store.vault.key_file_elsewhere import key_file_elsewhere
from ...store.views.backup import backup_document, backup_line, key_file_lines, salvage_line
from ...store.views.platforms import by_platform
from ...store.views.seal import against_document, against_words, seal_words
from ...store.words import moment, plural
from ...store.workspace import Workspace
from ...store.workspace_kind import kind_of
from ..frame.answer import Answer, Aside, Content, Facts
from ..frame.changing import Preview, named
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.input_file import on_disk, read_file, stream
from ..frame.output_file import OutputFile, file_argument, force_option, named_once, output_option, unless_standard
from ..frame.parameters import FILE, TEXT, yes_option
from ..frame.passwords import new_password
from ..frame.progress import progress
from ..frame.session import Session

MAX_SEAL = 1024**2


@command(examples=["certfleet workspace info"])
def info(session: Session) -> Answer:
    """Show where the workspace is, how its secrets are protected, its clock, and what it holds."""
    workspace = session.open()
    now, clock = workspace.now(), "virtual" if workspace.is_virtual else "wall"
    rules = workspace.expiry()
    statuses = Counter(status(entry, now, rules) for entry in workspace.inventory.list())
    counts, fleet = workspace.counts(), workspace.devices.counts()
    groups, protection = workspace.authorities.list(), workspace.vault.protection
    shared, address = shared_with(workspace), address_in(session.path)
    stands = ", ".join(f"{statuses[found]} {found}" for found in Status if statuses[found])
    lines = [f"{group.group.name}: {group.state}, {plural(group.devices, 'device')}" for group in groups]
    return Answer(
        {
            "workspace": {
                "path": str(session.path),
                "database": None if address is None else str(address),
                "kind": kind_of(workspace.database, workspace.audit),
                "protection": protection,
                "shared_with": None if shared is None else shared.group,
                "clock": {"kind": clock, "now": now},
                "counts": counts,
                "statuses": {found.value: statuses[found] for found in Status},
                "devices": describe(fleet),
                "authorities": [
                    {"name": group.group.name, "state": group.state, "devices": group.devices} for group in groups
                ],
            }
        },
        Facts(
            [
                ("workspace", str(session.path)),
                *([] if address is None else [("database", str(address))]),
                ("kind", kind_of(workspace.database, workspace.audit)),
                ("secrets under", f"a {protection}"),
                *([] if shared is None else [("shared with", f"the group {shared.group}")]),
                ("clock", f"{clock}: {moment(now)}"),
                ("certificates", f"{counts['certificates']}{f' ({stands})' if stands else ''}"),
                ("requests", str(counts["requests"])),
                ("devices", f"{fleet.total:,}{f' ({by_platform(fleet.platforms)})' if fleet.total else ''}"),
                ("CA groups", "\n".join(lines) or "none yet"),
                ("audit lines", str(counts["audit"])),
            ]
        ),
    )


@command(
    examples=["certfleet workspace check", "certfleet workspace check safe.backup"],
)
@click.argument("file", type=FILE, required=False, metavar="[BACKUP]")
@click.option("--key-file", type=FILE, metavar="FILE", help="The key file for a backup that doesn't hold its own.")
@click.option(
    "--repair", is_flag=True, help="Take over what can be read of a damaged workspace; the original is kept aside."
)
@click.option(
    "--against",
    type=TEXT,
    metavar="SEAL",
    help="Compare the audit trail with a line that `audit seal` printed, or with a file that holds it.",
)
@yes_option
def check(
    session: Session, file: Path | None, key_file: Path | None, repair: bool, against: str | None, yes: bool
) -> Answer:
    """Check the files, the records, the certificates, the secrets and the audit trail; of BACKUP, if one is named,
    without restoring it. Exits with 1 if something is wrong."""
    if against is not None and (repair or file is not None):
        raise click.UsageError("--against is for the workspace itself, and not with --repair.")
    if repair or file is not None:
        refuse_confined("checking a backup, or repairing the workspace,")
    if repair:
        if file is not None or key_file is not None:
            raise click.UsageError("--repair is for the workspace itself; restore a backup instead.")
        return _repaired(session, yes=yes)
    if file is not None:
        with (
            on_disk(file) as backup,
            unpacked(backup, session.path, key_file=key_file) as draft,
            progress(1, "Checking") as advance,
        ):
            checked = draft.check(advance)
        return _found(checked.report, {"backup": backup_document(checked)}, [backup_line(checked)])
    if key_file is not None:
        raise click.UsageError("--key-file is for a backup; CERTFLEET_KEY_FILE names a workspace's own.")
    workspace = session.open()
    counts = workspace.counts()
    with progress(counts["certificates"] + counts["device_certificates"], "Checking") as advance:
        report = workspace.check(advance)
    if against is None:
        return _found(report, {}, [])
    seal, findings = workspace.audit.against(_seal_in(against))
    found = _found(report, {"against": against_document(seal, findings)}, against_words(seal, findings))
    return replace(found, status=1) if findings else found


def _seal_in(text: str) -> str:
    """The text of a seal, which may be in a file."""
    return text if text.startswith("certfleet-seal-") else read_file(Path(text), MAX_SEAL).decode(errors="replace")


def _repaired(session: Session, *, yes: bool) -> Answer:
    with suppress(Refusal), Workspace.open(session.path, create=False) as workspace:
        if workspace.check().clean:
            return Answer({"repaired": False, "clean": True}, "clean; there is nothing to repair")
    with salvaged(session.path) as (draft, tables):
        with progress(1, "Reading") as advance:
            report = draft.check(advance)
        lost = [salvage_line(table) for table in tables] or ["every record can be read"]
        if not yes:
            question = f"Put what can be read in place of {session.path}? The original is kept beside it."
            confirm(question, unconfirmed(f"it replaces {session.path}"), warning="; ".join(lost))
        session.say_name()
        kept = named(session, lambda: draft.put_in_place("workspace.repair", "; ".join(lost), anew=True))
    document = {"repaired": True, "lost": tables, "kept": str(kept)}
    return _found(report, document, [*lost, f"the damaged one is kept in {kept}"])


def _of_the_seal(seal: Judgement | None) -> list[str]:
    """What isn't among the problems."""
    return [] if seal is None or seal.state is SealState.BROKEN else [f"audit trail: {seal_words(seal)}"]


def _found(report: CheckReport, more: Mapping[str, object], first: Sequence[str]) -> Answer:
    read = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items() if count)
    count = len(report.problems)
    found = "clean" if report.clean else plural(count, "problem")
    return Answer(
        {"clean": report.clean, "problems": report.problems, "counts": report.counts, "seal": report.seal, **more},
        [
            *first,
            *(f"{problem.code}: {problem.record}: {problem.message}" for problem in report.problems),
            *_of_the_seal(report.seal),
            f"{found}; read {read}",
        ],
        status=0 if report.clean else 1,
    )


@command(examples=["certfleet workspace export inventory.json"])
@file_argument("FILE")
@output_option
@force_option
def export(session: Session, file: Path | None, path: Path | None, force: bool) -> Answer:
    """Write the whole workspace to FILE, as JSON that TinyDB opens. Secrets stay encrypted in it; the key file is not
    in it, so keep a copy of that as well."""
    target = named_once(file, path)
    output = OutputFile(session, unless_standard(target), force)
    output.check(private=True)
    workspace = session.open()
    if output.path and confined_to() is not None:
        write_file(output.path, b"".join(workspace.export_parts()), force=force, private=True)
    elif output.path:
        workspace.export_json(output.path)
    counts = workspace.counts()
    key_file = workspace.vault.key_file if workspace.vault.protection == "key file" else None
    place = output.path or "standard output"
    said = [f"exported {counts['certificates']} certificates and everything that belongs to them to {place}"]
    if key_file is not None:
        said.append(f"note: its private keys and passwords need the key file {key_file}; keep a copy somewhere else")
    document = {"file": str(target), "counts": counts, "key_file": key_file and str(key_file)}
    if output.path:
        return Answer(document, said)
    return Answer(
        lambda: {**document, **output.fields(b"".join(workspace.export_parts()), binary=False)},
        [map(Content, workspace.export_parts()), *map(Aside, said)],
    )


@command(
    "import",
    examples=[
        "certfleet --workspace copy workspace import inventory.json --key-file inventory/vault.key --dry-run",
        "certfleet --workspace copy workspace import inventory.json --key-file inventory/vault.key",
    ],
    changes=True,
    compares=False,
)
@click.argument("file", type=FILE)
@click.option("--key-file", type=FILE, metavar="FILE", help="The key file of the workspace that was exported.")
def import_export(session: Session, file: Path, key_file: Path | None) -> Answer:
    """Create a workspace from an export. --workspace names the new folder; it must not hold a workspace. A dry run
    checks the export, and reports what the new workspace would hold, and what would stop there."""
    refuse_confined("making another workspace")
    if session.is_trial:
        with stream(file) as source:
            effects, report = try_import(source, session.path, key_file=key_file)
        session.tell_preview(Preview("counts", report.counts, []))
        raise NotAgreed(effects)
    with stream(file) as source:
        report = Workspace.import_json(source, session.path, key_file=key_file)
    lines = [f"imported {report.counts['certificates']} certificates into the workspace {session.path}"]
    if key_file is not None:
        lines += key_file_lines(key_file_elsewhere(session.path))
    return Answer({"workspace": str(session.path), "counts": report.counts}, lines)


@command(examples=["certfleet workspace passphrase", "certfleet workspace passphrase --remove"], changes=True)
@click.option(
    "--new-passphrase-file",
    "file",
    type=FILE,
    metavar="FILE",
    help="Read the new passphrase from this file; - is standard input.",
)
@click.option("--remove", is_flag=True, help="Go back to a key file in the workspace's folder.")
def passphrase(session: Session, file: Path | None, remove: bool) -> Answer:
    """Set or change the passphrase that protects private keys and passwords. You are asked for the current one, or
    CERTFLEET_PASSPHRASE_FILE names a file with it."""
    if remove and file is not None:
        raise click.UsageError("--remove and --new-passphrase-file exclude each other.")
    workspace = session.open(create=True)
    if remove:
        workspace.change_passphrase(None)
    else:
        workspace.vault.unlock()  # the current passphrase first, then the new one
        needed = "the new passphrase is needed"
        workspace.change_passphrase(new_password("New passphrase", needed, file, "--new-passphrase-file"))
    protection = workspace.vault.protection
    return Answer({"protection": protection}, f"private keys and passwords are protected by a {protection} now")
