"""The files of ``cryptography_vectors``: each is imported or refused, and no more are refused than before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cryptography_vectors
import pytest

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.workspace import Workspace
from tests.path_cases import undone

VECTORS = Path(cryptography_vectors.__file__).parent
KINDS = {".pem", ".der", ".crt", ".cer", ".p12", ".p7b", ".p7c", ".eml"}
IMPORTED = 1_174
PASSWORDS = ("cryptography", "password", "")


@pytest.mark.slow
def test_every_vector_is_imported_or_refused_and_no_more_are_refused() -> None:
    files = [path for path in sorted(VECTORS.rglob("*")) if path.suffix in KINDS and path.stat().st_size < 200_000]
    with Workspace.open(None) as workspace:
        imported = sum(any(is_imported(workspace, source) for source in sources(path)) for path in files)
    assert imported >= IMPORTED


def sources(path: Path) -> Iterator[CertificateSource | KeystoreSource]:
    data = path.read_bytes()
    if path.suffix != ".p12":
        yield CertificateSource(data=data, name=path.name)
    else:
        yield from (KeystoreSource(data=data, name=path.name, password=password) for password in PASSWORDS)


def is_imported(workspace: Workspace, source: CertificateSource | KeystoreSource) -> bool:
    done = False
    with undone(workspace):
        try:
            workspace.inventory.import_from(source)
            done = True
        except Refusal:
            pass
    return done
