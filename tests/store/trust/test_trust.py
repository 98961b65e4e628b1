"""SSL Error 61: who lacks trust in a chain, and the remedies: deploying, installing by hand, and the antivirus."""

from __future__ import annotations

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.devices.trust import has_installed
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.persistence.engine import Row
from certfleet.store.trust.ssl_errors import SslErrors
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, ec_key, issue, make_ca
from tests.store.deployment import DAY, SECOND, Handset, bring, enrolled, newcomer, replace, signing_request, use

PRIVATE = make_ca("Private Root")


def server(name: str = "mdm.example.com", issuer: Issued = PRIVATE) -> Issued:
    return issue(name, issuer=issuer)


def root_of(deployment: Workspace, need: str = "mdm-ssl") -> Certificate:
    component = deployment.components.find(need)
    assert component is not None
    return deployment.inventory.chain(component.certificate_id or 0)[-1]


def moved(deployment: Workspace, clock: FixedClock) -> Certificate:
    """The MDM FQDN moves to a certificate of a private root that no device has heard of; the answer is that root."""
    clock.at += DAY
    component = deployment.components.find("mdm-ssl")
    if component is None or component.certificate_id is None:
        component = use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
        clock.at += DAY
    replace(deployment, component, server())
    return root_of(deployment)


def with_antivirus(deployment: Workspace, handset: Handset) -> Handset:
    table = deployment.database.table("devices")
    table.write([Row(handset.id, {**table.get(doc_id=handset.id), "antivirus": True})])
    return handset


def refusal_of(handset: Handset) -> Refusal | None:
    """Why a device can't check in; None where it comes in."""
    try:
        handset.check_in()
    except Refusal as refusal:
        return refusal
    return None


def comes_in(handset: Handset) -> bool:
    refusal = refusal_of(handset)
    assert refusal is None or refusal.code == "ssl-error-61"
    return refusal is None


# Who has it


def test_who_was_there_when_a_chain_was_first_bound_trusts_it(deployment: Workspace, clock: FixedClock) -> None:
    phone, waiting = enrolled(deployment), newcomer(deployment)
    clock.at += DAY
    use(deployment, "mdm-ssl", server())
    clock.at += DAY
    assert comes_in(phone)
    deployment.devices.refuse_enrollment(waiting)
    with pytest.raises(Refusal, match="ssl-error-61"):
        deployment.devices.refuse_enrollment(newcomer(deployment))


def test_bound_a_second_time_it_is_not_the_first(deployment: Workspace, clock: FixedClock) -> None:
    """Unbinding must not be a way around trust."""
    phone = enrolled(deployment)
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    deployment.components.unbind("mdm-ssl")
    clock.at += DAY
    use(deployment, "mdm-ssl", server())
    assert not comes_in(phone)


def test_after_a_move_to_a_root_that_nobody_has_a_device_fails_and_that_is_recorded_once(
    deployment: Workspace, clock: FixedClock
) -> None:
    phone = enrolled(deployment)
    moved(deployment, clock)
    for _ in range(3):
        refusal = refusal_of(phone)
        assert refusal is not None and "lacks the root Private Root" in refusal.message
        clock.at += DAY
    assert phone.events() == ["enrolled", "check-in-failed"]
    assert phone.device.is_cut_off
    (told,) = [event for event in deployment.devices.timeline(phone.id) if event.kind is EventKind.CHECK_IN_FAILED]
    assert told.detail == "ssl-error-61"
    assert deployment.check().clean


def test_enrolling_is_refused_and_recorded_with_the_reason(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "gateway-ssl", server("gateway.example.com"))
    id = newcomer(deployment)
    for _ in range(2):
        with pytest.raises(Refusal, match="ssl-error-61"):
            deployment.devices.enroll(id, signing_request(ec_key()))
    assert [(event.kind, event.detail) for event in deployment.devices.timeline(id)] == [
        (EventKind.ENROLLMENT_REFUSED, "ssl-error-61")
    ]
    deployment.trust.install(root_of(deployment, "gateway-ssl").id, [id])
    deployment.devices.enroll(id, signing_request(ec_key()))
    assert deployment.devices.get(id).refused is None


