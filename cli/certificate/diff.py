"""``certfleet certificate diff``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from ...store.certificates.folders import is_folder, read_folder
from ...store.errors import Refusal
from ...store.inventory.comparison import CertificateComparison, compare, leaf_of, replacement_of
from ...store.inventory.sources import CertificateSource, KeystoreSource
from ...store.keystores.reading import keystore_kind
from ...store.model.certificate import CertificateFacts
from ...store.views.certificate_comparison import (
    FIELD_TITLES,
    compared_lines,
    compared_titles,
    comparison_document,
    same_text,
)
from ...store.workspace import Workspace
from ..frame.answer import Answer, Text
from ..frame.command import command
from ..frame.input_file import input_name, read_file
from ..frame.parameters import FILE, ID, TEXT, id_argument, password_file_option
from ..frame.passwords import ask, interactive, needed, read_optional
from ..frame.session import Session
from ..frame.tables import RICH_STYLES, Cell, Listing


@command(
    examples=[
        "certfleet certificate diff 14 --file renewed.p12 --password-file pw",
        "certfleet certificate diff 14 15",
    ]
)
@id_argument
@click.argument("other", type=ID, required=False, metavar="[OTHER]")
@click.option(
    "--file", type=FILE, metavar="FILE", help="Compare with the certificate or keystore in a file instead of an entry."
)
@password_file_option("the keystore's password")
@click.option("--alias", type=TEXT, help="The keystore entry to compare with. Default: the first.")
@click.option("--all", "everything", is_flag=True, help="Also show the fields that are the same.")
def diff(
    session: Session,
    id: int,
    other: int | None,
    file: Path | None,
    password_file: Path | None,
    alias: str | None,
    everything: bool,
) -> Answer:
    """Compare entry ID, the old one, with entry OTHER or with a file, the new one. Without either, the two certificates
    of a replacement are compared: ID with the entry that replaced it, or that it replaced. A line with - is in the old
    one only, a line with + in the new one only."""
    if file is not None and other is not None:
        raise click.UsageError("give either OTHER or --file.")
    if file is None and (alias is not None or password_file is not None):
        raise click.UsageError("--alias and --password-file go with --file.")
    workspace = session.open()
    found = _compared(workspace, id, other) if file is None else _with_file(workspace, id, file, password_file, alias)
    name = "" if file is None else input_name(file)
    return Answer(lambda: {"comparison": comparison_document(found)}, _lines(found, name, everything))


def _compared(workspace: Workspace, id: int, other: int | None) -> CertificateComparison:
    entry = workspace.inventory.get(id)
    inventory = workspace.inventory
    old, new = replacement_of(entry, inventory.list()) if other is None else (entry, inventory.get(other))
    return compare(old, new, workspace.now())


def _with_file(
    workspace: Workspace, id: int, file: Path, password_file: Path | None, alias: str | None
) -> CertificateComparison:
    entry = workspace.inventory.get(id)
    data = read_folder(file) if is_folder(file) else read_file(file)
    name = input_name(file)
    if not keystore_kind(data):
        if alias is not None or password_file is not None:
            raise click.UsageError("--alias and --password-file go with a keystore; this file is not one.")
        new: CertificateFacts = leaf_of(CertificateSource(data=data, name=name), workspace.now())
    else:
        source = KeystoreSource(data=data, name=name, password=read_optional(password_file), alias=alias)
        new = _of_keystore(workspace, source)
    return compare(entry, new, workspace.now())


def _of_keystore(workspace: Workspace, source: KeystoreSource) -> CertificateFacts:
    try:
        return leaf_of(source, workspace.now())
    except Refusal as refusal:
        if refusal.code != "password-needed":
            raise
        if not interactive():
            raise needed(refusal, "--password-file") from refusal
    password = ask(f"Password of {source.name}")
    return leaf_of(msgspec.structs.replace(source, password=password), workspace.now())


def _lines(found: CertificateComparison, file: str, everything: bool) -> Iterator[Text]:
    old, new = compared_titles(found, file)
    if found.is_same:
        yield f"{old} and {new} are the same certificate"
        if not everything:
            return
    else:
        yield f"- {old}"
        yield f"+ {new}"
    yield Listing(_rows(found, everything), wraps=("VALUE",), none="no field differs; the encoded certificates do")
    if not everything and (same := same_text(found)):
        yield same
    for note in found.notes:
        yield f"note: {note}"


def _rows(found: CertificateComparison, everything: bool) -> Iterator[dict[str, str | Cell]]:
    for field in found.fields:
        if not (field.differs or everything):
            continue
        for at, line in enumerate(compared_lines(field)):
            style = RICH_STYLES[line.style]
            yield {
                "FIELD": FIELD_TITLES[field.field] if at == 0 else "",
                "": Cell(line.mark, style),
                "VALUE": Cell(line.text, style if line.mark else ""),
            }
