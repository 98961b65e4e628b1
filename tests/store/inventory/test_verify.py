"""Whether chains are complete and valid now."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue, make_ca, make_chain


def problems(workspace: Workspace) -> dict[int, list[tuple[str, int]]]:
    return {
        found.certificate.id: [(problem.code, problem.certificate_id) for problem in found.problems]
        for found in workspace.inventory.verify()
    }


def test_a_complete_chain_is_in_order(workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem))
    assert problems(workspace) == {1: [], 2: [], 3: []}
    assert workspace.inventory.verify()[0].chain == (1, 2, 3)


def test_a_missing_issuer_is_named(workspace: Workspace) -> None:
    leaf = make_chain("a.example")
    workspace.inventory.import_from(CertificateSource(data=leaf.pem + leaf.issuers[0].public_bytes(Encoding.PEM)))
    found = workspace.inventory.verify()[0]
    assert not found.ok
    assert found.problems[0].message == "its issuer CN=Root of a.example is not in the inventory"
    assert problems(workspace) == {1: [("issuer-missing", 2)], 2: [("issuer-missing", 2)]}


def test_what_has_expired_shows_in_every_chain_above_which_it_stands(workspace: Workspace, clock: FixedClock) -> None:
    root = issue("Root", is_ca=True, days=50)
    workspace.inventory.import_from(CertificateSource(data=issue("a.example", issuer=root, days=400).chain_pem))
    clock.at = NOW + timedelta(days=60)
    assert problems(workspace) == {1: [("expired", 2)], 2: [("expired", 2)]}


def test_an_issuer_that_may_not_issue_shows(workspace: Workspace) -> None:
    not_ca = issue("Server")
    workspace.inventory.import_from(CertificateSource(data=issue("a.example", issuer=not_ca).chain_pem))
    assert problems(workspace)[1] == [("issuer-not-ca", 2)]


def test_a_chain_longer_than_its_root_allows_shows(workspace: Workspace) -> None:
    key = make_ca().key
    subject = x509.Name.from_rfc4514_string("CN=Short Root")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    root = Issued(builder.sign(key, hashes.SHA256()), key)
    leaf = issue("a.example", issuer=make_ca("Issuing", issuer=root))
    workspace.inventory.import_from(CertificateSource(data=leaf.chain_pem))
    assert problems(workspace) == {1: [("path-too-long", 3)], 2: [], 3: []}
