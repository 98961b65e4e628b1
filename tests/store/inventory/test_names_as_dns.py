"""Names are compared as DNS names are."""

from __future__ import annotations

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.cases import case


def test_capitals_and_a_wildcard_cover_the_name(workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=case("names-in-capitals", "a.pem")))
    replaced = workspace.inventory.replace(1, CertificateSource(data=case("names-in-capitals", "b.pem")))
    assert not [note for note in replaced.notes if "does not cover" in note]
