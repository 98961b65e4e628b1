"""What a trial says of the entries of the inventory that it changes, and of those that it takes something from."""

from __future__ import annotations

import pytest

from certfleet.store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from certfleet.store.workspace import Workspace
from tests.cases import PASSWORD, case


@pytest.fixture
def cross_signed(workspace: Workspace) -> Workspace:
    """mail.example.com (1), issued by an intermediate (2), and its root (3)."""
    workspace.inventory.import_from(CertificateSource(data=case("cross-signed-root-over-the-root", "mail.pem")))
    return workspace


def test_a_root_that_is_overwritten_by_its_cross_signed_form_is_lost_to_what_chains_through_it(
    cross_signed: Workspace,
) -> None:
    www = CertificateSource(data=case("cross-signed-root-over-the-root", "www.pem"))
    effects = cross_signed.trials.try_out(
        lambda: cross_signed.inventory.import_from(www, on_conflict=OnConflict.REPLACE)
    )
    assert [(one.id, one.alteration, one.what) for one in effects.entries] == [
        (3, "overwritten", ""),
        (4, "added", ""),
        (1, "loses-root", "#3 Example ISRG Root X1"),
        (2, "loses-root", "#3 Example ISRG Root X1"),
    ]
    assert effects.undo is not None
    assert "certificate export 3" in effects.undo.how
    assert effects.notes == (
        "2 entries that chain through it have no root any more: 2 (Example R3), 1 (mail.example.com)",
    )


def test_a_root_that_is_kept_is_lost_to_nobody(cross_signed: Workspace) -> None:
    www = CertificateSource(data=case("cross-signed-root-over-the-root", "www.pem"))
    effects = cross_signed.trials.try_out(lambda: cross_signed.inventory.import_from(www, on_conflict=OnConflict.KEEP))
    assert [(one.id, one.alteration) for one in effects.entries] == [(4, "added")]


def test_what_else_is_in_a_keystore_is_told_before(workspace: Workspace) -> None:
    source = KeystoreSource(data=case("one-key-two-certificates", "a.p12"), password=PASSWORD)
    effects = workspace.trials.try_out(lambda: workspace.inventory.import_from(source))
    assert effects.notes[0] == "also in the file: 1 entry: “APSP new”"
