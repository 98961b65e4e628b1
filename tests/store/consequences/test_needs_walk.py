"""Every row of the list of needs: the clock moves over its certificate's expiry, second by second; exactly the expected
consequences begin, for the right platforms, and the replacement ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import NEEDS
from certfleet.store.inventory.sources import CertificateSource, OnConflict
from certfleet.store.model.component import Use
from certfleet.store.model.task import TaskKind
from certfleet.store.profiles.profiles import OnOlder
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue, make_ca
from tests.store.deployment import DAY, EVERYBODY, SECOND, app_push, bring, push, replace, source, stops, use
from tests.store.profiles.material import make_profile

# What stops, of which need, for whom.
STOPS: dict[str, list[str]] = {
    "mdm-ssl": [f"enrollment stopped: {EVERYBODY}", f"check-in stopped: {EVERYBODY}"],
    "saml": [f"citrix-files-sso stopped: {EVERYBODY}"],
    "server-ca": [f"trust stopped: {EVERYBODY}"],
    "apns": ["enrollment stopped: ios macos", "device-management stopped: ios macos"],
    "pki-user": [f"certificate-sign-on stopped: {EVERYBODY}"],
    "apple-developer": ["ios-app-signing stopped: ios", "ios-apps stopped: ios"],
    "provisioning-profile": ["app stopped: ios"],
    "securemail-apns": ["secure-mail-push degraded: ios", "app-push stopped: ios"],
    "android-keystore": ["android-upgrade stopped: android"],
    "gateway-mdm-ssl": [f"enrollment stopped: {EVERYBODY}", f"store stopped: {EVERYBODY}"],
    "gateway-ssl": [f"enrollment stopped: {EVERYBODY}", f"store stopped: {EVERYBODY}"],
    "gateway-szc-ssl": [f"file-sharing stopped: {EVERYBODY}"],
    "gateway-exchange-ssl": ["secure-mail stopped: ios android"],
    "gateway-storefront-ssl": [f"hdx-apps stopped: {EVERYBODY}"],
    "gateway-ca": [f"trust stopped: {EVERYBODY}"],
}
MAKE: dict[str, Callable[..., Issued]] = {
    "apns": push,
    "securemail-apns": app_push,
    "server-ca": lambda **validity: issue("A Root", is_ca=True, **validity),
    "gateway-ca": lambda **validity: issue("A Root", is_ca=True, **validity),
}
# Needs of which there may be several, and what tells this one from others.
NAMES = {"pki-user": "Microsoft CA", "server-ca": "StoreFront", "gateway-ca": "StoreFront"}
WITH_A_CERTIFICATE = [need for need in STOPS if need != "provisioning-profile"]


def because(need: str, reason: str) -> set[str]:
    """The row's consequences with the reason in them."""
    return {line.replace(":", f" ({reason}):") for line in STOPS[need]}


def certificate_for(need: str, days: int = 100, not_before: datetime = NOW - DAY) -> Issued:
    return MAKE.get(need, issue)(days=days, not_before=not_before)


def test_the_table_has_every_need_of_the_list() -> None:
    assert list(STOPS) == [need.id for need in NEEDS if need.listed]


@pytest.mark.parametrize("need", WITH_A_CERTIFICATE)
def test_its_end_stops_exactly_that_and_its_replacement_ends_it(
    deployment: Workspace, clock: FixedClock, need: str
) -> None:
    component = use(deployment, need, certificate_for(need), name=NAMES.get(need, ""))
    end = deployment.inventory.get(component.certificate_id or 0).not_after
    for second in (-2, -1, 0):
        clock.at = end + second * SECOND
        deployment.settle()
        assert stops(deployment) == set()
    for second in (1, 2, 3):
        clock.at = end + second * SECOND
        deployment.settle()
        assert stops(deployment) == because(need, "expired")
    begun = deployment.impact.interruptions().lasting()
    assert {one.since for one in begun} == {end}
    assert {f"{one.capability} {one.level}: {' '.join(one.platforms)}" for one in begun} == set(STOPS[need])

    clock.at = end + 2 * DAY
    result = replace(deployment, component, certificate_for(need, days=400))
    assert len(result.switched) == 1
    assert stops(deployment) == set()
    assert deployment.impact.interruptions().lasting() == ()
    assert {one.until for one in deployment.impact.interruptions().list()} == {clock.at}
    assert deployment.check().clean


