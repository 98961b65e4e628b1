"""``certfleet certificate import``, ``import-keystore`` and ``replace``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from msgspec import Struct

from ...store.certificates.folders import is_folder, read_folder, with_folders_in
from ...store.errors import Refusal
from ...store.inventory.sources import (
    CertificateSource,
    ImportResult,
    KeystoreSource,
    OnConflict,
    OtherEntry,
    ReplaceResult,
)
from ...store.keystores.keystore_type import KeystoreType
from ...store.keystores.reading import keystore_kind
from ...store.model.certificate import Certificate, UseAs
from ...store.printable import printable
from ...store.views.certificate import certificate_document, certificate_standing, certificate_title, name_text
from ...store.workspace import Workspace
from ..frame.answer import Answer, Text
from ..frame.command import command
from ..frame.input_file import input_name, read_file
from ..frame.parameters import (
    FILE,
    TEXT,
    EnumChoice,
    choice_option,
    description_option,
    id_argument,
    key_option,
    key_password_file_option,
    password_file_option,
)
from ..frame.passwords import ask, interactive, needed, read_optional
from ..frame.progress import progress
from ..frame.refused_files import FileRefusals
from ..frame.session import Session

CERTIFICATE_USES = [UseAs.SERVER, UseAs.SAML, UseAs.SSL_LISTENER]
KEYSTORE_USES = [UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER]
USE_AS_HELP = "Default: the use recorded in the matching request, otherwise server."

T = TypeVar("T")
Source = CertificateSource | KeystoreSource

on_conflict_option = choice_option(
    "--on-conflict",
    of=OnConflict,
    default=OnConflict.FAIL,
    help="What to do with another certificate of the same key pair: put this one into its entry, delete it, or (for a "
    "CA of the chain) keep it, and link what the CA issued to it.",
)
keystore_type_option = click.option(
    "--type", "kind", type=EnumChoice(list(KeystoreType)), help="Default: detected from the content."
)
alias_option = click.option("--alias", type=TEXT, help="The keystore entry to import. Default: the first.")


@command(
    "import",
    examples=[
        "certfleet certificate import chain.pem --key mdm.key --description 'MDM FQDN'",
        "certfleet certificate import /etc/ssl/certs/*.pem",
    ],
    changes=True,
)
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@key_option
@key_password_file_option
@click.option("--use-as", type=EnumChoice(CERTIFICATE_USES), help=USE_AS_HELP)
@description_option
@on_conflict_option
def import_certificate(
    session: Session,
    files: tuple[Path, ...],
    key: Path | None,
    key_password_file: Path | None,
    use_as: UseAs | None,
    description: str,
    on_conflict: OnConflict,
) -> Answer:
    """Import a certificate or a whole chain: PEM, DER or PKCS #7; - is standard input. Every certificate gets its own
    entry; a certificate already in the inventory is reused, unchanged. Several files are imported independently of each
    other; a folder of PEM files, such as certbot's, counts as one file."""
    files = tuple(with_folders_in(files))
    if len(files) > 1:
        if key or key_password_file or description:
            raise click.UsageError("--key, --key-password-file and --description go with a single FILE.")
        return _import_files(session, files, use_as, on_conflict)
    workspace = session.open(create=True)
    source = _certificate_source(_read(files[0]), files[0], key, key_password_file)
    return _import(workspace, source, use_as, description, on_conflict)


@command(examples=["certfleet certificate import-keystore mail.p12 --alias mail --password-file pw"], changes=True)
@click.argument("file", type=FILE)
@keystore_type_option
@password_file_option("the keystore's password")
@click.option(
    "--key-password-file", type=FILE, metavar="FILE", help="The key's password, if it differs from the keystore's."
)
@alias_option
@click.option("--use-as", type=EnumChoice(KEYSTORE_USES), help=USE_AS_HELP)
@description_option
@on_conflict_option
def import_keystore(
    session: Session,
    file: Path,
    kind: KeystoreType | None,
    password_file: Path | None,
    key_password_file: Path | None,
    alias: str | None,
    use_as: UseAs | None,
    description: str,
    on_conflict: OnConflict,
) -> Answer:
    """Import one entry of a keystore (PKCS #12, JKS or JCEKS) with its chain, and say what else is in the file. The
    password is kept, encrypted; `certfleet certificate password` shows it."""
    workspace = session.open(create=True)
    source = _keystore_source(read_file(file), file, kind, alias, password_file, key_password_file)
    return _import(workspace, source, use_as, description, on_conflict)


