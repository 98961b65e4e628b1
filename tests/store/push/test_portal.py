"""The portal: what an Apple ID gets, renews and loses there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certfleet.store.certificates.der import SEQUENCE, children, expect
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.push import PortalStatus, PushService, portal_status
from certfleet.store.push.portal import PushPortal
from certfleet.store.push.topics import app_subject, push_subject
from certfleet.store.views.push_certificate import push_certificate_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, issue, make_ca, needs_openssl, openssl, rsa_key
from tests.store.conftest import content
from tests.store.push.desk import OTHER, OWNER, csr, made, signed

YEAR, DAY, SECOND = timedelta(days=365), timedelta(days=1), timedelta(seconds=1)
MAIL = "com.example.securemail"
TOPIC = "com.apple.mgmt.External.0f3a9c52-6b1d-4f6e-9d55-1f0a8f0f2c11"


def status(portal: PushPortal, id: int, clock: FixedClock) -> PortalStatus:
    return portal_status(portal.get(id), clock.now())


# Creating


def test_the_first_upload_creates_a_certificate_with_a_topic_of_its_own(
    workspace: Workspace, portal: PushPortal
) -> None:
    record = portal.upload(" IT@Example.com ", signed(portal))
    assert (record.id, record.apple_id, record.service) == (1, "it@example.com", PushService.MANAGEMENT)
    assert record.topic.startswith("com.apple.mgmt.External.")
    assert record.name == "APSP:" + record.topic.removeprefix("com.apple.mgmt.External.")
    assert (record.not_before, record.not_after) == (NOW, NOW + YEAR)
    assert record.service_name == "Mobile Device Management"
    certificate = x509.load_pem_x509_certificate(portal.pem(1))
    assert certificate.public_key() == rsa_key().public_key()
    assert [str(part.value) for part in certificate.subject] == [record.topic, record.name, "US"]
    oids = {extension.oid.dotted_string for extension in certificate.extensions}
    assert {"1.2.840.113635.100.6.3.1", "1.2.840.113635.100.6.3.2"} <= oids
    assert topics_of(certificate) == [record.topic]
    assert workspace.check().clean


def topics_of(certificate: x509.Certificate) -> list[str]:
    """As push libraries read them: the texts in the sequence of 1.2.840.113635.100.6.3.6."""
    oid = x509.ObjectIdentifier("1.2.840.113635.100.6.3.6")
    extension = certificate.extensions.get_extension_for_oid(oid).value
    assert isinstance(extension, x509.UnrecognizedExtension)
    start, stop = expect(extension.value, 0, len(extension.value), SEQUENCE)
    assert stop == len(extension.value)
    return [extension.value[at:end].decode() for tag, at, end in children(extension.value, start, stop) if tag == 0x0C]


def test_an_apps_certificate_names_its_topics(portal: PushPortal) -> None:
    portal.issue_app(OWNER, csr(), MAIL)
    certificate = x509.load_pem_x509_certificate(portal.pem(1))
    assert topics_of(certificate) == [MAIL, f"{MAIL}.voip", f"{MAIL}.complication"]


@needs_openssl
def test_openssl_verifies_what_the_portal_issues(portal: PushPortal, tmp_path: Path) -> None:
    made(portal)
    portal.issue_app(OWNER, csr(), MAIL)
    for id in (1, 2):
        leaf, ca, root = x509.load_pem_x509_certificates(portal.chain_pem(id))
        for name, link in (("leaf", leaf), ("ca", ca), ("root", root)):
            (tmp_path / name).write_bytes(link.public_bytes(Encoding.PEM))
        assert (tmp_path / "leaf").read_bytes() == portal.pem(id)
        at = str(int(NOW.timestamp()))
        checks = ("-x509_strict", "-attime", at, "-purpose", "sslclient")
        openssl("verify", *checks, "-CAfile", tmp_path / "root", "-untrusted", tmp_path / "ca", tmp_path / "leaf")
        subject = openssl("x509", "-in", tmp_path / "leaf", "-noout", "-subject").decode()
        assert f"UID = {portal.get(id).topic}" in subject


# Renewing


def test_the_same_apple_id_keeps_the_topic_and_another_gets_another(portal: PushPortal, clock: FixedClock) -> None:
    first = made(portal)
    clock.at += 300 * DAY
    renewed, other = made(portal), made(portal, OTHER)
    assert (renewed.topic, renewed.name) == (first.topic, first.name)
    assert (renewed.not_before, renewed.not_after) == (clock.at, clock.at + YEAR)
    assert renewed.fingerprint_sha256 != first.fingerprint_sha256
    assert other.topic != first.topic
    assert portal.get(first.id).superseded_by == renewed.id
    assert [status(portal, record.id, clock) for record in (first, renewed, other)] == [
        PortalStatus.SUPERSEDED,
        PortalStatus.ACTIVE,
        PortalStatus.ACTIVE,
    ]
    assert [record.id for record in portal.list(OWNER)] == [1, 2]
    assert {record.apple_id for record in portal.list()} == {OWNER, OTHER}


def test_a_certificate_lasts_to_its_last_second_and_can_be_renewed_after_it(
    portal: PushPortal, clock: FixedClock
) -> None:
    first = made(portal)
    clock.at = first.not_after
    assert status(portal, 1, clock) is PortalStatus.ACTIVE
    clock.at += SECOND
    assert status(portal, 1, clock) is PortalStatus.EXPIRED
    assert made(portal).topic == first.topic
    assert status(portal, 1, clock) is PortalStatus.EXPIRED


def test_of_several_topics_the_newest_is_renewed_unless_another_is_named(portal: PushPortal, clock: FixedClock) -> None:
    old = made(portal)
    clock.at += DAY
    new = made(portal, create=True)
    assert new.topic != old.topic
    assert portal.upload(OWNER, signed(portal)).topic == new.topic
    assert portal.upload(OWNER, signed(portal), renew=old.id).topic == old.topic


def test_what_can_not_be_renewed_is_refused_and_nothing_is_changed(workspace: Workspace, portal: PushPortal) -> None:
    made(portal)  # 1
    made(portal)  # 2 renews it
    portal.issue_app(OWNER, csr(), MAIL)  # 3
    portal.revoke(OWNER, 2)
    made(portal, OTHER)  # 4
    before, data = content(workspace), signed(portal)
    for id, code in ((1, "push-superseded"), (2, "push-revoked"), (3, "push-app-certificate"), (9, "push-unknown")):
        with pytest.raises(Refusal, match=code):
            portal.upload(OWNER, data, renew=id)
    with pytest.raises(Refusal, match="push-other-apple-id") as refused:
        portal.upload(OWNER, data, renew=4)
    assert refused.value.message.endswith(f"belongs to {OTHER}, not to {OWNER}")
    with pytest.raises(Refusal, match="push-renew-or-create"):
        portal.upload(OTHER, data, renew=4, create=True)
    assert content(workspace) == before


# Revoking


def test_after_a_revocation_the_next_upload_makes_a_new_topic(
    workspace: Workspace, portal: PushPortal, clock: FixedClock
) -> None:
    first = made(portal)
    clock.at += DAY
    revoked = portal.revoke(OWNER, first.id)
    assert revoked.revoked_at == clock.at
    clock.at += DAY
    assert portal.revoke(OWNER, first.id) == revoked
    assert [line.action for line in workspace.audit.about("push-certificate:1")] == ["push.revoke", "push.issue"]
    assert status(portal, 1, clock) is PortalStatus.REVOKED
    assert made(portal).topic != first.topic
    assert workspace.check().clean


def test_only_its_owner_revokes_a_certificate(portal: PushPortal) -> None:
    made(portal)
    with pytest.raises(Refusal, match="push-other-apple-id"):
        portal.revoke(OTHER, 1)
    with pytest.raises(Refusal, match="push-unknown"):
        portal.revoke(OWNER, 2)
    assert portal.get(1).revoked_at is None


# Apps


def test_the_topic_of_an_app_is_its_bundle_id_for_ever(portal: PushPortal, clock: FixedClock) -> None:
    pem = x509.load_der_x509_csr(csr()).public_bytes(Encoding.PEM)
    first = portal.issue_app(OWNER, pem, MAIL)
    assert (first.topic, first.service, first.service_name, first.vendor) == (MAIL, PushService.APP, MAIL, None)
    clock.at += 300 * DAY
    second = portal.issue_app(OWNER, csr(), MAIL)
    assert (second.topic, portal.get(first.id).superseded_by) == (MAIL, second.id)
    portal.revoke(OWNER, second.id)
    third = portal.issue_app(OWNER, csr(), MAIL)
    assert (third.topic, portal.get(second.id).superseded_by) == (MAIL, None)
    assert portal.issue_app(OWNER, csr(), "com.example.web").topic == "com.example.web"


def test_a_bundle_id_belongs_to_one_apple_id(workspace: Workspace, portal: PushPortal) -> None:
    portal.adopt(OWNER, issue(subject=app_subject(MAIL)).pem)
    with pytest.raises(Refusal, match="push-other-apple-id"):
        portal.issue_app(OTHER, csr(), MAIL)
    assert (len(portal.list()), portal.authorities.all()) == (1, [])
    assert workspace.check().clean


@pytest.mark.parametrize("data", [b"", b"text", make_ca().pem], ids=["nothing", "text", "certificate"])
def test_an_app_needs_a_request(portal: PushPortal, data: bytes) -> None:
    with pytest.raises(Refusal, match="request-unreadable"):
        portal.issue_app(OWNER, data, MAIL)


# Certificates from outside


def outside(not_before: int = 0, topic: str = TOPIC) -> bytes:
    """A certificate that a real portal gave, so many days ago."""
    subject = push_subject(topic, "APSP:0f3a9c52")
    return issue(subject=subject, not_before=NOW - not_before * DAY, key=rsa_key(1), issuer=make_ca()).pem


def test_a_certificate_from_outside_is_known_and_can_be_renewed(workspace: Workspace, portal: PushPortal) -> None:
    record = portal.adopt(OWNER, outside(300))
    assert (record.topic, record.name, record.vendor, record.authority_id) == (TOPIC, "APSP:0f3a9c52", None, None)
    assert (portal.find(record.fingerprint_sha256), portal.owner_of(record.fingerprint_sha256)) == (record, OWNER)
    assert (portal.owner_of_topic(TOPIC), portal.owner_of_topic("com.example.none")) == (OWNER, None)
    assert (portal.find("00"), portal.owner_of("00")) == (None, None)
    assert len(x509.load_pem_x509_certificates(portal.chain_pem(record.id))) == 1
    renewed = made(portal)
    assert (renewed.topic, renewed.name) == (TOPIC, "APSP:0f3a9c52")
    assert workspace.check().clean


def test_registering_it_twice_changes_nothing(workspace: Workspace, portal: PushPortal) -> None:
    data = outside()
    record = portal.adopt(OWNER, data)
    before = content(workspace)
    assert portal.adopt(OWNER.upper(), data) == record
    assert content(workspace) == before


def test_the_years_before_are_superseded_in_whatever_order_they_come(workspace: Workspace, portal: PushPortal) -> None:
    for days in (400, 30, 800, 200):  # ids 1 to 4
        portal.adopt(OWNER, outside(days))
    assert {record.id: record.superseded_by for record in portal.list()} == {3: 1, 1: 4, 4: 2, 2: None}
    assert workspace.check().clean


def test_it_or_its_topic_can_not_be_another_apple_ids(portal: PushPortal) -> None:
    data = outside()
    portal.adopt(OWNER, data)
    for other in (data, outside(30)):
        with pytest.raises(Refusal, match="push-other-apple-id"):
            portal.adopt(OTHER, other)
    assert len(portal.list()) == 1


def test_what_names_no_topic_is_no_push_certificate(portal: PushPortal) -> None:
    with pytest.raises(Refusal, match="push-no-topic"):
        portal.adopt(OWNER, issue().pem)
    with pytest.raises(Refusal, match="not-a-certificate"):
        portal.adopt(OWNER, b"text")


def test_a_mistyped_apple_id_can_be_put_right(workspace: Workspace, portal: PushPortal) -> None:
    old, new = outside(300), outside(30)
    for data in (old, new, outside(10)):
        portal.adopt("itt@example.com", data)
    portal.forget("itt@example.com", 2)
    assert portal.get(1).superseded_by == 3
    portal.forget("itt@example.com", 3)
    assert portal.get(1).superseded_by is None
    portal.forget("itt@example.com", 1)
    assert portal.adopt(OWNER, new).apple_id == OWNER
    assert workspace.check().clean


def test_what_was_issued_here_stays_in_the_list(portal: PushPortal) -> None:
    made(portal)
    with pytest.raises(Refusal, match="push-issued-here"):
        portal.forget(OWNER, 1)
    with pytest.raises(Refusal, match="push-other-apple-id"):
        portal.forget(OTHER, 1)


# Apple IDs, records


@pytest.mark.parametrize(
    "text", ["", "it", "it@", "@example.com", "it@example", "it @example.com", "a@b@example.com", "it@exa\nmple.com"]
)
def test_an_apple_id_is_an_address(portal: PushPortal, text: str) -> None:
    data = signed(portal)
    for refused in (
        lambda: portal.upload(text, data),
        lambda: portal.issue_app(text, csr(), MAIL),
        lambda: portal.adopt(text, outside()),
        lambda: portal.revoke(text, 1),
        lambda: portal.list(text),
    ):
        with pytest.raises(Refusal, match="apple-id-invalid"):
            refused()


def test_every_change_leaves_its_audit_lines(workspace: Workspace, portal: PushPortal) -> None:
    first = made(portal)
    made(portal)
    portal.issue_app(OWNER, csr(), MAIL)
    portal.revoke(OWNER, 2)
    portal.adopt(OTHER, outside())
    portal.forget(OTHER, 4)
    lines = [line for line in reversed(workspace.audit.tail()) if line.action.startswith("push.")]
    assert [(line.action, line.record) for line in lines] == [
        ("push.provision", "push-authority:1"),
        ("push.issue", "push-certificate:1"),
        ("push.renew", "push-certificate:2"),
        ("push.supersede", "push-certificate:1"),
        ("push.issue", "push-certificate:3"),
        ("push.revoke", "push-certificate:2"),
        ("push.adopt", "push-certificate:4"),
        ("push.forget", "push-certificate:4"),
    ]
    assert lines[1].summary == f"{first.name} issued to it@example.com, until 2027-01-01, topic {first.topic}"
    assert {line.user for line in lines} == {"alice"}


def test_programs_get_a_record_with_its_status_and_without_its_der(portal: PushPortal, clock: FixedClock) -> None:
    record = made(portal)
    clock.at += 355 * DAY
    document = as_json(push_certificate_document(portal.get(record.id), clock.now()))
    assert "der" not in document
    assert {name: document[name] for name in ("id", "apple_id", "service", "service_name", "status", "days_left")} == {
        "id": 1,
        "apple_id": "it@example.com",
        "service": "mdm",
        "service_name": "Mobile Device Management",
        "status": "active",
        "days_left": 10,
    }
    assert (document["not_after"], document["created_by"]) == ("2027-01-01T00:00:00Z", "alice")


def test_the_common_name_is_the_name(portal: PushPortal) -> None:
    record = made(portal)
    certificate = x509.load_pem_x509_certificate(portal.pem(record.id))
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == record.name