@pytest.mark.parametrize("need", WITH_A_CERTIFICATE)
def test_without_any_the_same_is_stopped_and_not_used_stops_nothing(
    deployment: Workspace, clock: FixedClock, need: str
) -> None:
    name = NAMES.get(need, "")
    use(deployment, need, certificate_for(need), name=name)
    clock.at += DAY
    deployment.components.unbind(need, name=name)
    assert stops(deployment) == because(need, "missing")
    assert {one.since for one in deployment.impact.interruptions().lasting()} == {clock.at}
    clock.at += DAY
    deployment.components.set_use(need, Use.NOT_USED, name=name)
    assert stops(deployment) == set()
    assert deployment.impact.interruptions().lasting() == ()


@pytest.mark.parametrize("need", WITH_A_CERTIFICATE)
def test_one_that_is_not_valid_yet_stops_the_same_until_it_is(
    deployment: Workspace, clock: FixedClock, need: str
) -> None:
    start = NOW + 3 * DAY
    use(deployment, need, certificate_for(need, not_before=start), name=NAMES.get(need, ""))
    for second in (-3 * 86_400, -2, -1):
        clock.at = start + second * SECOND
        deployment.settle()
        assert stops(deployment) == because(need, "not-yet-valid")
    clock.at = start
    assert stops(deployment) == set()
    clock.at += 5 * DAY  # nobody looked for a while; it ended by itself all the same
    deployment.settle()
    ended = deployment.impact.interruptions().list()
    assert {(one.reason, one.since, one.until) for one in ended} == {("not-yet-valid", NOW, start)}


def test_what_every_deployment_needs_is_missing_from_the_start(workspace: Workspace) -> None:
    """But the certificate of the MDM FQDN is managed, and what follows from chains, or may not be there, stops
    nothing."""
    needs = {one.need for one in workspace.impact.consequences()}
    assert needs == set(STOPS) - {"mdm-ssl", "server-ca", "gateway-mdm-ssl", "gateway-ssl", "gateway-ca"}
    workspace.settle()
    assert workspace.impact.interruptions().list() == ()
    assert workspace.notices.list() == []


def test_a_migrated_site_brings_its_own_certificate_for_the_mdm_fqdn(deployment: Workspace, clock: FixedClock) -> None:
    deployment.components.set_use("mdm-ssl", Use.AS_NEEDED)
    assert stops(deployment) == set()
    clock.at += DAY
    deployment.site.set(migrated=True)
    assert stops(deployment) == because("mdm-ssl", "missing")
    gate = deployment.impact.gate()
    assert gate.check_in is not None and gate.check_in.code == "mdm-certificate-missing"
    assert gate.outages == ((int(clock.at.timestamp()), None),)
    first = clock.at
    clock.at += DAY
    deployment.site.set(migrated=False)
    clock.at += DAY
    deployment.site.set(migrated=True)
    clock.at += DAY
    use(deployment, "mdm-ssl", certificate_for("mdm-ssl"))
    assert stops(deployment) == set()
    days = [(first, first + DAY), (first + 2 * DAY, first + 3 * DAY)]
    assert deployment.impact.gate().outages == tuple((int(a.timestamp()), int(b.timestamp())) for a, b in days)


# Provisioning profiles


def test_an_app_stops_with_its_profile_and_a_newer_one_ends_that(deployment: Workspace, clock: FixedClock) -> None:
    end = NOW + 40 * DAY
    first = deployment.profiles.import_file(make_profile("com.company.mail", not_after=end)).profile
    other = deployment.profiles.import_file(make_profile("com.company.web", not_after=end + DAY)).profile
    component = deployment.components.bind_profile(first.id)
    deployment.components.bind_profile(other.id)
    for second in (-1, 0):
        clock.at = end + second * SECOND
        assert stops(deployment) == set()
    for second in (1, 2):
        clock.at = end + second * SECOND
        assert stops(deployment) == because("provisioning-profile", "expired")
        (one,) = deployment.impact.consequences()
        assert (one.name, one.profile_id, one.component_id) == ("com.company.mail", first.id, component.id)
    clock.at += DAY / 2
    deployment.profiles.import_file(make_profile("com.company.mail", not_after=end + 300 * DAY))
    assert stops(deployment) == set()
    (ended,) = deployment.impact.interruptions().list()
    assert (ended.since, ended.until) == (end, clock.at)
    clock.at = end + DAY + SECOND
    assert stops(deployment) == because("provisioning-profile", "expired")  # the other app's