def test_a_device_that_can_neither_come_nor_enroll_is_told_of_each_once(
    deployment: Workspace, clock: FixedClock
) -> None:
    """And while it can't reach the server it stays cut off, whatever its user tries."""
    laptop = enrolled(deployment, Platform.WINDOWS)
    deployment.devices.renew([laptop.id])  # its user is asked to re-enroll
    moved(deployment, clock)
    gateway = use(deployment, "gateway-ssl", issue("gateway.example.com", days=2))
    clock.at += 5 * DAY
    last = laptop.device.last_check_in
    for _ in range(3):
        with pytest.raises(Refusal, match="ssl-error-61"):
            laptop.check_in()
        with pytest.raises(Refusal, match="gateway-certificate-expired"):
            laptop.enroll()
        assert laptop.device.is_cut_off
        clock.at += DAY
    assert laptop.events()[-2:] == ["check-in-failed", "enrollment-refused"]
    assert laptop.device.last_check_in == last
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    assert comes_in(laptop)
    assert laptop.device.enrolling_refused is None
    deployment.components.remove(gateway.id)
    laptop.enroll()
    assert deployment.check().clean


# Deploying


def test_deployed_before_the_move_a_device_that_came_in_time_goes_on(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    came, stayed_away = enrolled(deployment), enrolled(deployment)
    clock.at += DAY
    root = bring(deployment, PRIVATE, key=False)
    deployment.trust.deploy(root.id)
    clock.at += DAY
    came.check_in()
    assert has_installed(came.device, root.id, deployment.impact.gate().anchors, (), clock.at)
    assert not has_installed(stayed_away.device, root.id, deployment.impact.gate().anchors, (), clock.at)
    moved(deployment, clock)
    assert comes_in(came)
    assert not comes_in(stayed_away)


def test_deployed_after_the_move_it_has_to_be_installed_by_hand(deployment: Workspace, clock: FixedClock) -> None:
    phone = enrolled(deployment)
    root = moved(deployment, clock)
    assert not comes_in(phone)
    clock.at += DAY
    deployment.trust.deploy(root.id)
    clock.at += DAY
    assert not comes_in(phone)  # it can't get it, for it can't come
    deployment.trust.install(root.id, [phone.id])
    assert comes_in(phone)
    assert phone.events()[-2:] == ["check-in-failed", "root-installed"]
    assert deployment.trust.install(root.id, [phone.id])[0] == phone.device  # twice is once
    assert deployment.check().clean


def test_deploying_to_more_platforms_takes_nothing_from_the_first(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    phone, android = enrolled(deployment), enrolled(deployment, Platform.ANDROID)
    root = bring(deployment, PRIVATE, key=False)
    clock.at += DAY
    first = deployment.trust.deploy(root.id, platforms=[Platform.IOS])
    clock.at += DAY
    phone.check_in()
    android.check_in()
    moved(deployment, clock)
    clock.at += DAY
    both = deployment.trust.deploy(root.id, platforms=[Platform.ANDROID])
    assert both.deployed_to(Platform.IOS) == first.deployed_at
    assert both.deployed_to(Platform.ANDROID) == clock.at
    assert both.deployed_to(Platform.MACOS) is None
    assert comes_in(phone)
    assert not comes_in(android)
    everybody = deployment.trust.deploy(root.id)
    assert everybody.platforms == ()
    assert everybody.deployed_to(Platform.IOS) == first.deployed_at
    assert deployment.trust.deploy(root.id) == everybody
    assert deployment.check().clean


def test_withdrawn_it_is_taken_off_the_devices(deployment: Workspace, clock: FixedClock) -> None:
    """Also off those that have come over the chain; what was installed by hand stays."""
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    phone, by_hand = enrolled(deployment), enrolled(deployment)
    root = bring(deployment, PRIVATE, key=False)
    deployment.trust.deploy(root.id)
    clock.at += DAY
    for handset in (phone, by_hand):
        handset.check_in()
    deployment.trust.install(root.id, [by_hand.id])
    moved(deployment, clock)
    clock.at += DAY
    assert comes_in(phone) and comes_in(by_hand)
    clock.at += DAY
    deployment.trust.withdraw(root.id)
    assert not comes_in(phone)
    assert comes_in(by_hand)
    assert deployment.trust.withdraw(root.id) == deployment.trust.get(root.id)


def test_what_devices_got_before_something_was_taken_from_them_counts(deployment: Workspace, clock: FixedClock) -> None:
    """They came with the root, and got it once more by deployment; then it turns out not to come with them."""
    use(deployment, "mdm-ssl", server())
    root = root_of(deployment)
    deployment.trust.set_preinstalled(root.id, True)
    phone, away = enrolled(deployment), enrolled(deployment)
    clock.at += DAY
    deployment.trust.deploy(root.id)
    clock.at += DAY
    phone.check_in()
    clock.at += DAY
    deployment.trust.set_preinstalled(root.id, False)
    assert comes_in(phone)
    assert not comes_in(away)


def test_the_replacement_of_a_deployed_root_is_deployed_in_its_place(deployment: Workspace, clock: FixedClock) -> None:
    old, new = make_ca("Company Root"), make_ca("Company Root 2")
    root = bring(deployment, old, key=False)
    deployment.trust.deploy(root.id, platforms=[Platform.IOS], antivirus=True)
    known = bring(deployment, new, key=False)
    deployment.trust.set_preinstalled(known.id, True)
    clock.at += DAY
    deployment.inventory.replace(root.id, CertificateSource(data=new.pem, name="root.pem"))
    anchor = deployment.trust.get(known.id)
    assert (anchor.deployed_at, anchor.platforms, anchor.antivirus_at) == (clock.at, (Platform.IOS,), clock.at)
    assert anchor.preinstalled  # what was known of it stays
    assert deployment.trust.is_deployed(root.id)
    with pytest.raises(Refusal, match="certificate-replaced"):
        deployment.trust.deploy(root.id)
    assert deployment.check().clean


def test_what_can_be_deployed(deployment: Workspace) -> None:
    with pytest.raises(Refusal, match="not-found"):
        deployment.trust.deploy(99)
    saml = deployment.inventory.import_from(
        CertificateSource(data=issue("saml").pem, name="saml.pem"), use_as=UseAs.SAML
    ).imported[0]
    with pytest.raises(Refusal, match="not-deployable"):
        deployment.trust.deploy(saml.id)
    server_certificate = bring(deployment, issue("wifi.example.com"))
    assert deployment.trust.deploy(server_certificate.id).deployed_at == NOW


# The antivirus


def test_the_antivirus_has_to_trust_it_as_well(deployment: Workspace, clock: FixedClock) -> None:
    """The third step of the document: installing alone doesn't help where an antivirus looks into connections."""
    laptop, phone = with_antivirus(deployment, enrolled(deployment, Platform.WINDOWS)), enrolled(deployment)
    root = moved(deployment, clock)
    assert not comes_in(laptop) and not comes_in(phone)
    deployment.trust.install(root.id, [laptop.id, phone.id])
    assert comes_in(phone)
    refusal = refusal_of(laptop)
    assert refusal is not None and "its antivirus does not trust it" in refusal.message
    deployment.trust.install(root.id, [laptop.id], antivirus=True)
    assert comes_in(laptop)


def test_a_deployment_may_reach_the_antivirus_too(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    laptop = with_antivirus(deployment, enrolled(deployment, Platform.WINDOWS))
    root = bring(deployment, PRIVATE, key=False)
    deployment.trust.deploy(root.id)
    clock.at += DAY
    laptop.check_in()
    moved(deployment, clock)
    assert not comes_in(laptop)
    deployment.trust.deploy(root.id, antivirus=True)
    assert comes_in(laptop)


def test_who_trusted_the_first_chain_has_an_antivirus_that_does(deployment: Workspace, clock: FixedClock) -> None:
    laptop = with_antivirus(deployment, enrolled(deployment, Platform.WINDOWS))
    clock.at += DAY
    use(deployment, "mdm-ssl", server())
    assert comes_in(laptop)


# Public roots, and what is not in the inventory


def public_root() -> x509.Certificate:
    """The first of the list."""
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    return x509.load_pem_x509_certificate(f"{first}{end}\n".encode())


def test_a_public_root_comes_with_every_device(deployment: Workspace, clock: FixedClock) -> None:
    """By the list that certifi brings; nobody here has a public root's key, so the root itself is served."""
    root = public_root()
    entry = deployment.inventory.import_from(
        CertificateSource(data=root.public_bytes(Encoding.PEM), name="root.pem")
    ).imported[0]
    component = deployment.components.find("gateway-ssl")
    assert component is not None
    served = {"certificate_id": entry.id, "use": "required"}
    deployment.database.table("components").update(served, doc_ids=[component.id])
    (chain,) = deployment.impact.gate().to_enroll
    assert chain.everywhere
    assert with_antivirus(deployment, enrolled(deployment)).check_in().refusal is None


def test_a_name_alone_makes_no_public_root(deployment: Workspace) -> None:
    impostor = issue(subject=public_root().subject, is_ca=True)
    use(deployment, "gateway-ssl", server("gateway.example.com", impostor))
    (chain,) = deployment.impact.gate().to_enroll
    assert not chain.everywhere


def test_a_missing_intermediate_is_an_error_61_until_it_is_imported(deployment: Workspace, clock: FixedClock) -> None:
    """The server doesn't send what it doesn't have, so nobody can build the chain, whoever trusts the root."""
    root = make_ca("Known Root")
    issuing = make_ca("Issuing CA", issuer=root)
    use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=root))
    deployment.trust.set_preinstalled(root_of(deployment).id, True)
    phone = enrolled(deployment)
    clock.at += DAY
    component = deployment.components.find("mdm-ssl")
    assert component is not None
    replace(deployment, component, issue("mdm.example.com", issuer=issuing), chain=False)
    refusal = refusal_of(phone)
    assert refusal is not None and "can't build the chain" in refusal.message
    (row,) = [row for row in deployment.impact.checklist() if row.need.id == "mdm-ssl"]
    assert (row.level, row.devices) == ("degraded", 1)
    assert "import its issuer" in row.next_step
    clock.at += DAY
    bring(deployment, issuing, key=False)
    assert comes_in(phone)
    (row,) = [row for row in deployment.impact.checklist() if row.need.id == "mdm-ssl"]
    assert row.is_done


def test_who_lacks_trust_is_counted_in_the_checklist(deployment: Workspace, clock: FixedClock) -> None:
    for _ in range(3):
        enrolled(deployment)
    root = moved(deployment, clock)
    gateway = use(deployment, "gateway-ssl", issue("gateway.example.com", issuer=make_ca("Root Before")))
    replace(deployment, gateway, server("gateway.example.com"))  # the same root above both
    (row,) = [row for row in deployment.impact.checklist() if row.derived and row.need.id == "server-ca"]
    assert row.certificate is not None and row.certificate.id == root.id
    assert (row.devices, row.level) == (3, "degraded")
    assert f"trust deploy {root.id}" in row.next_step
    deployment.trust.set_preinstalled(root.id, True)
    assert all(row.is_done for row in deployment.impact.checklist() if row.derived)


def test_a_chain_that_nobody_is_shown_any_more_keeps_nobody_away(deployment: Workspace, clock: FixedClock) -> None:
    phone = enrolled(deployment)
    moved(deployment, clock)
    assert not comes_in(phone)
    clock.at += DAY
    deployment.components.set_use("mdm-ssl", Use.NOT_USED)
    assert comes_in(phone)
    clock.at += SECOND
    deployment.components.set_use("mdm-ssl", Use.REQUIRED)
    assert not comes_in(phone)


def test_a_replacement_says_whom_it_locks_out(deployment: Workspace, clock: FixedClock) -> None:
    """Moving to a root that the devices don't have is allowed, and told."""
    enrolled(deployment)
    component = use(deployment, "mdm-ssl", issue("mdm.example.com", issuer=make_ca("Root Before")))
    clock.at += DAY

    done = replace(deployment, component, server())

    (note,) = [note for note in done.notes if "SSL Error 61" in note]
    assert note.startswith("1 device would get SSL Error 61 at its next connection: deploy certificate ")
    assert note.endswith(" (Private Root) to it")


# In numbers


def test_who_would_be_refused_and_who_was_are_two_numbers(deployment: Workspace, clock: FixedClock) -> None:
    phones = [enrolled(deployment) for _ in range(3)]
    assert deployment.impact.ssl_errors() == SslErrors()
    root = moved(deployment, clock)
    assert deployment.impact.ssl_errors() == SslErrors(would_be_refused=3)
    (said,) = [row.next_step for row in deployment.impact.checklist() if row.derived and row.certificate == root]
    assert said.startswith("3 devices would get SSL Error 61 at their next connection: deploy it to them")
    assert not comes_in(phones[0])
    assert deployment.impact.ssl_errors() == SslErrors(would_be_refused=3, were_refused=1)
    deployment.trust.set_preinstalled(root.id, True)
    assert deployment.impact.ssl_errors() == SslErrors(were_refused=1)  # until it tries again
    assert comes_in(phones[0])
    assert deployment.impact.ssl_errors() == SslErrors()
