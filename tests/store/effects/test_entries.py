"""What a trial says of the entries of the inventory that it changes, and of those that it takes something from."""

from __future__ import annotations

import pytest
from msgspec import to_builtins

from certfleet.store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from certfleet.store.views.effects import effect_lines, effects_document
from certfleet.store.workspace import Workspace
from tests.cases import PASSWORD, case
from tests.material import issue, make_ca
from tests.store.deployment import enrolled, source, trusted, use


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


def test_what_a_change_would_add_goes_by_its_name(workspace: Workspace) -> None:
    """Its id is not its own before the change is carried out: something else may be added meanwhile."""
    deployed = use(workspace, "mdm-ssl", issue("mdm.company.example"))
    new = source(issue("mdm.company.example", issuer=make_ca("New Root"), days=500))

    effects = workspace.trials.try_out(lambda: workspace.inventory.replace(1, new))

    lines = [line.text for line in effect_lines(effects, longest=100)]
    assert [line for line in lines if "mdm.company.example" in line or "New Root" in line or "Undo" in line] == [
        "#1 mdm.company.example is replaced by the new mdm.company.example",
        "mdm.company.example is added",
        "New Root is added",
        "#1 mdm.company.example is no longer used as SSL certificate for the MDM FQDN",
        "the new mdm.company.example is used as SSL certificate for the MDM FQDN",
        "Undo: not possible: #1 stays as history and can't be bound again; replace its successor once more",
    ]
    document = to_builtins(effects_document(effects))
    assert [(one["id"], one["alteration"]) for one in document["entries"]] == [
        (1, "replaced"),
        (None, "added"),
        (None, "added"),
        (1, "loses-place"),
        (None, "takes-place"),
    ]
    assert deployed.certificate_id == 1


def test_a_root_that_would_be_added_has_no_id_where_devices_lack_it(workspace: Workspace) -> None:
    trusted(workspace, "mdm-ssl", issue("mdm.company.example", issuer=make_ca("Old Root")))
    enrolled(workspace)
    new = source(issue("mdm.company.example", issuer=make_ca("New Root"), days=500))

    effects = workspace.trials.try_out(lambda: workspace.inventory.replace(1, new))

    assert "1 device would get SSL Error 61 at its next connection: deploy the new New Root to it" in effects.notes
    [lack] = to_builtins(effects_document(effects))["trust"]
    assert (lack["certificate_id"], lack["title"], lack["after"]) == (None, "New Root", 1)
    told = workspace.inventory.replace(1, new)
    assert "deploy certificate 4 (New Root)" in " ".join(told.notes)  # now it is there


def test_an_undo_names_no_entry_that_is_not_there_yet(workspace: Workspace) -> None:
    new = source(issue("mdm.company.example"))
    effects = workspace.trials.try_out(lambda: workspace.inventory.import_from(new))
    assert effects.undo is not None
    assert effects.undo.how == "delete the new mdm.company.example again"


def test_what_else_is_in_a_keystore_is_told_before(workspace: Workspace) -> None:
    source = KeystoreSource(data=case("one-key-two-certificates", "a.p12"), password=PASSWORD)
    effects = workspace.trials.try_out(lambda: workspace.inventory.import_from(source))
    assert effects.notes[0] == "also in the file: 1 entry: “APSP new”"
