"""A certificate like another one: same subject, names and usages, a new key, and devices go on trusting it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec.structs import replace

from certfleet.simulator.company.company import fill
from certfleet.simulator.plans import new_certificate
from certfleet.simulator.plans.new_certificate import make_like
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import Outcome, PlanRun, RefusedAction
from certfleet.store.authorities.validity import Validity
from certfleet.store.copy_without_secrets import rows_without_secrets, workspace_of_rows
from certfleet.store.inventory import requests
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import Certificate
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared
from tests.simulator.conftest import MONDAY


@pytest.fixture
def company(prepared: Prepared, tmp_path: Path) -> Workspace:
    def make(folder: Path) -> None:
        with Workspace.open(folder, start=MONDAY) as workspace:
            fill(workspace)

    return prepared.in_memory("plans-company", make, tmp_path / "company.key", actor=Actor("alice"))


def perform(workspace: Workspace, action: str, folder: Path | None = None) -> list[Outcome]:
    plan = read_plan(f'[[action]]\nafter = "0d"\n{action}', "plan")
    return PlanRun(workspace, plan, folder=folder, again=True).perform()


def bound(workspace: Workspace, need: str) -> Certificate:
    component = workspace.components.find(need)
    assert component is not None
    return workspace.inventory.get(component.certificate_id or 0)


@pytest.mark.parametrize("need", ["gateway-ssl", "saml", "gateway-exchange-ssl", "apple-developer"])
def test_one_like_it_takes_its_place(company: Workspace, need: str) -> None:
    old = bound(company, need)
    perform(company, f'do = "replace-certificate"\ncertificate = "{need}"\nvalid = "100d"')
    new = bound(company, need)
    assert company.inventory.get(old.id).replaced_by == new.id
    assert new.not_after == company.now() + timedelta(days=100)
    for field in ("subject", "sans", "key_usage", "extended_key_usage", "key_algorithm", "key_size", "use_as", "is_ca"):
        assert getattr(new, field) == getattr(old, field), field
    assert new.public_key_sha256 != old.public_key_sha256
    assert new.has_private_key
    assert new.is_self_issued == old.is_self_issued
    assert next(found for found in company.inventory.verify() if found.certificate.id == new.id).problems == ()


def test_devices_trust_the_stand_in_as_they_trusted_the_issuer(company: Workspace) -> None:
    old = company.inventory.chain(bound(company, "gateway-ssl").id)
    assert any(company.trust.get(link.id).preinstalled for link in old)
    perform(company, 'do = "replace-certificate"\ncertificate = "gateway-ssl"\nvalid = "100d"')
    top = company.inventory.chain(bound(company, "gateway-ssl").id)[-1]
    assert "stand-in" in top.name
    assert company.trust.get(top.id).preinstalled


def test_one_stand_in_is_enough_for_all_certificates_of_an_issuer(company: Workspace) -> None:
    for _ in range(2):
        perform(company, 'do = "replace-certificate"\ncertificate = "gateway-ssl"\nvalid = "100d"')
    assert len([entry for entry in company.inventory.list() if "stand-in" in entry.name]) == 1


def test_a_certificate_of_our_own_ca_group_comes_from_it_again(company: Workspace) -> None:
    listener = company.authorities.issue_listener(["mdm.example.com"])
    perform(company, f'do = "replace-certificate"\ncertificate = {listener.id}\nvalid = "100d"')
    new = company.authorities.listener()
    assert new is not None
    assert new.id == company.inventory.get(listener.id).replaced_by
    assert new.issuer_id == listener.issuer_id


def test_a_file_is_found_beside_the_plan(company: Workspace, tmp_path: Path) -> None:
    source = make_like(company, bound(company, "saml"), Validity(company.now(), company.now() + timedelta(days=9)))
    assert isinstance(source, CertificateSource)
    (tmp_path / "new.pem").write_bytes(source.data)
    (tmp_path / "new.key").write_bytes(source.key or b"")
    (outcome,) = perform(
        company, 'do = "replace-certificate"\ncertificate = "saml"\nfile = "new.pem"\nkey = "new.key"', tmp_path
    )
    assert not isinstance(outcome, RefusedAction)
    assert bound(company, "saml").not_after == company.now() + timedelta(days=9)
    (refused,) = perform(company, 'do = "import-certificate"\nfile = "gone.pem"', tmp_path)
    assert isinstance(refused, RefusedAction)
    assert refused.code == "file-not-found"


def test_a_wrong_apple_id_is_refused_unless_it_is_meant(company: Workspace) -> None:
    action = 'do = "renew-apns"\napple_id = "somebody@example.com"'
    (refused,) = perform(company, action)
    assert isinstance(refused, RefusedAction)
    assert refused.code == "push-upload-warned"
    (done,) = perform(company, f"{action}\ncreate = true\nanyway = true")
    assert not isinstance(done, RefusedAction)


def test_a_refused_action_leaves_nothing_behind(company: Workspace) -> None:
    before = company.counts()
    (refused,) = perform(company, 'do = "bind"\nneed = "apns"\ncertificate = "saml"')
    assert isinstance(refused, RefusedAction)
    after = company.counts()
    assert {table for table in before if before[table] != after[table]} == {"plan_runs", "plans", "audit"}


NEW_ON_PAPER = {
    "gateway-ssl": 'do = "replace-certificate"\ncertificate = "gateway-ssl"\nvalid = "50d"',
    "saml": 'do = "replace-certificate"\ncertificate = "saml"\nvalid = "50d"',
    "apns": 'do = "renew-apns"\napple_id = "{owner}"',
    "securemail-apns": 'do = "renew-apns"\nneed = "securemail-apns"\napple_id = "{owner}"',
}


@pytest.mark.parametrize("need", NEW_ON_PAPER)
def test_on_paper_the_inventory_gets_the_same(company: Workspace, need: str, monkeypatch: pytest.MonkeyPatch) -> None:
    component = company.components.find(need)
    assert component is not None
    action = NEW_ON_PAPER[need].format(owner=component.apple_id)
    rows = rows_without_secrets(company)
    monkeypatch.setattr(new_certificate, "generate_key", None)
    monkeypatch.setattr(requests, "generate_key", None)
    monkeypatch.setattr(rsa, "generate_private_key", None)
    monkeypatch.setattr(x509.CertificateBuilder, "sign", None)
    with workspace_of_rows(rows, "alice") as copy:
        (outcome,) = perform(copy, action)
        assert not isinstance(outcome, RefusedAction), outcome.message
        paper = copy.inventory.list()
        trusted = [copy.trust.get(one.id) for one in copy.inventory.chain(bound(copy, need).id)]
    monkeypatch.undo()
    perform(company, action)
    assert [_but_the_key(one) for one in paper] == [_but_the_key(one) for one in company.inventory.list()]
    assert trusted == [company.trust.get(one.id) for one in company.inventory.chain(bound(company, need).id)]


def _but_the_key(entry: Certificate) -> Certificate:
    """Without what is drawn, and how it is signed."""
    return replace(
        entry,
        fingerprint_sha256="",
        public_key_sha256="",
        serial_number="",
        subject_key_id=None,
        authority_key_id=None,
        signature_algorithm="",
    )


def test_a_certificate_of_our_own_ca_comes_from_it_on_paper_too(company: Workspace) -> None:
    listener = company.authorities.issue_listener(["mdm.example.com"])
    with workspace_of_rows(rows_without_secrets(company), "alice") as copy:
        perform(copy, f'do = "replace-certificate"\ncertificate = {listener.id}\nvalid = "50d"')
        new = copy.inventory.get(copy.inventory.get(listener.id).replaced_by or 0)
        assert new.issuer_id == listener.issuer_id
        assert new.not_after == copy.now() + timedelta(days=50)
