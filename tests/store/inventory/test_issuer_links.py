"""An entry is linked to its issuer whenever the inventory holds it, whatever else happens to the entry."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from certfleet.store.certificates.facts import ParsedCertificate
from certfleet.store.certificates.signatures import is_issued_by
from certfleet.store.clock import FixedClock
from certfleet.store.inventory import issuers
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue, make_ca


def file(*certificates: Issued, key: Issued) -> CertificateSource:
    return CertificateSource(data=b"".join(one.pem for one in certificates), name="file.pem", key=key.key_pem)


@pytest.fixture
def replaced(workspace: Workspace) -> Workspace:
    """Certificate 1 came without its issuer; the file of its replacement, 2, brought that as 3."""
    issuer = make_ca("Issuing CA")
    old, new = issue(issuer=issuer), issue(issuer=issuer)
    workspace.inventory.import_from(file(old, key=old))
    assert not workspace.inventory.verify()[0].ok
    workspace.inventory.replace(1, file(new, issuer, key=new))
    return workspace


def test_a_replacement_that_brings_the_issuer_links_the_old_certificate_to_it(replaced: Workspace) -> None:
    old = replaced.inventory.get(1)
    assert (old.replaced_by, old.issuer_id) == (2, 3)
    assert [entry.id for entry in replaced.inventory.chain(1)] == [1, 3]
    assert all(verification.ok for verification in replaced.inventory.verify())
    assert replaced.check().clean


def test_the_answer_of_a_replacement_is_what_is_stored(replaced: Workspace) -> None:
    newest = issue(issuer=make_ca("Another CA"))
    result = replaced.inventory.replace(2, file(newest, key=newest))
    assert result.old == replaced.inventory.get(2)
    assert result.new == replaced.inventory.get(result.new.id)


def lose_the_link(workspace: Workspace) -> None:
    """As releases up to schema version 3 left it."""
    with workspace.database.transaction():
        workspace.database.table("certificates").update({"issuer_id": None}, doc_ids=[1])
        workspace.database.table("workspace").update({"schema_version": 3}, doc_ids=[1])


def test_a_check_names_a_lost_link(replaced: Workspace) -> None:
    lose_the_link(replaced)
    found = [(problem.code, problem.record) for problem in replaced.check().problems]
    assert found == [("issuer-not-linked", "certificate:1")]


def test_a_workspace_of_an_earlier_release_is_healed_when_it_is_opened(replaced: Workspace, clock: FixedClock) -> None:
    lose_the_link(replaced)
    replaced.close()
    with Workspace.open(replaced.path, actor=Actor("alice"), clock=clock) as workspace:
        assert workspace.inventory.get(1).issuer_id == 3
        assert workspace.audit.about("certificate:1")[0].summary == "linked to its issuer, certificate 3"
        assert workspace.check().clean


def test_an_export_of_an_earlier_release_is_healed_when_it_is_imported(
    replaced: Workspace, tmp_path: Path, clock: FixedClock
) -> None:
    lose_the_link(replaced)
    replaced.export_json(tmp_path / "export.json")
    key_file = replaced.vault.key_file
    report = Workspace.import_json((tmp_path / "export.json").read_bytes(), tmp_path / "copy", key_file=key_file)
    assert report.clean
    with Workspace.open(tmp_path / "copy", actor=Actor("alice"), clock=clock) as workspace:
        assert workspace.inventory.get(1).issuer_id == 3


def test_a_change_writes_its_own_fields_alone(workspace: Workspace) -> None:
    """A rule that holds a record while another rule changes it doesn't undo that."""
    leaf = issue(issuer=make_ca())
    workspace.inventory.import_from(file(leaf, key=leaf))
    entries = workspace.inventory._entries
    before = entries.get(1)
    with workspace.database.transaction():
        entries.change(entries.get(1), description="changed meanwhile")
        entries.change(before, replaced_by=None, alias="mdm")
    assert msgspec.structs.replace(before, description="changed meanwhile", alias="mdm") == entries.get(1)


def test_self_signed_certificates_of_one_name_are_not_compared_with_each_other(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        workspace.inventory.import_from(CertificateSource(data=make_ca("localhost").pem))
    checked: list[ParsedCertificate] = []

    def counted(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
        checked.append(child)
        return is_issued_by(child, issuer)

    monkeypatch.setattr(issuers, "is_issued_by", counted)
    assert workspace.check().clean
    assert len(checked) == 12
    assert all(entry.issuer_id is None for entry in workspace.inventory.list())
