"""Policies as records: valid values, and how they are looked up, changed and reported on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.device_filter import parse_filter, standing
from certfleet.store.errors import Refusal
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import Platform
from certfleet.store.model.policy import (
    Assignment,
    ConnectionType,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from certfleet.store.policies.report import DeploymentStatus
from certfleet.store.views.policy import policy_document, report_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, ec_key, issue
from tests.store.conftest import content
from tests.store.devices.handset import Handset, identity
from tests.store.policies.material import PASSWORD, VPN, bring, keystore

BY_CERTIFICATE = VpnSettings(
    server="vpn.company.example",
    connection_type=ConnectionType.IKEV2,
    device_authentication=DeviceAuthentication.CERTIFICATE,
)


def test_a_policy_says_who_made_it_and_when(workspace: Workspace, clock: FixedClock) -> None:
    created = workspace.policies.create("  Field VPN ", vpn=replace(VPN, server=" VPN.Company.example ")).policy
    assert (created.id, created.name, created.version) == (1, "Field VPN", 1)
    assert created.vpn.server == "VPN.Company.example"
    assert created.platforms == (Platform.IOS,)
    assert (created.created_at, created.created_by) == (NOW, "alice")
    clock.at += timedelta(days=1)
    changed = workspace.policies.change(1, name="VPN").policy
    assert (changed.version, changed.created_at, changed.changed_at) == (2, NOW, clock.at)
    assert workspace.policies.get(1) == workspace.policies.find("vpn") == workspace.policies.find("#1") == changed
    assert workspace.policies.list() == [changed]
    assert [line.summary for line in workspace.audit.about("policy:1")] == [
        "policy VPN changed",
        "policy Field VPN created",
    ]
    assert as_json(policy_document(changed))["assignment"]["is_for_all"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("policy-name-invalid", {"name": "  "}),
        ("policy-name-invalid", {"name": "12"}),
        ("policy-name-invalid", {"name": "a\x1b[31m"}),
        ("policy-exists", {"name": "FIELD vpn"}),
        ("platform-unsupported", {"platforms": []}),
        ("platform-unsupported", {"platforms": [Platform.IOS, Platform.WINDOWS]}),
        ("platform-unsupported", {"platforms": [Platform.MACOS]}),
        (
            "platform-unsupported",
            {"vpn": replace(VPN, connection_type=ConnectionType.IKEV2), "platforms": [Platform.MACOS]},
        ),
        ("server-invalid", {"vpn": replace(VPN, server=" ")}),
        ("server-invalid", {"vpn": replace(VPN, server="https://vpn.example")}),
        ("identity-type-missing", {"vpn": replace(VPN, identity_type=None)}),
        ("vpn-certificate-missing", {"vpn": BY_CERTIFICATE}),
        ("not-found", {"vpn": replace(BY_CERTIFICATE, certificate_id=99)}),
        ("vpn-setting-invalid", {"vpn": replace(VPN, certificate_id=1)}),
        ("vpn-setting-invalid", {"vpn": replace(BY_CERTIFICATE, certificate_id=1, identity_type=VPN.identity_type)}),
        ("vpn-setting-invalid", {"vpn": replace(VPN, local_identifier="x" * 101)}),
        (
            "vpn-setting-invalid",
            {"vpn": replace(VPN, connection_type=ConnectionType.IKEV2, airprint=ServiceTraffic.DROP)},
        ),
        ("filter-unclear", {"assignment": Assignment(filter="days:soon")}),
        ("device-unknown", {"assignment": Assignment(devices=(77,))}),
        ("assignment-invalid", {"assignment": Assignment(devices=(1,), filter="iphone")}),
        ("assignment-invalid", {"assignment": Assignment(group="Field")}),
    ],
)
def test_what_is_refused_changes_nothing(workspace: Workspace, code: str, said: Mapping[str, Any]) -> None:
    workspace.policies.create("Field VPN", vpn=VPN)
    workspace.policies.create("Other", vpn=VPN)
    before = content(workspace)
    with pytest.raises(Refusal, match=code):
        workspace.policies.create(**{"name": "New", "vpn": VPN, **said})
    with pytest.raises(Refusal, match=code):
        workspace.policies.change(2, **said)
    assert content(workspace) == before


def test_what_is_not_there(workspace: Workspace) -> None:
    for attempt in (workspace.policies.delete, workspace.policies.deploy, workspace.policies.report):
        with pytest.raises(Refusal, match="policy-unknown"):
            attempt(3)
    for name in ("VPN", "3", "9" * 60):
        with pytest.raises(Refusal, match="policy-unknown"):
            workspace.policies.find(name)


def test_a_certificate_of_the_inventory_needs_its_key(workspace: Workspace) -> None:
    bare = workspace.inventory.import_from(CertificateSource(data=issue("bare").pem)).imported[0]
    with pytest.raises(Refusal, match="no-private-key"):
        workspace.policies.create("VPN", vpn=replace(BY_CERTIFICATE, certificate_id=bare.id))


def test_a_replaced_certificate_is_replaced_on_the_devices(workspace: Workspace) -> None:
    first, second = issue("client"), issue("client", days=700)
    old = workspace.inventory.import_from(KeystoreSource(data=keystore(first), password=PASSWORD)).imported[0]
    phone = Handset(workspace)
    workspace.policies.create("VPN", vpn=replace(BY_CERTIFICATE, certificate_id=old.id))
    phone.check_in()
    with pytest.raises(Refusal, match=r"certificate-in-use.*the policy VPN"):
        workspace.inventory.delete(old.id)

    replaced = workspace.inventory.replace(old.id, KeystoreSource(data=keystore(second), password=PASSWORD))
    assert replaced.switched == ("the policy VPN",)
    assert workspace.policies.get(1).vpn.certificate_id == replaced.new.id
    (installed,) = phone.check_in().policies
    assert (installed.entry_id, installed.version) == (replaced.new.id, 2)
    assert workspace.check().clean


def test_another_certificate_in_the_same_entry_gets_to_the_devices(workspace: Workspace) -> None:
    key = ec_key()
    first, second = issue("client", key=key), issue("client", key=key, days=700)
    entry = workspace.inventory.import_from(KeystoreSource(data=keystore(first), password=PASSWORD)).imported[0]
    phone = Handset(workspace)
    workspace.policies.create("VPN", vpn=replace(BY_CERTIFICATE, certificate_id=entry.id))
    phone.check_in()
    source = KeystoreSource(data=keystore(second), password=PASSWORD)
    again = workspace.inventory.import_from(source, on_conflict=OnConflict.REPLACE).imported[0]
    assert again.id == entry.id
    (installed,) = phone.check_in().policies
    assert installed.fingerprint_sha256 == again.fingerprint_sha256


def test_the_report_says_where_the_policy_stands(workspace: Workspace) -> None:
    done, bare, waiting, gone = (Handset(workspace) for _ in range(4))
    bring(workspace, done.device.serial_number, waiting.device.serial_number)
    workspace.policies.create("VPN", vpn=VPN)
    done.check_in(), bare.check_in()
    workspace.devices.revoke([gone.id])
    never = workspace.devices.add(identity())
    Handset(workspace, Platform.ANDROID)

    report = workspace.policies.report(1)
    assert {place: [device.id for device in report.devices(place)] for place in DeploymentStatus} == {
        DeploymentStatus.INSTALLED: [done.id],
        DeploymentStatus.WITHOUT_CERTIFICATE: [bare.id],
        DeploymentStatus.PENDING: [waiting.id],
        DeploymentStatus.NOT_ENROLLED: [gone.id, never.id],
        DeploymentStatus.FAILED: [],
        DeploymentStatus.NOT_TAKEN: [],
        DeploymentStatus.REMOVING: [],
        DeploymentStatus.NOT_DEPLOYED: [],
    }
    told = as_json(report_document(report, [DeploymentStatus.WITHOUT_CERTIFICATE]))
    assert told["counts"]["without_certificate"] == told["counts"]["pending"] == 1
    assert [(one["id"], one["note"]) for one in told["devices"]] == [
        (bare.id, f"no device certificate for serial number {bare.device.serial_number}")
    ]


def test_who_fits_a_filter_later_is_found_by_deploying_again(workspace: Workspace, clock: FixedClock) -> None:
    phone = Handset(workspace)
    workspace.policies.create("VPN", vpn=VPN, assignment=Assignment(group="Ending", filter="days:<100"))
    assert phone.device.pending == ()
    clock.at = phone.certificate.not_after - timedelta(days=50)
    report = workspace.policies.report(1)
    assert [device.id for device in report.devices(DeploymentStatus.NOT_DEPLOYED)] == [phone.id]
    asked = workspace.policies.deploy(1)
    assert asked.pending == 1
    waiting = phone.device.pending
    assert (workspace.policies.deploy(1), phone.device.pending) == (asked, waiting)  # asking twice is asking once


def test_devices_are_found_by_their_policies(workspace: Workspace) -> None:
    phone, bare = Handset(workspace), Handset(workspace)
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in(), bare.check_in()

    def found(text: str) -> list[int]:
        asked = parse_filter(text, NOW, ExpiryRules())
        assert asked.problem is None and asked.matches is not None
        return [device.id for device in workspace.devices.all() if asked.matches(standing(device, NOW))]

    assert found("policy:field") == [phone.id]
    assert found('policy:"field vpn"') == [phone.id]
    assert found("policy:none") == found("-policy:field") == [bare.id]
    assert parse_filter("policy:", NOW, ExpiryRules()).problem is not None


def test_what_a_role_may_do(workspace: Workspace) -> None:
    from certfleet.store.model.account import Role

    phone = Handset(workspace)
    bring(workspace, phone.device.serial_number)
    with workspace.actor.acting_as(Actor("vera", role=Role.VIEWER)), pytest.raises(Refusal, match="not-permitted"):
        workspace.policies.create("VPN", vpn=VPN)
    with workspace.actor.acting_as(Actor("otto", role=Role.OPERATOR)):
        assert workspace.policies.create("VPN", vpn=VPN).policy.created_by == "otto"
        with pytest.raises(Refusal, match="not-permitted"):
            workspace.policies.profile_for(phone.id, 1)