def _import(
    workspace: Workspace, source: Source, use_as: UseAs | None, description: str, on_conflict: OnConflict
) -> Answer:
    result = _with_password(
        source,
        lambda source: workspace.inventory.import_from(
            source, use_as=use_as, description=description, on_conflict=on_conflict
        ),
    )
    return Answer(lambda: result_as_json(workspace, result), import_sentences(result, workspace))


@command(examples=["certfleet certificate replace 14 renewed.p12 --password-file pw"], changes=True)
@id_argument
@click.argument("file", type=FILE)
@key_option
@keystore_type_option
@password_file_option("the keystore's password")
@key_password_file_option
@alias_option
@click.option("--description", type=TEXT, help="Default: the old entry's description.")
@on_conflict_option
def replace(
    session: Session,
    id: int,
    file: Path,
    key: Path | None,
    kind: KeystoreType | None,
    password_file: Path | None,
    key_password_file: Path | None,
    alias: str | None,
    description: str | None,
    on_conflict: OnConflict,
) -> Answer:
    """Replace entry ID by the certificate or the keystore in FILE, which must have a new private key; a folder of PEM
    files counts as one file. The old entry stays, marked replaced; components that used it use the new one at once."""
    workspace = session.open()
    workspace.inventory.get(id)
    data = _read(file)
    source: Source
    if kind or keystore_kind(data):
        if key is not None:
            raise click.UsageError("--key goes with a certificate file; a keystore brings its own key.")
        source = _keystore_source(data, file, kind, alias, password_file, key_password_file)
    else:
        if alias is not None or password_file is not None:
            raise click.UsageError("--alias and --password-file go with a keystore; this file is not one.")
        source = _certificate_source(data, file, key, key_password_file)
    result = _with_password(
        source, lambda source: workspace.inventory.replace(id, source, description=description, on_conflict=on_conflict)
    )
    return Answer(lambda: _replacement_as_json(workspace, result), _replacement(workspace, result))


def _replacement_as_json(workspace: Workspace, result: ReplaceResult) -> dict[str, Any]:
    imported = result_as_json(workspace, result.result)
    return {
        "old": certificate_document(result.old, workspace.now(), workspace.expiry()),
        "new": certificate_document(result.new, workspace.now(), workspace.expiry()),
        "switched": result.switched,
        "tasks": [id for id, _ in _new_tasks(workspace, result)],
        **imported,
        "notes": [*imported["notes"], *result.notes],
    }


def _replacement(workspace: Workspace, result: ReplaceResult) -> Iterator[str]:
    yield from import_sentences(result.result, workspace)
    yield f"replaced {certificate_title(result.old)} by {certificate_title(result.new)}"
    for component in result.switched:
        yield f"switched {component} to #{result.new.id}"
    for id, task in _new_tasks(workspace, result):
        yield f"task {id}: {task}"
    for note in result.notes:
        yield f"note: {note}"


def _new_tasks(workspace: Workspace, result: ReplaceResult) -> list[tuple[int, str]]:
    tasks = workspace.tasks.list(done=False)
    return [(task.id, task.title) for task in tasks if task.certificate_id == result.new.id]


def _read(path: Path) -> bytes:
    return read_folder(path) if is_folder(path) else read_file(path)


def _certificate_source(data: bytes, file: Path, key: Path | None, key_password_file: Path | None) -> CertificateSource:
    """A certificate file, and the file of its key."""
    return CertificateSource(
        data=data,
        name=input_name(file),
        key=None if key is None else read_file(key),
        key_password=read_optional(key_password_file),
    )


