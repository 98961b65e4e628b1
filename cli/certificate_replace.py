"""``certfleet certificate replace``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from ..store.inventory.sources import OnConflict, ReplaceResult
from ..store.keystores.reading import KeystoreType, detect_keystore
from ..store.workspace import Workspace
from .certificate_import_files import result_as_json
from .frame.answer import emit, say
from .frame.parameters import FILE, TEXT, Words, id_argument, only_one_standard_input
from .frame.session import Session, pass_session
from .phrases import import_sentences, title
from .sources import Source, certificate_source, hand_in, keystore_source, on_conflict_option


@click.command()
@id_argument
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, help="The private key of a certificate file.")
@click.option("--type", "kind", type=Words(list(KeystoreType)), help="Without it, the content tells.")
@click.option("--password-file", type=FILE, help="A keystore's password; - is standard input.")
@click.option("--key-password-file", type=FILE, help="The password of the key; - is standard input.")
@click.option("--alias", type=TEXT, help="The entry of a keystore; without it, the first.")
@click.option("--description", type=TEXT, help="Without it, the old entry's description goes over.")
@on_conflict_option
@pass_session
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
) -> None:
    """Update entry ID by the certificate or the keystore in FILE, which must have a new private key. The old
    entry stays, marked replaced; what used it uses the new one at once."""
    only_one_standard_input(password_file, key_password_file)
    with session.open() as workspace:
        workspace.inventory.get(id)
        data = read_input(file)
        source: Source
        if kind or detect_keystore(data):
            if key is not None:
                raise click.UsageError("--key goes with a certificate file; a keystore brings its own key.")
            source = keystore_source(data, file, kind, alias, password_file, key_password_file)
        else:
            if alias is not None or password_file is not None:
                raise click.UsageError("--alias and --password-file go with a keystore; this is none.")
            source = certificate_source(data, file, key, key_password_file)
        result = hand_in(
            source,
            lambda source: workspace.inventory.replace(id, source, description=description, on_conflict=on_conflict),
        )
        _tell(session, workspace, result)


def _tell(session: Session, workspace: Workspace, result: ReplaceResult) -> None:
    tasks = [task for task in workspace.tasks.list(done=False) if task.certificate_id == result.new.id]
    if session.json:
        told = result_as_json(workspace, result.result)
        told["notes"] = [*told["notes"], *result.notes]
        as_json = workspace.inventory.as_json
        emit(
            {
                "old": as_json(result.old),
                "new": as_json(result.new),
                "switched": result.switched,
                "tasks": [task.id for task in tasks],
                **told,
            }
        )
        return
    for sentence in import_sentences(result.result, workspace.now()):
        say(sentence)
    say(f"replaced {title(result.old)} by {title(result.new)}")
    for component in result.switched:
        say(f"switched {component} to #{result.new.id}")
    for task in tasks:
        say(f"task {task.id}: {task.title}")
    for note in result.notes:
        say(f"note: {note}")
