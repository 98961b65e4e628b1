"""The documents of components and needs."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.impact.trusted_certificates import trusted_certificates
from certfleet.store.views.component import component_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, issue, issue_long_ago, make_ca
from tests.store.deployment import use
from tests.store.profiles.material import make_profile


def test_a_component_stands_where_its_certificate_does(deployment: Workspace) -> None:
    component = use(deployment, "saml", issue_long_ago("saml.example.com", days=21))
    told = as_json(component_document(component, deployment.impact))
    assert (told["need"], told["group"], told["status"], told["days_left"]) == (
        "saml",
        "endpoint-management",
        "expiring",
        20,
    )


def test_an_app_stands_where_its_profile_does(deployment: Workspace) -> None:
    profile = deployment.profiles.import_file(make_profile(not_after=NOW + timedelta(days=9))).profile
    told = as_json(component_document(deployment.components.bind_profile(profile.id), deployment.impact))
    assert (told["certificate_id"], told["status"], told["days_left"]) == (None, "critical", 9)


def test_every_authority_that_is_shown_is_told_of(deployment: Workspace) -> None:
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Private Root")))
    with deployment.database.moment():
        (one,) = trusted_certificates(deployment.impact, deployment.inventory.get)
    assert (one.entry.name, one.public, one.shown, one.lacking) == ("Private Root", False, True, 0)
