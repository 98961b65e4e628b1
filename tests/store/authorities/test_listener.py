"""The SSL listener certificate of the workspace, which the server CA issues."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import NOW, needs_openssl, openssl

HOSTS = ["mdm.example.com", "*.example.com", "192.0.2.7", "2001:db8::7"]


def issuer_of(workspace: Workspace, entry: Certificate) -> str:
    assert entry.issuer_id is not None
    return workspace.inventory.get(entry.issuer_id).subject


def test_it_comes_into_the_inventory_with_names_key_and_chain(workspace: Workspace) -> None:
    entry = workspace.authorities.issue_listener(HOSTS)
    assert entry.use_as is UseAs.SSL_LISTENER
    assert entry.subject == "CN=mdm.example.com"
    assert entry.sans == ("DNS:mdm.example.com", "DNS:*.example.com", "IP:192.0.2.7", "IP:2001:db8::7")
    assert issuer_of(workspace, entry) == "CN=Server CA,O=certfleet"
    assert len(workspace.inventory.chain(entry.id)) == 3
    assert entry.has_private_key
    assert workspace.vault.kinds(entry.public_key_sha256) == {SecretKind.PRIVATE_KEY}
    assert workspace.check().clean


@needs_openssl
@pytest.mark.parametrize("hosts", [HOSTS, ["a" * 60 + ".long.example.com"]])
def test_openssl_takes_it_for_a_server(workspace: Workspace, tmp_path: Path, hosts: list[str]) -> None:
    entry = workspace.authorities.issue_listener(hosts)
    links = [workspace.inventory.export(link.id, ExportFormat.PEM) for link in workspace.inventory.chain(entry.id)]
    for name, link in zip(("leaf", "server-ca", "root"), links, strict=True):
        (tmp_path / name).write_bytes(link)
    line = ["verify", "-x509_strict", "-purpose", "sslserver", "-attime", str(int(NOW.timestamp()))]
    line += ["-verify_hostname", hosts[0], "-CAfile", str(tmp_path / "root")]
    openssl(*line, "-untrusted", tmp_path / "server-ca", tmp_path / "leaf")


def test_the_next_one_replaces_it(workspace: Workspace) -> None:
    first = workspace.authorities.issue_listener(["mdm.example.com"])
    workspace.authorities.refresh(ready_after=timedelta(0))
    second = workspace.authorities.issue_listener(["mdm.example.com", "mdm2.example.com"])
    assert workspace.inventory.get(first.id).replaced_by == second.id
    assert second.use_as is UseAs.SSL_LISTENER
    assert second.has_private_key
    assert issuer_of(workspace, second) == "CN=Server CA group-2,O=certfleet"
    third = workspace.authorities.issue_listener(["mdm.example.com"])
    assert workspace.inventory.get(second.id).replaced_by == third.id
    assert workspace.check().clean


def test_a_listener_from_elsewhere_is_left_alone(workspace: Workspace) -> None:
    mine = workspace.authorities.issue_listener(["mdm.example.com"])
    assert [entry.replaced_by for entry in workspace.inventory.list()] == [None] * 3
    workspace.inventory.delete(mine.id)
    again = workspace.authorities.issue_listener(["mdm.example.com"])
    assert again.replaced_by is None


def test_taking_the_server_ca_out_of_the_inventory_leaves_its_key_alone(workspace: Workspace) -> None:
    """Its certificate is an entry of the inventory too, in the listener's chain."""
    entry = workspace.authorities.issue_listener(["mdm.example.com"])
    chain = workspace.inventory.chain(entry.id)
    assert [link.has_private_key for link in chain] == [True, False, False]
    for link in chain:
        workspace.inventory.delete(link.id)
    with Workspace.open(workspace.path, clock=workspace.clock) as again:
        assert again.authorities.issue_listener(["mdm.example.com"]).has_private_key
        assert again.check().clean


def test_names_are_written_in_small_letters_and_once(workspace: Workspace) -> None:
    entry = workspace.authorities.issue_listener([" MDM.Example.COM", "mdm.example.com"])
    assert (entry.subject, entry.sans) == ("CN=mdm.example.com", ("DNS:mdm.example.com",))


def test_a_name_longer_than_a_common_name_is_a_san_alone(workspace: Workspace) -> None:
    name = ".".join(["department"] * 8) + ".example.com"
    entry = workspace.authorities.issue_listener([name])
    assert (entry.subject, entry.sans) == ("", (f"DNS:{name}",))
    certificate = x509.load_pem_x509_certificate(workspace.inventory.export(entry.id, ExportFormat.PEM))
    assert certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).critical


MORE = (
    "*.*.example",
    "a*.example",
    "1.2.3.4/24",
    "https://a.example",
    "x" * 64 + ".example",
    "x" * 60 + 4 * ".abc" * 20,
)


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        ".",
        "a..b",
        "example.com.",
        "-a.example",
        "a-.example",
        "a b",
        "a_b",
        "ä b.example",
        "*",
        "a.*.example",
        *MORE,
    ],
)
def test_what_is_no_host_name_is_refused(workspace: Workspace, host: str) -> None:
    with pytest.raises(Refusal, match="host-invalid"):
        workspace.authorities.issue_listener(["mdm.example.com", host])
    assert workspace.inventory.list() == []


def test_it_needs_a_name(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="host-invalid"):
        workspace.authorities.issue_listener([])