def _keystore_source(
    data: bytes,
    file: Path,
    kind: KeystoreType | None,
    alias: str | None,
    password_file: Path | None,
    key_password_file: Path | None,
) -> KeystoreSource:
    """A keystore. If no file holds its password and there is nobody to ask, it is tried without one."""
    password = read_optional(password_file)
    if password_file is None and interactive():
        password = ask(f"Password of {input_name(file)} (empty for none)") or None
    return KeystoreSource(
        data=data,
        name=input_name(file),
        type=kind,
        password=password,
        key_password=read_optional(key_password_file),
        alias=alias,
    )


def _with_password(source: Source, take: Callable[[Source], T]) -> T:
    """Pass a source to ``take``; if the key needs a password, ask for it, or name the option that gives it."""
    try:
        return take(source)
    except Refusal as refusal:
        if refusal.code == "password-needed":
            raise needed(refusal, "--password-file") from refusal
        if refusal.code != "key-password-needed":
            raise
        if not interactive():
            raise needed(refusal, "--key-password-file") from refusal
    return take(msgspec.structs.replace(source, key_password=ask("Password of the private key")))


def _import_files(session: Session, files: Sequence[Path], use_as: UseAs | None, on_conflict: OnConflict) -> Answer:
    """Import every valid file; the others are reported with the reason, and the exit status is 1."""
    workspace, refused = session.open(create=True), FileRefusals()
    readable: list[Path] = []
    imported: list[ImportResult] = []
    told: list[Text] = []

    def sources() -> Iterator[CertificateSource]:
        for file in files:
            try:
                source = _certificate_source(_read(file), file, None, None)
            except Refusal as refusal:
                unreadable.append((file, refusal))
            else:
                readable.append(file)
                yield source

    unreadable: list[tuple[Path, Refusal]] = []
    with progress(len(files), "Importing") as advance:
        outcomes = workspace.inventory.import_all(sources(), use_as=use_as, on_conflict=on_conflict)
        for number, outcome in enumerate(outcomes):
            if isinstance(outcome, Refusal):
                told.append(refused.add(readable[number], outcome))
            else:
                imported.append(outcome)
                prefix = printable(str(readable[number]))
                told.append([f"{prefix}: {said}" for said in import_sentences(outcome, workspace)])
            advance(number + 1 + len(unreadable))
    told.extend(refused.add(file, refusal) for file, refusal in unreadable)
    return Answer(
        lambda: {**_results_as_json(workspace, imported), "refused": refused.as_json()}, told, status=refused.status
    )


def _results_as_json(workspace: Workspace, results: Iterable[ImportResult]) -> dict[str, list[Any]]:
    together: dict[str, list[Any]] = {name: [] for name in ("imported", "linked", "also_in_file", "deleted", "notes")}
    for result in results:
        for name, values in result_as_json(workspace, result).items():
            together[name] += values
    return together


def result_as_json(workspace: Workspace, result: ImportResult) -> dict[str, list[Any]]:
    """The result of an import for programs."""

    def records(entries: Iterable[Certificate]) -> list[Struct]:
        return [certificate_document(entry, workspace.now(), workspace.expiry()) for entry in entries]

    return {
        "imported": records(result.imported),
        "linked": records(result.linked),
        "also_in_file": list(result.also_in_file),
        "deleted": records(result.deleted),
        "notes": list(result.notes),
    }


def _other_entry(entry: OtherEntry) -> str:
    """``alias "vpn" (private key, CN=vpn.example.com), entry #2``."""
    name = f'alias "{entry.alias}"' if entry.alias is not None else "without alias"
    what = ", ".join(part for part in (entry.kind, name_text(entry.subject or "")) if part)
    return f"{name} ({what}), entry #{entry.number}"


def import_sentences(result: ImportResult, workspace: Workspace) -> Iterator[str]:
    """The result of an import, one sentence per entry."""
    now, rules = workspace.now(), workspace.expiry()
    for entry in result.deleted:
        yield f"deleted {certificate_title(entry)}"
    for entry in result.imported:
        yield f"imported {certificate_title(entry)} ({entry.use_as}), {certificate_standing(entry, now, rules)}"
    for entry in result.linked:
        yield f"linked {certificate_title(entry)}: already in the inventory"
    for left in result.also_in_file:
        yield f"also in the file: {_other_entry(left)}"
    for note in result.notes:
        yield f"note: {note}"
