"""A doubt before binding: the chain that clients are shown ends before a root."""

from __future__ import annotations

from typing import Any

import certifi
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from certfleet.store.components.needs import NEEDS, NeedKind, is_shown
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.material import issue, make_ca
from tests.store.deployment import bring

ROOT = make_ca("Example Root")
ISSUING = make_ca("Example Issuing CA", issuer=ROOT)
DOUBT = (
    "its chain is incomplete: it ends with mdm.company.example, without its issuer Example Issuing CA; "
    "clients that lack that issuer don't trust it, so import the issuer's certificate"
)


def doubts_about_the_chain(workspace: Workspace, need: str, id: int) -> list[str]:
    return [doubt for doubt in workspace.components.doubts(need, id) if "chain" in doubt]


@pytest.mark.parametrize("need", [need.id for need in NEEDS if is_shown(need.id)])
def test_clients_do_not_trust_what_ends_before_a_root(workspace: Workspace, need: str) -> None:
    id = bring(workspace, issue("mdm.company.example", issuer=ISSUING), chain=False).id
    assert doubts_about_the_chain(workspace, need, id) == [DOUBT]
    effects = workspace.trials.try_out(lambda: workspace.components.bind(need, id))
    assert DOUBT in effects.notes


def test_the_issuer_takes_the_doubt_away(workspace: Workspace) -> None:
    id = bring(workspace, issue("mdm.company.example", issuer=ISSUING), chain=False).id
    workspace.inventory.import_from(CertificateSource(data=ISSUING.pem))
    [still] = doubts_about_the_chain(workspace, "mdm-ssl", id)
    assert "it ends with Example Issuing CA, without its issuer Example Root" in still
    workspace.inventory.import_from(CertificateSource(data=ROOT.pem))
    assert doubts_about_the_chain(workspace, "mdm-ssl", id) == []


def test_what_no_client_is_shown_is_not_doubted(workspace: Workspace) -> None:
    id = bring(workspace, issue("mdm.company.example", issuer=ISSUING), chain=False).id
    hidden = [need.id for need in NEEDS if not need.shown and need.kind is NeedKind.CERTIFICATE]
    assert [doubts_about_the_chain(workspace, need, id) for need in hidden] == [[]] * len(hidden)


def test_what_a_public_root_issued_is_complete(workspace: Workspace) -> None:
    """Clients have the root. Nobody here has its key, so the root itself stands for what it issued."""
    public = next(one for one in certifi.contents().split("\n\n") if "BEGIN" in one).encode()
    id = workspace.inventory.import_from(CertificateSource(data=public)).imported[0].id
    assert doubts_about_the_chain(workspace, "mdm-ssl", id) == []


def test_one_without_a_doubt_comes_first(workspace: Workspace) -> None:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    fit: dict[str, Any] = {"sans": (x509.DNSName("mdm.company.example"),), "extensions": (usage,)}
    alone = bring(workspace, issue("mdm.company.example", issuer=ISSUING, **fit), chain=False).id
    whole = bring(workspace, issue("mdm.company.example", issuer=make_ca("Other Root"), **fit)).id
    found = [one.id for one in workspace.components.candidates("mdm-ssl")]
    assert found.index(whole) < found.index(alone)
