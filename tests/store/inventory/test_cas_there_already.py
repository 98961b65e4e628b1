"""A chain that brings another certificate of a CA's key: told apart, kept or replaced."""

from __future__ import annotations

import pytest

from certfleet.store.certificates.chains import order_chain
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ImportResult, OnConflict
from certfleet.store.workspace import Workspace
from tests.cases import case
from tests.material import issue, make_ca


def take_in(workspace: Workspace, data: bytes, on_conflict: OnConflict = OnConflict.FAIL) -> ImportResult:
    return workspace.inventory.import_from(CertificateSource(data=data, name="c.pem"), on_conflict=on_conflict)


def refusal_of(workspace: Workspace, data: bytes, on_conflict: OnConflict = OnConflict.FAIL) -> Refusal:
    with pytest.raises(Refusal) as refused:
        take_in(workspace, data, on_conflict)
    return refused.value


MAIL = case("cross-signed-root-over-the-root", "mail.pem")
WWW = case("cross-signed-root-over-the-root", "www.pem")
BOTH = case("both-forms-of-a-root", "c.pem")


def test_two_certificates_of_a_root_are_told_apart(workspace: Workspace) -> None:
    take_in(workspace, MAIL)
    refusal = refusal_of(workspace, WWW)
    assert refusal.code == "same-key"
    assert "certificate 3 (Example ISRG Root X1), self-issued, valid to 2035-01-18" in refusal.message
    assert (
        "certificate 3 of the file (Example ISRG Root X1), issued by CN=DST Example Root X3,O=Example, valid to 2029-"
        in (refusal.message)
    )
    assert "2 entries chain through that entry up to a root, and will lack one" in refusal.message
    assert "--on-conflict keep" in (refusal.hint or "")


def test_keep_links_the_leaf_to_what_is_there(workspace: Workspace) -> None:
    take_in(workspace, MAIL)
    result = take_in(workspace, WWW, OnConflict.KEEP)
    assert [entry.common_name for entry in result.imported] == ["www.example.com"]
    assert [entry.id for entry in result.linked] == [2, 3]
    assert [entry.id for entry in workspace.inventory.chain(result.imported[0].id)] == [4, 2, 3]
    assert workspace.inventory.get(3).is_self_issued
    problems = [problem.code for found in workspace.inventory.verify() for problem in found.problems]
    assert "issuer-missing" not in problems


def test_replace_tells_which_entries_lose_their_root(workspace: Workspace) -> None:
    take_in(workspace, MAIL)
    notes = take_in(workspace, WWW, OnConflict.REPLACE).notes
    assert notes == ("2 entries that chain through it have no root any more: 2 (Example R3), 1 (mail.example.com)",)


def test_both_forms_of_a_root_in_one_file(workspace: Workspace) -> None:
    refusal = refusal_of(workspace, BOTH)
    assert refusal.code == "same-key-in-file"
    assert "certificate 4 of the file (Example ISRG Root X1), self-issued, valid to 2035-01-18" in refusal.message
    assert "certificate 3 of the file (Example ISRG Root X1), issued by CN=DST Example Root X3" in refusal.message
    result = take_in(workspace, BOTH, OnConflict.KEEP)
    assert [entry.is_self_issued for entry in result.imported] == [False, False, True]
    assert result.notes[-1].startswith("left out of the chain: Example ISRG Root X1, issued by CN=DST Example Root X3")


def test_a_ca_renewed_over_its_key(workspace: Workspace) -> None:
    """The same by cryptography: another certificate of an intermediate's key, under the same root."""
    root = make_ca("A root")
    first = make_ca("An issuer", issuer=root)
    renewed = make_ca("An issuer", issuer=root, key=first.key)
    take_in(workspace, issue("one.example.com", issuer=first).chain_pem)
    two = issue("two.example.com", issuer=renewed).chain_pem
    assert refusal_of(workspace, two).code == "same-key"
    result = take_in(workspace, two, OnConflict.KEEP)
    assert [entry.id for entry in result.linked] == [2, 3]
    assert [entry.id for entry in workspace.inventory.chain(4)] == [4, 2, 3]


def test_what_stands_above_another_form_of_a_kept_root_is_left_out(workspace: Workspace) -> None:
    old_root, root = make_ca("Old root"), make_ca("New root")
    cross = make_ca("New root", issuer=old_root, key=root.key)
    take_in(workspace, issue("one.example.com", issuer=root).chain_pem)
    result = take_in(workspace, issue("two.example.com", issuer=cross).chain_pem, OnConflict.KEEP)
    assert [entry.common_name for entry in result.imported] == ["two.example.com"]
    assert result.notes[-1].startswith("left out of the chain: Old root, self-issued")


def test_keep_is_for_cas_that_issued_what_comes(workspace: Workspace) -> None:
    leaf = issue("one.example.com")
    take_in(workspace, leaf.pem)
    again = issue("one.example.com", key=leaf.key).pem
    refusal = refusal_of(workspace, again, OnConflict.KEEP)
    assert refusal.code == "same-key"
    assert "--on-conflict keep" not in (refusal.hint or "")
    root = make_ca("A root")
    take_in(workspace, root.pem)
    renamed = make_ca("A root renamed", key=root.key)
    refusal = refusal_of(workspace, issue("two.example.com", issuer=renamed).chain_pem, OnConflict.KEEP)
    assert (refusal.code, "--on-conflict keep" in (refusal.hint or "")) == ("same-key", False)


def test_which_certificate_to_leave_out_of_two_of_one_name() -> None:
    with pytest.raises(Refusal) as refused:
        order_chain(read_certificates(case("two-intermediates-of-one-name", "c.pem")).certificates)
    assert refused.value.message == (
        "certificate 2 of 4, Example DV CA, does not fit: certificate 4, Example ISRG Root X1, issued it, "
        "but it issued none of the others"
    )
    assert (refused.value.hint or "").startswith("Leave certificate 2 out")


def test_a_second_leaf_names_its_issuer() -> None:
    ca = make_ca("A root")
    data = issue("one.example.com", issuer=ca).chain_pem + issue("two.example.com", issuer=ca).pem
    with pytest.raises(Refusal) as refused:
        order_chain(read_certificates(data).certificates)
    assert (
        "certificate 3 of 3, two.example.com, does not fit: certificate 2, A root, issued it" in refused.value.message
    )


def test_no_loss_is_told_where_the_file_brings_the_root_above(workspace: Workspace) -> None:
    old, above = make_ca("Root"), make_ca("Root above")
    take_in(workspace, issue("a", issuer=old).chain_pem)
    crossed = issue("b", issuer=make_ca("Root", issuer=above, key=old.key)).chain_pem
    assert "will lack" not in refusal_of(workspace, crossed).message
    assert not [note for note in take_in(workspace, crossed, OnConflict.REPLACE).notes if "no root" in note]
    assert all(found.ok for found in workspace.inventory.verify())
