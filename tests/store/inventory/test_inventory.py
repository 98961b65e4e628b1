"""The use cases of the inventory: their effects, and what they refuse without changing anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.inventory.sources import (
    CertificateSource,
    ExportFormat,
    KeystoreSource,
    OnConflict,
)
from certfleet.store.inventory.status import status
from certfleet.store.model.certificate import Status, UseAs
from certfleet.store.views.certificate import certificate_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, Issued, issue, make_ca, make_chain, needs_openssl, openssl, push_subject
from tests.store.conftest import content


def pem(issued: Issued, *, chain: bool = True, key: bool = False) -> CertificateSource:
    return CertificateSource(
        data=issued.chain_pem if chain else issued.pem, name="file.pem", key=issued.key_pem if key else None
    )


def p12(issued: Issued, password: str = "secret") -> KeystoreSource:
    data = pkcs12.serialize_key_and_certificates(
        b"entry", issued.key, issued.certificate, issued.issuers, BestAvailableEncryption(password.encode())
    )
    return KeystoreSource(data=data, name="file.p12", password=password)


# Import


def test_every_certificate_of_a_chain_gets_an_entry_linked_to_its_issuer(workspace: Workspace) -> None:
    result = workspace.inventory.import_from(pem(make_chain()), description="MDM FQDN")

    leaf, intermediate, root = result.imported
    assert [entry.id for entry in result.imported] == [1, 2, 3]
    assert (leaf.issuer_id, intermediate.issuer_id, root.issuer_id) == (2, 3, None)
    assert (leaf.description, intermediate.description) == ("MDM FQDN", "")
    assert (leaf.use_as, root.use_as, root.is_ca) == (UseAs.SERVER, UseAs.SERVER, True)
    assert (leaf.imported_by, leaf.imported_at, leaf.source) == ("alice", NOW, "file.pem")
    assert workspace.inventory.list() == [leaf, intermediate, root]
    assert workspace.check().clean


def test_what_is_there_already_is_linked_to_and_not_duplicated(workspace: Workspace) -> None:
    root = make_ca()
    workspace.inventory.import_from(pem(root))
    result = workspace.inventory.import_from(pem(issue("a.example", issuer=root)))
    assert [entry.name for entry in result.imported] == ["a.example"]
    assert [entry.id for entry in result.linked] == [1]
    assert result.imported[0].issuer_id == 1

    before = content(workspace)
    again = workspace.inventory.import_from(pem(root))
    assert (again.imported, [entry.id for entry in again.linked]) == ((), [1])
    assert content(workspace) == before


def test_what_was_asked_of_a_certificate_that_is_only_linked_is_said(workspace: Workspace) -> None:
    leaf = issue("a.example")
    workspace.inventory.import_from(pem(leaf, chain=False))
    again = workspace.inventory.import_from(pem(leaf, chain=False), use_as=UseAs.SAML, description="Citrix Files")
    assert again.notes == (
        "certificate 1 (a.example) is in the inventory already: its use stays server, and was not set to saml",
        "certificate 1 (a.example) is in the inventory already: its description stays empty",
    )
    assert (again.linked[0].use_as, again.linked[0].description) == (UseAs.SERVER, "")
    same = workspace.inventory.import_from(pem(leaf, chain=False), use_as=UseAs.SERVER)
    assert same.notes == ()


def test_an_issuer_that_comes_later_is_linked_to_what_it_issued(workspace: Workspace) -> None:
    root = make_ca()
    stranger = make_ca()  # the same name, another key
    workspace.inventory.import_from(pem(issue("a.example", issuer=root), chain=False))
    workspace.inventory.import_from(pem(stranger))
    assert workspace.inventory.get(1).issuer_id is None
    workspace.inventory.import_from(pem(root))
    assert workspace.inventory.get(1).issuer_id == 3
    assert [entry.id for entry in workspace.inventory.issued(3)] == [1]
    assert workspace.check().clean


def test_a_key_is_kept_and_completes_an_entry_that_came_without(workspace: Workspace) -> None:
    leaf = make_chain()
    workspace.inventory.import_from(pem(leaf))
    assert not workspace.inventory.get(1).has_private_key
    workspace.inventory.import_from(pem(leaf, key=True))
    assert workspace.inventory.get(1).has_private_key
    assert workspace.audit.about("certificate:1")[0].action == "certificate.complete"
    assert workspace.check().clean


def test_a_key_that_does_not_match_stops_the_whole_import(workspace: Workspace) -> None:
    before = content(workspace)
    with pytest.raises(Refusal, match="key-mismatch"):
        workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem, key=make_chain().key_pem))
    assert content(workspace) == before


def test_a_keystore_brings_chain_key_and_password(workspace: Workspace) -> None:
    result = workspace.inventory.import_from(p12(make_chain(subject=push_subject())), use_as=UseAs.APNS)
    leaf = result.imported[0]
    assert len(result.imported) == 3
    assert (leaf.use_as, leaf.has_private_key, leaf.has_password, leaf.alias) == (UseAs.APNS, True, True, "entry")
    assert workspace.inventory.reveal_password(leaf.id) == "secret"
    assert workspace.audit.about("certificate:1")[0].action == "certificate.reveal-password"
    assert workspace.check().clean


def test_a_keystore_of_a_key_alone_is_told_what_else_to_bring(workspace: Workspace) -> None:
    data = pkcs12.serialize_key_and_certificates(b"a", issue("a.example").key, None, None, NoEncryption())
    with pytest.raises(Refusal, match="entry-without-certificate") as refused:
        workspace.inventory.import_from(KeystoreSource(data=data))
    assert (refused.value.hint or "").startswith("No entry has one.")


def test_an_apns_certificate_without_its_key_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="apns-needs-key"):
        workspace.inventory.import_from(pem(make_chain()), use_as=UseAs.APNS)


def test_of_many_files_each_is_judged_alone(workspace: Workspace) -> None:
    root, other_root = make_ca("Root"), make_ca("Other Root")
    first = issue("a.example", issuer=root)
    conflict = issue("b.example", issuer=other_root, key=first.key)  # its root comes first in nothing
    files = [
        pem(first),
        CertificateSource(data=b"no certificate", name="text.txt"),
        pem(conflict),
        pem(issue("c.example", issuer=root), key=True),
    ]
    outcomes = list(workspace.inventory.import_all(files))

    assert [outcome.code if isinstance(outcome, Refusal) else "imported" for outcome in outcomes] == [
        "imported",
        "not-a-certificate",
        "same-key",
        "imported",
    ]
    assert [entry.name for entry in workspace.inventory.list()] == ["a.example", "Root", "c.example"]
    assert workspace.check().clean


# One certificate a public key


def twins(workspace: Workspace) -> tuple[Issued, Issued]:
    """Two certificates of one key; the first is in the inventory, with its key."""
    root = make_ca()
    first = issue("mdm.example.com", issuer=root)
    second = issue("mdm.example.com", issuer=root, key=first.key, days=700)
    workspace.inventory.import_from(pem(first, key=True), description="MDM")
    return first, second


def test_another_certificate_of_a_key_is_a_conflict_until_a_choice_is_made(workspace: Workspace) -> None:
    _, second = twins(workspace)
    before = content(workspace)
    with pytest.raises(Refusal, match="same-key") as refused:
        workspace.inventory.import_from(pem(second))
    assert "certificate 1 (mdm.example.com)" in refused.value.message
    assert content(workspace) == before


def test_replace_puts_the_new_certificate_into_the_entry(workspace: Workspace) -> None:
    _, second = twins(workspace)
    with workspace.database.transaction():
        workspace.components.bind("other", 1, name="MDM listener")
    result = workspace.inventory.import_from(pem(second), on_conflict=OnConflict.REPLACE)

    entry = workspace.inventory.get(1)
    assert result.imported == (entry,)
    assert entry.not_after == NOW + timedelta(days=699)
    assert (entry.description, entry.has_private_key, entry.issuer_id) == ("MDM", True, 2)
    assert workspace.components.users_of(1) == ("MDM listener",)
    assert len(workspace.inventory.list()) == 2
    assert workspace.check().clean


def test_delete_takes_the_entry_out_and_imports_anew(workspace: Workspace) -> None:
    _, second = twins(workspace)
    result = workspace.inventory.import_from(pem(second), on_conflict=OnConflict.DELETE)
    assert [entry.id for entry in result.deleted] == [1]
    assert result.notes == ("the private key of certificate 1 (mdm.example.com) was deleted with it",)
    (entry,) = result.imported
    assert (entry.id, entry.description, entry.has_private_key) == (3, "", False)
    assert [entry.id for entry in workspace.inventory.list()] == [2, 3]
    assert workspace.check().clean


def test_a_conflict_with_what_may_not_be_deleted_is_refused_for_delete(workspace: Workspace) -> None:
    root = make_ca()
    renewed_root = make_ca(key=root.key)
    workspace.inventory.import_from(pem(issue("a.example", issuer=root)))
    with pytest.raises(Refusal, match="certificate-has-dependents"):
        workspace.inventory.import_from(pem(renewed_root), on_conflict=OnConflict.DELETE)
    workspace.inventory.import_from(pem(renewed_root), on_conflict=OnConflict.REPLACE)
    assert [entry.id for entry in workspace.inventory.chain(1)] == [1, 2]
    assert workspace.check().clean


def test_a_ca_renewed_under_another_name_loses_what_its_new_certificate_did_not_issue(workspace: Workspace) -> None:
    root = make_ca("Old name")
    workspace.inventory.import_from(pem(issue("a.example", issuer=root)))
    workspace.inventory.import_from(pem(make_ca("New name", key=root.key)), on_conflict=OnConflict.REPLACE)
    assert workspace.inventory.get(1).issuer_id is None
    assert workspace.check().clean


def test_two_certificates_of_one_key_in_one_file_are_refused(workspace: Workspace) -> None:
    root = make_ca("Root")
    with pytest.raises(Refusal, match="same-key-in-file"):
        workspace.inventory.import_from(pem(issue("leaf", issuer=root, key=root.key)))


# Replace


def test_a_replacement_takes_over_and_the_old_entry_stays(workspace: Workspace) -> None:
    root = make_ca()
    workspace.inventory.import_from(pem(issue("mdm.example.com", issuer=root), key=True), description="MDM")
    with workspace.database.transaction():
        workspace.components.bind("other", 1, name="MDM listener")
        workspace.components.bind("other", 2, name="Gateway")

    done = workspace.inventory.replace(1, p12(issue("mdm.example.com", issuer=root, days=700)))

    assert (done.old.replaced_by, done.new.id, done.new.description) == (3, 3, "MDM")
    assert done.switched == ("MDM listener",)
    assert workspace.components.users_of(3) == ("MDM listener",)
    assert status(workspace.inventory.get(1), NOW, ExpiryRules()) is Status.REPLACED
    with pytest.raises(Refusal, match="certificate-replaced"):
        workspace.inventory.delete(1)
    with pytest.raises(Refusal, match="certificate-in-use"):
        workspace.inventory.delete(2)
    with pytest.raises(Refusal, match="already-replaced"):
        workspace.inventory.replace(1, p12(issue("mdm.example.com", issuer=root)))
    assert workspace.check().clean


def test_a_replacement_needs_a_new_key_and_has_to_bring_it(workspace: Workspace) -> None:
    root = make_ca()
    old = issue("mdm.example.com", issuer=root)
    workspace.inventory.import_from(pem(old, key=True))
    before = content(workspace)
    with pytest.raises(Refusal, match="same-key-replacement"):
        workspace.inventory.replace(1, pem(issue("mdm.example.com", issuer=root, key=old.key), key=True))
    with pytest.raises(Refusal, match="replacement-without-key"):
        workspace.inventory.replace(1, pem(issue("mdm.example.com", issuer=root)))
    with pytest.raises(Refusal, match="same-certificate"):
        workspace.inventory.replace(1, pem(old, key=True))
    assert content(workspace) == before


def test_what_may_surprise_about_a_replacement_is_said(workspace: Workspace) -> None:
    names = (x509.DNSName("mdm.example.com"), x509.DNSName("www.example.com"), x509.DNSName("example.com"))
    workspace.inventory.import_from(pem(issue("mdm.example.com", sans=names)))
    done = workspace.inventory.replace(1, pem(issue("*.example.com", sans=(x509.DNSName("*.example.com"),), days=30)))
    assert done.notes == (
        "the new certificate does not cover DNS:example.com",
        "the new certificate expires no later than the old one",
    )


def test_a_certificate_that_is_there_already_can_be_the_replacement(workspace: Workspace) -> None:
    old, new = issue("mdm.example.com"), issue("mdm.example.com", days=700)
    workspace.inventory.import_from(pem(new))
    workspace.inventory.import_from(pem(old))
    done = workspace.inventory.replace(2, pem(new))
    assert (done.new.id, done.old.replaced_by) == (1, 1)
    assert [entry.replaced_by for entry in workspace.inventory.list()] == [None, 1]
    with pytest.raises(Refusal, match="certificate-replaces"):
        workspace.inventory.delete(1)


# Describe, delete, export


def test_a_description_can_be_changed_later(workspace: Workspace) -> None:
    workspace.inventory.import_from(pem(make_chain()))
    assert workspace.inventory.describe(3, "  Example root ").description == "Example root"
    with pytest.raises(Refusal, match="description-too-long"):
        workspace.inventory.describe(3, "x" * 1001)


def test_delete_takes_the_secrets_along_and_never_gives_the_id_again(workspace: Workspace) -> None:
    (entry,) = workspace.inventory.import_from(p12(issue("a.example"))).imported
    workspace.inventory.delete(1)
    assert workspace.inventory.list() == []
    assert workspace.vault.kinds(entry.public_key_sha256) == set()
    workspace.inventory.import_from(pem(issue("b.example")))
    assert workspace.inventory.list()[0].id == 2
    with pytest.raises(Refusal, match="not-found"):
        workspace.inventory.delete(1)


def test_an_issuer_can_be_deleted_only_after_what_it_issued(workspace: Workspace) -> None:
    workspace.inventory.import_from(pem(make_chain()))
    with pytest.raises(Refusal, match="certificate-has-dependents"):
        workspace.inventory.delete(2)
    for id in (1, 2, 3):
        workspace.inventory.delete(id)
    assert workspace.check().clean


def test_the_issuer_of_what_stays_as_history_has_no_hint_that_leads_nowhere(workspace: Workspace) -> None:
    root = make_ca()
    workspace.inventory.import_from(pem(issue("mdm.example.com", issuer=root)))
    workspace.inventory.replace(1, pem(issue("mdm.example.com", issuer=root)))
    with pytest.raises(Refusal, match="of which certificates 1, 3 stay as the history of a replacement") as refused:
        workspace.inventory.delete(2)
    assert (refused.value.code, refused.value.hint) == ("certificate-has-dependents", None)


def test_two_cas_that_issued_each_other_can_be_deleted(workspace: Workspace) -> None:
    first, second = make_ca("A"), make_ca("B")
    for subject, issuer in ((first, second), (second, first)):
        crossed = issue("crossed", issuer=issuer, key=subject.key, is_ca=True, subject=subject.certificate.subject)
        workspace.inventory.import_from(pem(crossed, chain=False))
    assert [entry.issuer_id for entry in workspace.inventory.list()] == [2, 1]
    assert {found.problems[0].code for found in workspace.inventory.verify()} == {"issuers-in-a-circle"}
    workspace.inventory.delete(1)
    assert workspace.inventory.get(2).issuer_id is None
    workspace.inventory.delete(2)
    assert workspace.check().clean


def test_what_was_imported_comes_out_again(workspace: Workspace) -> None:
    leaf = make_chain()
    workspace.inventory.import_from(p12(leaf))
    export = workspace.inventory.export
    assert export(1, ExportFormat.DER) == leaf.der
    assert export(1, ExportFormat.PEM) == leaf.pem
    assert export(1, ExportFormat.CHAIN) == leaf.chain_pem
    with pytest.raises(Refusal, match="password-needed"):
        export(1, ExportFormat.PKCS12)
    for legacy in (False, True):
        loaded = pkcs12.load_pkcs12(export(1, ExportFormat.PKCS12, password="new", legacy=legacy), b"new")
        assert loaded.key is not None
        assert loaded.key.public_key() == leaf.key.public_key()
        assert [other.certificate for other in loaded.additional_certs] == list(leaf.issuers)
    assert workspace.audit.about("certificate:1")[0].action == "certificate.export-key"


@needs_openssl
def test_openssl_reads_the_pkcs7_that_is_written(workspace: Workspace) -> None:
    leaf = make_chain()
    workspace.inventory.import_from(pem(leaf))
    for format, inform in ((ExportFormat.PKCS7, "PEM"), (ExportFormat.PKCS7_DER, "DER")):
        data = workspace.inventory.export(1, format)
        told = openssl("pkcs7", "-print_certs", "-inform", inform, stdin=data)
        assert set(x509.load_pem_x509_certificates(told)) == {leaf.certificate, *leaf.issuers}


@needs_openssl
def test_openssl_reads_the_keystores_that_are_written(workspace: Workspace) -> None:
    workspace.inventory.import_from(p12(make_chain()))
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password="pä")
    assert b"PRIVATE KEY" in openssl("pkcs12", "-nodes", "-passin", "pass:pä", stdin=data)


# Status by the clock


def test_status_follows_the_clock(workspace: Workspace, clock: FixedClock) -> None:
    workspace.inventory.import_from(pem(issue("a.example", not_before=NOW, days=100)))

    def seen(days: float) -> tuple[str, int]:
        clock.at = NOW + timedelta(days=days)
        record = as_json(certificate_document(workspace.inventory.get(1), clock.now(), ExpiryRules()))
        return record["status"], record["days_left"]

    assert seen(-1) == ("not yet valid", 101)
    assert seen(0) == ("valid", 100)
    assert seen(69.9) == ("valid", 31)
    assert seen(70) == ("expiring", 30)
    assert seen(90) == ("critical", 10)
    assert seen(100) == ("critical", 0)
    assert seen(100.1) == ("expired", -1)


def test_a_validity_that_ends_before_it_begins_has_expired(workspace: Workspace, clock: FixedClock) -> None:
    backwards = replace(
        workspace.inventory.import_from(pem(issue("a.example"))).imported[0],
        not_before=NOW + timedelta(days=9),
        not_after=NOW - timedelta(days=9),
    )
    assert status(backwards, NOW, ExpiryRules()) is Status.EXPIRED


# Secrets


def test_no_secret_is_in_the_files_the_audit_or_an_error(workspace: Workspace) -> None:
    leaf = make_chain()
    workspace.inventory.import_from(p12(leaf, "Sesam-öffne-dich"))
    with pytest.raises(Refusal) as refused:
        workspace.inventory.import_from(KeystoreSource(data=p12(leaf).data, password="Sesam-falsch"))
    assert workspace.path is not None
    files = b"".join(path.read_bytes() for path in workspace.path.iterdir()) + content(workspace)
    scalar = leaf.key.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
    for secret in ("Sesam-öffne-dich".encode(), leaf.key_der, scalar, scalar.hex().encode()):
        assert secret not in files
    assert "Sesam" not in f"{refused.value.message}{refused.value.hint}"
    assert all("Sesam" not in line.summary for line in workspace.audit.tail())


def test_a_replacement_without_its_issuers_is_told(workspace: Workspace) -> None:
    root = make_ca()
    below = make_ca("Issuing CA", issuer=root)
    workspace.inventory.import_from(pem(issue("mdm.example", issuer=below), key=True))
    alone = issue("mdm.example", issuer=make_ca("Other CA", issuer=make_ca("Other root")), days=400)
    assert workspace.inventory.replace(1, pem(alone, chain=False, key=True)).notes == (
        "the new certificate's chain is incomplete: it ends with mdm.example, without its issuer Other CA; "
        "the old one's is complete",
    )
    whole = issue("mdm.example", issuer=below, days=500)
    assert workspace.inventory.replace(4, pem(whole, chain=False, key=True)).notes == ()