def test_a_profile_that_is_not_valid_yet_and_one_that_does_not_say(deployment: Workspace, clock: FixedClock) -> None:
    coming = make_profile(created_at=NOW + 2 * DAY, not_after=NOW + 300 * DAY)
    profile = deployment.profiles.import_file(coming).profile
    deployment.components.bind_profile(profile.id)
    assert stops(deployment) == because("provisioning-profile", "not-yet-valid")
    clock.at = NOW + 2 * DAY
    assert stops(deployment) == set()
    silent = make_profile(not_after=NOW + 200 * DAY, CreationDate=None)
    deployment.profiles.import_file(silent, on_older=OnOlder.REPLACE)
    assert stops(deployment) == set()
    clock.at = NOW + 200 * DAY + SECOND
    assert stops(deployment) == because("provisioning-profile", "expired")


def test_an_app_without_its_profile(deployment: Workspace, clock: FixedClock) -> None:
    deployment.components.bind_profile(deployment.profiles.import_file(make_profile()).profile.id)
    clock.at += DAY
    deployment.components.unbind("provisioning-profile", name="com.company.securemail")
    assert stops(deployment) == because("provisioning-profile", "missing")
    deployment.components.set_use("provisioning-profile", Use.NOT_USED, name="com.company.securemail")
    assert stops(deployment) == set()


# The CAs above


SERVER_NEEDS = ("mdm-ssl", "saml")
GATEWAY_NEEDS = (
    "gateway-mdm-ssl",
    "gateway-ssl",
    "gateway-szc-ssl",
    "gateway-exchange-ssl",
    "gateway-storefront-ssl",
)


@pytest.mark.parametrize("link", ["intermediate", "root"])
@pytest.mark.parametrize(("needs", "ca"), [(SERVER_NEEDS, "server-ca"), (GATEWAY_NEEDS, "gateway-ca")])
def test_the_end_of_a_ca_takes_down_all_that_hangs_below_it(
    deployment: Workspace, clock: FixedClock, needs: tuple[str, ...], ca: str, link: str
) -> None:
    """Until each leaf is replaced by one of another chain."""
    root = issue("Old Root", is_ca=True, days=50 if link == "root" else 1000)
    issuing = issue("Old Issuing CA", is_ca=True, issuer=root, days=50 if link == "intermediate" else 1000)
    components = [use(deployment, need, issue(f"{need}.example.com", issuer=issuing, days=500)) for need in needs]
    end = NOW + 49 * DAY
    clock.at = end
    assert stops(deployment) == set()
    clock.at = end + SECOND
    below = {line for need in needs for line in because(need, "chain-expired")}
    trust = because(ca, "chain-expired")
    assert stops(deployment) == below | trust
    assert {(one.need, one.component_id, one.since) for one in deployment.impact.consequences()} == {(ca, None, end)}

    other = make_ca("Other Issuing CA", issuer=make_ca("Other Root"))
    for number, component in enumerate(components):
        assert trust <= stops(deployment)
        replace(deployment, component, issue(f"new{number}.example.com", issuer=other, days=400))
    assert stops(deployment) == set()


def test_only_what_hangs_below_it_stops(deployment: Workspace, clock: FixedClock) -> None:
    old = issue("Old CA", is_ca=True, days=50)
    use(deployment, "gateway-ssl", issue("gateway.example.com", issuer=make_ca("Good CA"), days=500))
    use(deployment, "gateway-exchange-ssl", issue("mail.example.com", issuer=old, days=500))
    use(deployment, "apple-developer", issue("Developer", issuer=old, days=500))  # nobody is shown this chain
    clock.at = NOW + 60 * DAY
    assert stops(deployment) == because("gateway-exchange-ssl", "chain-expired") | because(
        "gateway-ca", "chain-expired"
    )


def test_an_expired_ca_that_comes_in_later_stops_things_from_then_on(deployment: Workspace, clock: FixedClock) -> None:
    """The leaf was there first, by itself; its issuer, which had expired, was linked to it when it came."""
    issuing = issue("Issuing CA", is_ca=True, days=50)
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=issuing, days=500), chain=False)
    clock.at = NOW + 80 * DAY
    deployment.settle()
    assert stops(deployment) == set()
    bring(deployment, issuing, key=False)
    deployment.settle()
    assert stops(deployment) == because("mdm-ssl", "chain-expired") | because("server-ca", "chain-expired")
    assert {one.since for one in deployment.impact.consequences()} == {clock.at}
    assert deployment.impact.gate().outages == ((int(clock.at.timestamp()), None),)


# What was there before


def test_what_had_expired_when_it_was_bound_is_missed_from_then_on(deployment: Workspace, clock: FixedClock) -> None:
    clock.at = NOW + 200 * DAY
    use(deployment, "mdm-ssl", certificate_for("mdm-ssl"))
    (enrolling, check_in) = deployment.impact.consequences()
    assert enrolling.since == check_in.since == clock.at
    blocked = deployment.impact.gate().check_in
    assert blocked is not None and f"expired on {NOW + 99 * DAY:%Y-%m-%d}" in blocked.message


