"""Changing the use of an entry."""

from __future__ import annotations

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.component import Use
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.conftest import content
from tests.store.deployment import bring, push


def test_a_use_that_was_wrong_is_put_right(deployment: Workspace) -> None:
    """As if it had been imported with that use: the first valid one is bound."""
    deployment.components.set_use("saml", Use.AS_NEEDED)
    entry = bring(deployment, issue("saml.company.example"))
    assert entry.use_as is UseAs.SERVER
    effects = deployment.trials.try_out(lambda: deployment.inventory.set_use_as(entry.id, UseAs.SAML))
    assert not effects.is_empty
    assert deployment.inventory.get(entry.id).use_as is UseAs.SERVER
    assert deployment.inventory.set_use_as(entry.id, UseAs.SAML).use_as is UseAs.SAML
    saml = deployment.components.find("saml")
    assert saml is not None and saml.certificate_id == entry.id
    assert deployment.audit.about(f"certificate:{entry.id}")[0].action == "certificate.use-as"
    before = content(deployment)
    deployment.inventory.set_use_as(entry.id, UseAs.SAML)  # twice is once
    assert content(deployment) == before
    deployment.inventory.set_use_as(entry.id, UseAs.SERVER)  # what is bound stays bound
    saml = deployment.components.find("saml")
    assert saml is not None and saml.certificate_id == entry.id
    assert deployment.check().clean


def test_what_is_bound_already_is_not_bound_over(deployment: Workspace) -> None:
    first, second = bring(deployment, issue("one.example")), bring(deployment, issue("two.example"))
    deployment.components.bind("saml", first.id)
    deployment.inventory.set_use_as(second.id, UseAs.SAML)
    saml = deployment.components.find("saml")
    assert saml is not None and saml.certificate_id == first.id


def refused(deployment: Workspace, id: int, use_as: UseAs) -> str:
    before = content(deployment)
    with pytest.raises(Refusal) as refusal:
        deployment.inventory.set_use_as(id, use_as)
    assert content(deployment) == before
    return refusal.value.code


def test_push_takes_what_fits_push_only(deployment: Workspace) -> None:
    deployment.components.set_use("apns", Use.AS_NEEDED)
    assert refused(deployment, bring(deployment, issue("www.example")).id, UseAs.APNS) == "push-topic-missing"
    entry = bring(deployment, push())
    deployment.inventory.set_use_as(entry.id, UseAs.APNS)
    assert deployment.inventory.get(entry.id).use_as is UseAs.APNS


def test_without_its_key_it_is_no_push_certificate(deployment: Workspace) -> None:
    entry = bring(deployment, push(), key=False)
    assert refused(deployment, entry.id, UseAs.APNS) == "no-private-key"


def test_device_certificates_are_kept_apart(deployment: Workspace) -> None:
    assert refused(deployment, bring(deployment, issue("www.example")).id, UseAs.DEVICE) == "use-as-invalid"
