"""From the request to the entry in the inventory, with the warnings on the way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat, ImportResult, ReplaceResult
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.model.push import PushService
from certfleet.store.model.request import KeySpec
from certfleet.store.push.portal import PushPortal
from certfleet.store.push.renewal import PushCertificates
from certfleet.store.push.topics import app_subject, push_subject
from certfleet.store.workspace import Workspace
from tests.material import issue, make_ca, needs_openssl, openssl
from tests.store.push.desk import OTHER, OWNER, csr, made, signed

MAIL = "com.example.securemail"
TOPIC = "com.apple.mgmt.External.0f3a9c52-6b1d-4f6e-9d55-1f0a8f0f2c11"
DAY = timedelta(days=1)


@pytest.fixture
def in_use(portal: PushPortal, push: PushCertificates) -> Certificate:
    """The APNs certificate in use, made as OWNER: entry 1."""
    record = portal.upload(OWNER, push.sign(push.request().id))
    result = push.complete(record.id)
    assert isinstance(result, ImportResult)
    return result.imported[0]


@needs_openssl
def test_the_whole_way_and_the_renewal_a_year_later(
    workspace: Workspace, portal: PushPortal, push: PushCertificates, clock: FixedClock, tmp_path: Path
) -> None:
    request = push.request(name="Example push", email=OWNER, country="de")
    assert (request.key_algorithm, request.key_size, request.use_as) == ("RSA", 2048, UseAs.APNS)
    first = portal.upload(OWNER, push.sign(request.id))
    result = push.complete(first.id)
    assert isinstance(result, ImportResult)
    entry, ca, root = result.imported
    assert (entry.use_as, entry.has_private_key, entry.description) == (UseAs.APNS, True, "Device management push")
    assert (entry.topic, portal.owner_of(entry.fingerprint_sha256)) == (first.topic, OWNER)
    assert (entry.issuer_id, ca.issuer_id, root.is_ca) == (ca.id, root.id, True)
    assert workspace.requests.get(request.id).completed_by == entry.id
    assert workspace.inventory.describe(entry.id, "Ours").description == "Ours"

    clock.at += 350 * DAY
    again = push.request()
    second = portal.upload(OWNER, push.sign(again.id))
    replaced = push.complete(second.id, replace=entry.id)
    assert isinstance(replaced, ReplaceResult)
    assert (replaced.old.replaced_by, replaced.new.description) == (replaced.new.id, "Ours")
    assert replaced.new.topic == entry.topic
    assert {link.id for link in replaced.result.linked} == {ca.id, root.id}

    (tmp_path / "p12").write_bytes(workspace.inventory.export(replaced.new.id, ExportFormat.PKCS12, password="pw"))
    text = openssl("pkcs12", "-in", tmp_path / "p12", "-passin", "pass:pw", "-nodes").decode()
    assert "BEGIN PRIVATE KEY" in text
    assert f"UID = {first.topic}" in text
    assert workspace.check().clean


def test_a_request_of_ones_own_subject(push: PushCertificates, workspace: Workspace) -> None:
    request = push.request(subject="CN=Mail push,O=Example", service=PushService.APP)
    assert (request.subject, request.description) == ("CN=Mail push,O=Example", "App push")
    named = x509.load_pem_x509_csr(workspace.requests.pem(push.request(name="A, B", email="a+b@example.com").id))
    assert [str(part.value) for part in named.subject] == ["a+b@example.com", "A, B"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "nobody"},
        {"country": "Germany"},
        {"country": "٣"},
        {"country": "٣٣"},
        {"name": "n" * 65},
        {"email": "jürgen@example.com"},
    ],
)
def test_of_what_no_subject_can_be_made(workspace: Workspace, push: PushCertificates, wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="subject-invalid"):
        push.request(**wrong)  # type: ignore[arg-type]
    assert workspace.requests.list() == []


def test_the_vendor_signs_no_other_keys_and_no_other_requests(workspace: Workspace, push: PushCertificates) -> None:
    other = workspace.requests.create(subject="CN=Push", key=KeySpec.EC_P256, use_as=UseAs.APNS)
    with pytest.raises(Refusal, match="push-key-not-accepted"):
        push.sign(other.id)
    with pytest.raises(Refusal, match="not-found"):
        push.sign(7)
    with pytest.raises(Refusal, match="request-unreadable"):
        push.sign_csr(b"text")


def test_a_request_from_elsewhere_is_signed_but_its_answer_needs_its_key(
    workspace: Workspace, portal: PushPortal, push: PushCertificates
) -> None:
    record = portal.upload(OWNER, push.sign_csr(csr()))
    with pytest.raises(Refusal, match="apns-needs-key"):
        push.complete(record.id)
    with pytest.raises(Refusal, match="push-unknown"):
        push.complete(9)
    assert workspace.inventory.list() == []


def test_secure_mail_in_the_same_way(workspace: Workspace, portal: PushPortal, push: PushCertificates) -> None:
    request = push.request(service=PushService.APP)
    record = portal.issue_app(OWNER, workspace.requests.pem(request.id), MAIL)
    result = push.complete(record.id, description="Secure Mail push")
    assert isinstance(result, ImportResult)
    entry = result.imported[0]
    assert (entry.topic, entry.use_as, entry.description) == (MAIL, UseAs.APNS, "Secure Mail push")
    assert push.upload_warning(entry, OWNER) is None
    assert push.upload_warning(entry, OTHER) == (
        f"certificate 1 (Apple Push Services: {MAIL}) belongs to {OWNER}; "
        f"another Apple ID gets no certificate for the app {MAIL}"
    )


# Warnings


def test_no_warning_for_the_first_one_nor_for_the_same_apple_id(push: PushCertificates, in_use: Certificate) -> None:
    assert push.upload_warning(None, OTHER) is None
    assert push.upload_warning(in_use, OWNER) is None
    assert push.upload_warning(in_use, "IT@example.com", renew=1) is None


def test_a_warning_before_the_wrong_apple_id(push: PushCertificates, in_use: Certificate) -> None:
    assert push.upload_warning(in_use, OTHER, devices=500) == (
        f"certificate 1 ({in_use.name}) belongs to it@example.com; "
        "with another Apple ID the topic changes and 500 Apple devices must re-enroll"
    )
    assert "all Apple devices must re-enroll" in str(push.upload_warning(in_use, OTHER))
    assert "1 Apple device must" in str(push.upload_warning(in_use, OTHER, devices=1))
    with pytest.raises(Refusal, match="apple-id-invalid"):
        push.upload_warning(in_use, "it")


def test_a_warning_where_nobody_knows_the_owner(
    workspace: Workspace, portal: PushPortal, push: PushCertificates
) -> None:
    data = issue(subject=push_subject(TOPIC, "APSP:0f3a"), issuer=make_ca())
    source = CertificateSource(data=data.pem, key=data.key_pem)
    entry = workspace.inventory.import_from(source, use_as=UseAs.APNS).imported[0]
    assert push.upload_warning(entry, OWNER, devices=2) == (
        f"whose certificate 1 ({TOPIC}) is, the push portal doesn't know; "
        "unless it is it@example.com's, the topic changes and 2 Apple devices must re-enroll"
    )
    portal.adopt(OWNER, workspace.inventory.export(entry.id, ExportFormat.DER))
    assert push.upload_warning(entry, OWNER) is None
    assert f"belongs to {OWNER}" in str(push.upload_warning(entry, OTHER))


def test_the_owner_of_the_topic_is_the_owner(workspace: Workspace, portal: PushPortal, push: PushCertificates) -> None:
    """The portal has last year's certificate, and in use is one that it doesn't know."""
    years = [issue(subject=push_subject(TOPIC, "APSP:0f3a"), issuer=make_ca()) for _ in range(2)]
    portal.adopt(OWNER, years[0].pem)
    source = CertificateSource(data=years[1].pem, key=years[1].key_pem)
    entry = workspace.inventory.import_from(source, use_as=UseAs.APNS).imported[0]
    assert push.upload_warning(entry, OWNER) is None
    assert f"belongs to {OWNER}" in str(push.upload_warning(entry, OTHER))


def test_a_warning_after_a_revocation(
    portal: PushPortal, push: PushCertificates, in_use: Certificate, clock: FixedClock
) -> None:
    clock.at += DAY
    portal.revoke(OWNER, 1)
    assert push.upload_warning(in_use, OWNER, devices=3) == (
        f"certificate 1 ({in_use.name}) was revoked on 2026-01-02; 3 Apple devices must re-enroll"
    )


def test_a_late_renewal_cuts_nobody_off_and_is_not_warned_of(
    push: PushCertificates, in_use: Certificate, clock: FixedClock
) -> None:
    clock.at = in_use.not_after + timedelta(seconds=1)
    assert push.upload_warning(in_use, OWNER, devices=1200) is None
    assert push.upload_warning(in_use, OWNER, devices=0) is None


def test_no_warning_counts_devices_where_none_is_enrolled(
    portal: PushPortal, push: PushCertificates, in_use: Certificate, clock: FixedClock
) -> None:
    assert str(push.upload_warning(in_use, "somebody@example.com", devices=0)).endswith(
        "with another Apple ID the topic changes, though no Apple device is enrolled"
    )
    clock.at += DAY
    portal.revoke(OWNER, 1)
    assert str(push.upload_warning(in_use, OWNER, devices=0)).endswith("; the devices that it cut off must re-enroll")


def test_a_warning_where_another_topic_would_come_of_it(
    portal: PushPortal, push: PushCertificates, in_use: Certificate, clock: FixedClock
) -> None:
    assert "makes a new certificate" in str(push.upload_warning(in_use, OWNER, create=True))
    clock.at += DAY
    other = made(portal, create=True)
    assert f"renews push certificate {other.id}" in str(push.upload_warning(in_use, OWNER))
    assert push.upload_warning(in_use, OWNER, renew=1) is None


def test_a_renewal_that_waits_to_be_imported_is_no_reason_to_warn(
    portal: PushPortal, push: PushCertificates, in_use: Certificate
) -> None:
    portal.upload(OWNER, signed(portal))
    assert push.upload_warning(in_use, OWNER) is None


def test_a_certificate_without_a_topic_tells_nothing(workspace: Workspace, push: PushCertificates) -> None:
    odd = issue("APSP:1")
    source = CertificateSource(data=odd.pem, key=odd.key_pem)
    entry = workspace.inventory.import_from(source, use_as=UseAs.SERVER).imported[0]
    assert "names no topic" in str(push.upload_warning(entry, OWNER))


def test_an_app_whose_owner_is_unknown_is_no_reason_to_warn(workspace: Workspace, push: PushCertificates) -> None:
    app = issue(subject=app_subject(MAIL))
    source = CertificateSource(data=app.pem, key=app.key_pem)
    entry = workspace.inventory.import_from(source, use_as=UseAs.APNS).imported[0]
    assert push.upload_warning(entry, OWNER) is None