def test_an_entry_that_is_overwritten_is_as_good_as_its_new_certificate(
    deployment: Workspace, clock: FixedClock
) -> None:
    """The same key, renewed: not what one should do, but it happens."""
    old = issue("gateway.example.com", days=100)
    use(deployment, "gateway-ssl", old)
    clock.at = NOW + 150 * DAY
    deployment.settle()
    assert stops(deployment) == because("gateway-ssl", "expired")
    renewed = issue("gateway.example.com", key=old.key, days=300)
    deployment.inventory.import_from(source(renewed), on_conflict=OnConflict.REPLACE)
    deployment.settle()
    assert stops(deployment) == set()


def test_a_certificate_without_an_end_never_ends(deployment: Workspace, clock: FixedClock) -> None:
    """RFC 5280, 4.1.2.5: 99991231235959Z."""
    root = issue("Eternal Root", is_ca=True, not_before=NOW - DAY, days=2_911_000)
    forever = root.certificate.not_valid_after_utc
    assert forever.year > 9990
    use(deployment, "apns", push(days=2_911_000))
    use(deployment, "gateway-ssl", issue("gateway.example.com", issuer=root, days=2_911_000))
    deployment.site.set(apns_grace_days=3650, gateway_notice_days=(3650,))
    deployment.settle()
    assert stops(deployment) == set()
    (event,) = deployment.impact.upcoming(NOW + 10_000 * DAY)
    assert {one.need for one in (*event.began, *event.ended)} == {"device-ca"}  # the workspace's own
    clock.at = forever - DAY
    deployment.settle()
    assert {one.need for one in deployment.impact.consequences()} == {"device-ca"}


# Follow-ups


def test_on_a_migrated_site_the_old_one_is_served_until_support_has_the_new_one(
    deployment: Workspace, clock: FixedClock
) -> None:
    deployment.site.set(migrated=True)
    component = use(deployment, "mdm-ssl", certificate_for("mdm-ssl"))
    clock.at = NOW + 90 * DAY
    replace(deployment, component, certificate_for("mdm-ssl", days=400))
    (task,) = deployment.tasks.list(done=False)
    assert (task.kind, task.component_id) == (TaskKind.SUPPORT, component.id)
    assert stops(deployment) == set()
    clock.at = NOW + 99 * DAY + SECOND  # the end of the old one
    assert stops(deployment) == because("mdm-ssl", "expired")
    clock.at += DAY
    deployment.settle()
    deployment.tasks.done(task.id)
    assert stops(deployment) == set()
    assert {one.until for one in deployment.impact.interruptions().list()} == {clock.at}
    clock.at = NOW + 399 * DAY + SECOND
    assert stops(deployment) == because("mdm-ssl", "expired")


@pytest.mark.parametrize("need", ["mdm-ssl", *GATEWAY_NEEDS])
def test_with_ssl_offload_the_load_balancer_goes_on_with_the_old_one(
    deployment: Workspace, clock: FixedClock, need: str
) -> None:
    deployment.site.set(ssl_offload=True)
    component = use(deployment, need, certificate_for(need))
    clock.at = NOW + 100 * DAY
    replace(deployment, component, certificate_for(need, days=400))
    assert stops(deployment) == because(need, "expired")
    (task,) = deployment.tasks.list(done=False)
    assert task.kind is TaskKind.LOAD_BALANCER
    deployment.tasks.done(task.id)
    assert stops(deployment) == set()


def test_a_certificate_that_only_answers_a_request_counts_as_any_other(
    deployment: Workspace, clock: FixedClock
) -> None:
    ca = make_ca()
    component = use(deployment, "gateway-ssl", issue("gateway.example.com", issuer=ca, days=20))
    request = deployment.requests.create(subject="CN=gateway.example.com")
    csr = x509.load_pem_x509_csr(deployment.requests.pem(request.id))
    clock.at = NOW + 30 * DAY
    assert stops(deployment) == because("gateway-ssl", "expired")
    answer = (
        x509.CertificateBuilder()
        .subject_name(csr.subject)
        .issuer_name(ca.certificate.subject)
        .public_key(csr.public_key())
        .serial_number(77)
        .not_valid_before(clock.at - timedelta(hours=1))
        .not_valid_after(clock.at + 90 * DAY)
    )
    pem = answer.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)
    deployment.inventory.replace(component.certificate_id or 0, CertificateSource(data=pem, name="answer.pem"))
    assert stops(deployment) == set()
