"""Two certificates, compared field by field."""

from __future__ import annotations

import pytest
from cryptography import x509

from certfleet.store.errors import Refusal
from certfleet.store.inventory.comparison import (
    CertificateComparison,
    CertificateField,
    compare,
    leaf_of,
    replacement_of,
)
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.views.certificate_comparison import compared_lines, comparison_document, same_text
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue, make_ca


def names(*hosts: str) -> tuple[x509.GeneralName, ...]:
    return tuple(map(x509.DNSName, hosts))


CA = make_ca("Issuing CA")
OLD = issue("mdm.example", issuer=CA, sans=names("mdm.example", "old.example"), days=90)
NEW = issue("mdm.example", issuer=CA, sans=names("new.example", "mdm.example"), days=365)


def entry(workspace: Workspace, issued: Issued) -> int:
    return workspace.inventory.import_from(CertificateSource(data=issued.pem)).imported[0].id


def compared(workspace: Workspace, old: Issued, new: Issued) -> CertificateComparison:
    file = leaf_of(CertificateSource(data=new.chain_pem), NOW)
    return compare(workspace.inventory.get(entry(workspace, old)), file, NOW)


def test_names_are_compared_one_by_one(workspace: Workspace) -> None:
    found = {one.field: one for one in compared(workspace, OLD, NEW).fields}
    sans = found[CertificateField.SANS]
    assert sans.old_only == ("DNS:old.example",)
    assert sans.new_only == ("DNS:new.example",)
    assert [(line.mark, line.text) for line in compared_lines(sans)] == [
        ("", "DNS:mdm.example"),
        ("-", "DNS:old.example"),
        ("+", "DNS:new.example"),
    ]
    assert not found[CertificateField.SUBJECT].differs
    assert found[CertificateField.NOT_AFTER].differs


def test_the_order_of_names_makes_no_difference(workspace: Workspace) -> None:
    turned = issue("mdm.example", issuer=CA, sans=names("old.example", "mdm.example"), days=90)
    found = {one.field: one for one in compared(workspace, OLD, turned).fields}
    assert not found[CertificateField.SANS].differs


def test_what_the_new_one_lacks_is_said(workspace: Workspace) -> None:
    assert compared(workspace, OLD, NEW).notes == ("the new certificate does not cover DNS:old.example",)


def test_one_key_is_said(workspace: Workspace) -> None:
    again = issue("mdm.example", issuer=CA, key=OLD.key, sans=names("mdm.example", "old.example"), days=400)
    assert "both have the same key pair, so one can't replace the other" in compared(workspace, OLD, again).notes


def test_the_same_certificate(workspace: Workspace) -> None:
    found = compared(workspace, OLD, OLD)
    assert found.is_same
    assert not found.notes
    assert not [one for one in found.fields if one.differs]
    assert same_text(found).startswith("the same in both: subject, SANs")
    assert comparison_document(found).new_id is None


def test_the_two_of_a_replacement(workspace: Workspace) -> None:
    first = entry(workspace, OLD)
    new = workspace.inventory.replace(first, CertificateSource(data=NEW.pem)).new
    entries = workspace.inventory.list()
    for one in (workspace.inventory.get(first), new):
        assert [end.id for end in replacement_of(one, entries)] == [first, new.id]


def test_an_entry_of_no_replacement_needs_a_second_one(workspace: Workspace) -> None:
    alone = workspace.inventory.get(entry(workspace, OLD))
    with pytest.raises(Refusal, match="has not been replaced") as refused:
        replacement_of(alone, workspace.inventory.list())
    assert refused.value.code == "nothing-to-compare"
