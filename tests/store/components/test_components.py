"""Components: valid bindings, candidates, and that they follow a replacement by themselves."""

from __future__ import annotations

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import NEEDS, NeedKind
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.component import Use
from certfleet.store.profiles.profiles import OnOlder
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.conftest import content
from tests.store.deployment import DAY, OTHER_TOPIC, app_push, bring, push, replace, source, use
from tests.store.profiles.material import make_profile


def refusal_of(deployment: Workspace, need: str, id: int, name: str = "") -> str:
    """Why a certificate can't be bound; empty where it can. Nothing is changed by a refusal."""
    before = content(deployment)
    try:
        deployment.components.bind(need, id, name=name)
    except Refusal as refusal:
        assert content(deployment) == before
        return refusal.code
    return ""


# What fits


@pytest.mark.parametrize("need", [need.id for need in NEEDS])
def test_what_may_be_bound_to_a_need(deployment: Workspace, need: str) -> None:
    wanted = next(one for one in NEEDS if one.id == need)
    with_key = bring(deployment, issue("with a key"))
    without = bring(deployment, issue("without"), key=False)
    ca = bring(deployment, make_ca("A CA"), key=False)
    name = "one" if wanted.several else ""
    found = [refusal_of(deployment, need, entry.id, name) for entry in (with_key, without, ca)]
    assert (
        found
        == {
            NeedKind.CERTIFICATE: ["", "", "" if need == "other" else "is-a-ca"],
            NeedKind.WITH_KEY: ["push-topic-missing" if "apns" in need else "", "no-private-key", "no-private-key"],
            NeedKind.CA: ["not-a-ca", "not-a-ca", ""],
            NeedKind.PROFILE: ["profile-needed"] * 3,
        }[wanted.kind]
    )


def test_names_tell_several_apart(deployment: Workspace) -> None:
    entry = bring(deployment, issue("client"))
    assert refusal_of(deployment, "pki-user", entry.id) == "name-needed"
    assert refusal_of(deployment, "saml", entry.id, "another") == "name-not-wanted"
    assert refusal_of(deployment, "pki-user", entry.id, "x" * 201) == "name-invalid"
    assert refusal_of(deployment, "pki-user", entry.id, "a\nb") == "name-invalid"
    assert refusal_of(deployment, "nothing", entry.id) == "need-unknown"
    assert refusal_of(deployment, "saml", 99) == "not-found"
    first = deployment.components.bind("pki-user", entry.id, name="Microsoft CA")
    second = deployment.components.bind("pki-user", entry.id, name="Other CA")
    assert first.id != second.id
    assert deployment.components.bind("pki-user", entry.id, name=" Microsoft CA ") == first


def test_one_that_has_been_replaced_is_not_bound(deployment: Workspace) -> None:
    component = use(deployment, "saml", issue("saml"))
    replace(deployment, component, issue("saml"))
    assert refusal_of(deployment, "gateway-ssl", component.certificate_id or 0) == "certificate-replaced"


def test_an_apple_id_is_an_e_mail_address(deployment: Workspace) -> None:
    entry = bring(deployment, push())
    with pytest.raises(Refusal, match="apple-id-invalid"):
        deployment.components.bind("apns", entry.id, apple_id="nobody")
    assert deployment.components.bind("apns", entry.id, apple_id=" It@Example.com ").apple_id == "it@example.com"


# Selections


def test_a_ca_entity_picks_from_the_ca_certificates_the_newer_below_the_older(deployment: Workspace) -> None:
    old = bring(deployment, make_ca("Microsoft CA"), key=False)
    leaf = bring(deployment, issue("with a key"))
    other = bring(deployment, make_ca("Other CA"), key=False)
    component = deployment.components.bind("pki-ca", old.id, name="Microsoft CA")
    new = replace(deployment, component, make_ca("Microsoft CA 2")).new
    offered = [entry.id for entry in deployment.components.candidates("pki-ca")]
    assert offered == [old.id, new.id, other.id]
    assert leaf.id not in offered
    assert deployment.components.get(component.id).certificate_id == new.id


def test_client_authentication_picks_from_those_with_a_private_key(deployment: Workspace) -> None:
    first = bring(deployment, issue("client"))
    bring(deployment, issue("without"), key=False)
    second = bring(deployment, issue("other"))
    component = deployment.components.bind("client-authentication", first.id, name="Microsoft CA")
    newer = replace(deployment, component, issue("client")).new
    offered = [entry.id for entry in deployment.components.candidates("client-authentication")]
    assert offered == [first.id, newer.id, second.id]


# By itself


def test_an_import_for_push_or_saml_is_the_one_where_there_is_none(workspace: Workspace) -> None:
    for need, made, use_as in (
        ("apns", push(), UseAs.APNS),
        ("securemail-apns", app_push(), UseAs.APNS),
        ("saml", issue("saml"), UseAs.SAML),
    ):
        entry = workspace.inventory.import_from(source(made), use_as=use_as).imported[0]
        component = workspace.components.find(need)
        assert component is not None and component.certificate_id == entry.id
    workspace.inventory.import_from(source(push(OTHER_TOPIC)), use_as=UseAs.APNS)
    assert workspace.components.users_of(1) == ("APNs certificate for device management",)


