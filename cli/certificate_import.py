"""``certfleet certificate import`` and ``import-keystore``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from ..store.inventory.sources import OnConflict
from ..store.keystores.reading import KeystoreType
from ..store.model.certificate import UseAs
from ..store.workspace import Workspace
from .certificate_import_files import import_files, result_as_json
from .frame.answer import emit, say
from .frame.parameters import FILE, TEXT, Words, only_one_standard_input
from .frame.session import Session, pass_session
from .phrases import import_sentences
from .sources import Source, certificate_source, hand_in, keystore_source, on_conflict_option

CERTIFICATE_USES = [UseAs.SERVER, UseAs.SAML, UseAs.SSL_LISTENER]
KEYSTORE_USES = [UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER]


@click.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--key", type=FILE, help="The leaf's private key: PKCS #8, PKCS #1 or SEC 1.")
@click.option("--key-password-file", type=FILE, help="The password of the key; - is standard input.")
@click.option(
    "--use-as",
    type=Words(CERTIFICATE_USES),
    help="Without it: what the signing request said that this answers, else server.",
)
@click.option("--description", type=TEXT, default="", help="For the first certificate of the chain.")
@on_conflict_option
@pass_session
def import_certificate(
    session: Session,
    files: tuple[Path, ...],
    key: Path | None,
    key_password_file: Path | None,
    use_as: UseAs | None,
    description: str,
    on_conflict: OnConflict,
) -> None:
    """Import a certificate or a whole chain: PEM, DER or PKCS #7. Every certificate gets its own entry; one
    that is there already is linked to. Of several files each is judged alone."""
    if len(files) > 1:
        if key or key_password_file or description:
            raise click.UsageError("--key, --key-password-file and --description go with a single FILE.")
        import_files(session, files, use_as, on_conflict)
        return
    with session.open(create=True) as workspace:
        source = certificate_source(read_input(files[0]), files[0], key, key_password_file)
        _import(session, workspace, source, use_as, description, on_conflict)


@click.command()
@click.argument("file", type=FILE)
@click.option("--type", "kind", type=Words(list(KeystoreType)), help="Without it, the content tells.")
@click.option("--password-file", type=FILE, help="The keystore's password; - is standard input.")
@click.option("--key-password-file", type=FILE, help="The password of the entry's key, where it has its own.")
@click.option("--alias", type=TEXT, help="The entry to import; without it, the first.")
@click.option("--use-as", type=Words(KEYSTORE_USES), help="As for `import`.")
@click.option("--description", type=TEXT, default="", help="For the first certificate of the chain.")
@on_conflict_option
@pass_session
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
) -> None:
    """Import one entry of a keystore (PKCS #12, JKS or JCEKS) with its chain, and say what else was in it. The
    password is kept, encrypted; `certificate password` shows it."""
    only_one_standard_input(password_file, key_password_file)
    with session.open(create=True) as workspace:
        source = keystore_source(read_input(file), file, kind, alias, password_file, key_password_file)
        _import(session, workspace, source, use_as, description, on_conflict)


def _import(
    session: Session,
    workspace: Workspace,
    source: Source,
    use_as: UseAs | None,
    description: str,
    on_conflict: OnConflict,
) -> None:
    result = hand_in(
        source,
        lambda source: workspace.inventory.import_from(
            source, use_as=use_as, description=description, on_conflict=on_conflict
        ),
    )
    if session.json:
        emit(result_as_json(workspace, result))
    else:
        for sentence in import_sentences(result, workspace.now()):
            say(sentence)