def test_it_is_not_where_it_is_not_used_or_not_valid(workspace: Workspace, clock: FixedClock) -> None:
    workspace.components.set_use("saml", Use.NOT_USED)
    workspace.inventory.import_from(source(issue("saml")), use_as=UseAs.SAML)
    workspace.inventory.import_from(source(push(not_before=NOW + DAY)), use_as=UseAs.APNS)
    workspace.inventory.import_from(source(push(not_before=NOW - 9 * DAY, days=2)), use_as=UseAs.APNS)
    assert [component.certificate_id for component in workspace.components.list()] == [None]


def test_every_component_follows_an_update_at_once(deployment: Workspace, clock: FixedClock) -> None:
    wildcard = issue("*.example.com")
    first = use(deployment, "gateway-ssl", wildcard)
    entry = first.certificate_id or 0
    for need, name in (("gateway-exchange-ssl", ""), ("other", "Intranet")):
        deployment.components.bind(need, entry, name=name)
    clock.at += DAY
    result = replace(deployment, first, issue("*.example.com"))
    assert result.switched == (
        "SSL certificate for the Gateway FQDN",
        "SSL certificate for Exchange load balancing",
        "Intranet",
    )
    assert {component.certificate_id for component in deployment.components.using(result.new.id)} == {result.new.id}
    assert {component.bound_at for component in deployment.components.using(result.new.id)} == {clock.at}
    assert deployment.components.using(entry) == ()


def test_the_apple_id_goes_with_the_topic(deployment: Workspace) -> None:
    component = use(deployment, "apns", push())
    deployment.components.set_apple_id("apns", "it@example.com")
    replace(deployment, component, push())
    assert deployment.components.get(component.id).apple_id == "it@example.com"
    replace(deployment, component, push(OTHER_TOPIC))
    assert deployment.components.get(component.id).apple_id is None


# What is used stays


def test_what_is_used_or_deployed_is_not_deleted(deployment: Workspace) -> None:
    component = use(deployment, "gateway-ssl", issue("gateway.example.com"))
    root = bring(deployment, make_ca("A Root"), key=False)
    deployment.trust.deploy(root.id)
    for id, user in ((component.certificate_id or 0, "Gateway FQDN"), (root.id, "devices that it is deployed to")):
        with pytest.raises(Refusal, match="certificate-in-use") as error:
            deployment.inventory.delete(id)
        assert user in error.value.message
    deployment.components.unbind("gateway-ssl")
    deployment.trust.withdraw(root.id)
    for id in (component.certificate_id or 0, root.id):
        deployment.inventory.delete(id)
    assert deployment.check().clean


def test_what_is_still_served_is_not_deleted_either(deployment: Workspace) -> None:
    component = use(deployment, "mdm-ssl", issue("mdm.example.com"))
    deployment.site.set(migrated=True)
    replace(deployment, component, issue("mdm.example.com"))
    assert deployment.components.users_of(component.certificate_id or 0) == ("SSL certificate for the MDM FQDN",)


def test_a_profile_that_an_app_uses_is_not_removed(deployment: Workspace) -> None:
    profile = deployment.profiles.import_file(make_profile()).profile
    deployment.components.bind_profile(profile.id)
    with pytest.raises(Refusal, match="profile-in-use"):
        deployment.profiles.remove(profile.id)
    deployment.components.unbind("provisioning-profile", name=profile.app_id)
    deployment.profiles.remove(profile.id)
    assert deployment.check().clean
    with pytest.raises(Refusal, match="profile-unknown"):
        deployment.components.bind_profile(profile.id)


def test_forgetting_a_component(deployment: Workspace) -> None:
    component = use(deployment, "gateway-ssl", issue("gateway.example.com"))
    assert deployment.components.remove(component.id) == component
    assert deployment.components.find("gateway-ssl") is None
    for act in (deployment.components.get, deployment.components.remove):
        with pytest.raises(Refusal, match="component-unknown"):
            act(component.id)
    with pytest.raises(Refusal, match="component-unknown"):
        deployment.components.unbind("gateway-ssl")


def test_binding_the_same_again_changes_nothing(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "gateway-ssl", issue("gateway.example.com"))
    clock.at += DAY
    before = content(deployment)
    assert deployment.components.bind("gateway-ssl", component.certificate_id or 0) == component
    assert content(deployment) == before


def test_a_keystore_of_apps(deployment: Workspace) -> None:
    """The Android keystore comes as any keystore."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    made = issue("Android apps", days=9000)
    data = pkcs12.serialize_key_and_certificates(
        b"apps",
        made.key,
        made.certificate,
        None,
        BestAvailableEncryption(b"pw"),
    )
    entry = deployment.inventory.import_from(KeystoreSource(data=data, password="pw", name="apps.p12")).imported[0]
    assert deployment.components.bind("android-keystore", entry.id).certificate_id == entry.id


def test_an_older_profile_in_place_of_a_newer_one(deployment: Workspace, clock: FixedClock) -> None:
    newer, older = make_profile(not_after=NOW + 90 * DAY), make_profile(not_after=NOW + 20 * DAY)
    component = deployment.components.bind_profile(deployment.profiles.import_file(newer).profile.id)
    deployment.profiles.import_file(older, on_older=OnOlder.REPLACE)
    clock.at = NOW + 21 * DAY
    assert [one.component_id for one in deployment.impact.consequences()] == [component.id]


def test_a_certificate_without_a_chain_is_bound_by_itself(deployment: Workspace) -> None:
    entry = deployment.inventory.import_from(CertificateSource(data=issue("bare").pem, name="bare.pem")).imported[0]
    assert deployment.components.bind("gateway-szc-ssl", entry.id).served_id == entry.id
