"""The configuration profile: what an iPhone would receive."""

from __future__ import annotations

import plistlib
import re
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import pkcs12
from msgspec.structs import replace

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.device import Platform
from certfleet.store.model.policy import (
    Assignment,
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from certfleet.store.workspace import Workspace
from tests.material import issue, make_ca, needs_openssl, openssl, rsa_key
from tests.store.devices.handset import Handset
from tests.store.policies.material import PASSWORD, VPN, bring, certificate_for, keystore, profile


@pytest.fixture
def phone(workspace: Workspace) -> Handset:
    return Handset(workspace)


def test_always_on_with_the_certificate_of_the_device(workspace: Workspace, phone: Handset) -> None:
    serial = phone.device.serial_number
    brought = certificate_for(serial, key=rsa_key())
    bring(workspace, made={serial: brought})
    workspace.policies.create("Field VPN", vpn=VPN)
    data = workspace.policies.profile_for(phone.id, 1)

    assert data.startswith(b"<?xml") and b"-//Apple//DTD PLIST 1.0//EN" in data
    read, certificate, vpn = profile(data)
    assert (read["PayloadType"], read["PayloadDisplayName"]) == ("Configuration", "Field VPN")
    assert certificate["PayloadType"] == "com.apple.security.pkcs12"
    assert certificate["PayloadContent"] == keystore_of(workspace, serial)
    assert certificate["Password"] == PASSWORD
    assert certificate["PayloadCertificateFileName"] == f"{serial}.p12"
    held = pkcs12.load_pkcs12(certificate["PayloadContent"], certificate["Password"].encode())
    assert held.cert is not None and held.cert.certificate == brought.certificate
    assert held.key is not None

    assert (vpn["PayloadType"], vpn["VPNType"]) == ("com.apple.vpn.managed", "AlwaysOn")
    assert vpn["UserDefinedName"] == "Field VPN"
    assert "IKEv2" not in vpn
    always_on = vpn["AlwaysOn"]
    assert (always_on["UIToggleEnabled"], always_on["AllowCaptiveWebSheet"]) == (0, 0)
    assert "ServiceExceptions" not in always_on
    (tunnel,) = always_on["TunnelConfigurations"]
    assert tunnel["ProtocolType"] == "IKEv2"
    assert tunnel["Interfaces"] == ["Cellular", "WiFi"]
    assert tunnel["RemoteAddress"] == tunnel["RemoteIdentifier"] == "vpn.company.example"
    assert tunnel["LocalIdentifier"] == f"{serial.lower()}.devices.example"
    assert tunnel["AuthenticationMethod"] == "Certificate"
    assert tunnel["PayloadCertificateUUID"] == certificate["PayloadUUID"]
    assert tunnel["DeadPeerDetectionRate"] == "Medium"
    assert (tunnel["EnablePFS"], tunnel["ExtendedAuthEnabled"]) == (1, 0)
    assert "CertificateType" not in tunnel  # RSA is what devices expect anyway

    for payload in (read, certificate, vpn):
        assert payload["PayloadVersion"] == 1
        assert re.fullmatch(r"[a-z]+(\.[a-z0-9]+)+", payload["PayloadIdentifier"])
        assert str(uuid.UUID(payload["PayloadUUID"])).upper() == payload["PayloadUUID"]
    assert len({payload["PayloadIdentifier"] for payload in (read, certificate, vpn)}) == 3
    assert len({payload["PayloadUUID"] for payload in (read, certificate, vpn)}) == 3


def keystore_of(workspace: Workspace, identity: str) -> bytes:
    return workspace.bulk.pkcs12(workspace.bulk.named(identity).id)[0]


def test_the_same_profile_again_is_the_same_and_another_certificate_another_payload(
    workspace: Workspace, phone: Handset
) -> None:
    serial = phone.device.serial_number
    bring(workspace, serial)
    workspace.policies.create("Field VPN", vpn=VPN)
    first = workspace.policies.profile_for(phone.id, 1)
    assert workspace.policies.profile_for(phone.id, 1) == first

    bring(workspace, serial)
    read, certificate, vpn = profile(first)
    read_again, another, vpn_again = profile(workspace.policies.profile_for(phone.id, 1))
    assert read_again["PayloadUUID"] == read["PayloadUUID"]
    assert vpn_again["PayloadUUID"] == vpn["PayloadUUID"]
    assert another["PayloadUUID"] != certificate["PayloadUUID"]


def test_what_the_settings_say(workspace: Workspace, phone: Handset) -> None:
    bring(workspace, phone.device.serial_number)
    settings = replace(
        VPN,
        connection_name="Company",
        remote_identifier="gateway",
        local_identifier="phones",
        server_certificate_name="vpn",
        server_certificate_issuer="Company CA",
        dead_peer_detection=DeadPeerDetection.HIGH,
        perfect_forward_secrecy=False,
        user_may_disconnect=True,
        captive_websheet=True,
        captive_apps=True,
        voicemail=ServiceTraffic.OUTSIDE,
        airprint=ServiceTraffic.DROP,
    )
    workspace.policies.create("Field VPN", vpn=settings)
    _, _, vpn = profile(workspace.policies.profile_for(phone.id, 1))
    always_on = vpn["AlwaysOn"]
    (tunnel,) = always_on["TunnelConfigurations"]
    assert vpn["UserDefinedName"] == "Company"
    assert (tunnel["RemoteIdentifier"], tunnel["LocalIdentifier"]) == ("gateway", "phones")
    assert tunnel["ServerCertificateCommonName"] == "vpn"
    assert tunnel["ServerCertificateIssuerCommonName"] == "Company CA"
    assert (tunnel["DeadPeerDetectionRate"], tunnel["EnablePFS"]) == ("High", 0)
    assert always_on["UIToggleEnabled"] == always_on["AllowCaptiveWebSheet"] == 1
    assert always_on["AllowAllCaptiveNetworkPlugins"] == 1
    assert always_on["ServiceExceptions"] == [
        {"ServiceName": "VoiceMail", "Action": "Allow"},
        {"ServiceName": "AirPrint", "Action": "Drop"},
    ]


@pytest.mark.parametrize(("curve", "kind"), [(ec.SECP256R1(), "ECDSA256"), (ec.SECP384R1(), "ECDSA384")])
def test_the_kind_of_key_is_named_with_the_issuer(
    workspace: Workspace, phone: Handset, curve: ec.EllipticCurve, kind: str
) -> None:
    serial = phone.device.serial_number
    key = ec.generate_private_key(curve)
    bring(workspace, made={serial: issue(serial, issuer=make_ca("Phone CA"), key=key)})
    workspace.policies.create("Field VPN", vpn=VPN)
    _, _, vpn = profile(workspace.policies.profile_for(phone.id, 1))
    (tunnel,) = vpn["AlwaysOn"]["TunnelConfigurations"]
    assert (tunnel["CertificateType"], tunnel["ServerCertificateIssuerCommonName"]) == (kind, "Phone CA")
    assert tunnel["LocalIdentifier"] == serial  # without other names, the common name


def test_a_key_that_devices_can_not_use(workspace: Workspace, phone: Handset) -> None:
    serial = phone.device.serial_number
    bring(workspace, made={serial: certificate_for(serial, key=ed25519.Ed25519PrivateKey.generate())})
    workspace.policies.create("Field VPN", vpn=VPN)
    phone.check_in()
    assert phone.device.policies[0].note == "devices can't use the key of its certificate (Ed25519)"
    with pytest.raises(Refusal, match="no-device-certificate"):
        workspace.policies.profile_for(phone.id, 1)


@needs_openssl
def test_a_certificate_of_the_inventory_for_a_mac(workspace: Workspace, tmp_path: Path) -> None:
    client = issue("vpn-client", key=rsa_key())
    source = KeystoreSource(data=keystore(client), password=PASSWORD)
    (entry,) = workspace.inventory.import_from(source).imported
    mac = Handset(workspace, Platform.MACOS)
    settings = VpnSettings(
        server="192.0.2.7",
        connection_type=ConnectionType.IKEV2,
        device_authentication=DeviceAuthentication.CERTIFICATE,
        certificate_id=entry.id,
    )
    workspace.policies.create("Macs", vpn=settings, platforms=[Platform.MACOS])
    (installed,) = mac.check_in().policies
    assert (installed.entry_id, installed.fingerprint_sha256) == (entry.id, entry.fingerprint_sha256)

    read, certificate, vpn = profile(workspace.policies.profile_for(mac.id, 1))
    assert (vpn["VPNType"], read["PayloadScope"]) == ("IKEv2", "System")
    assert "AlwaysOn" not in vpn
    assert vpn["IKEv2"]["RemoteAddress"] == "192.0.2.7"
    assert vpn["IKEv2"]["LocalIdentifier"] == "vpn-client"
    assert vpn["IKEv2"]["PayloadCertificateUUID"] == certificate["PayloadUUID"]
    file, password = tmp_path / "client.p12", f"pass:{certificate['Password']}"
    file.write_bytes(certificate["PayloadContent"])
    shown = openssl("pkcs12", "-in", file, "-passin", password, "-nokeys", "-legacy")
    assert b"vpn-client" in shown
    actions = [line.action for line in workspace.audit.tail(2)]
    assert actions == ["policy.export-profile", "certificate.export-key"]


def test_the_profile_leaves_an_audit_line_without_a_secret(workspace: Workspace, phone: Handset) -> None:
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("Field VPN", vpn=VPN)
    workspace.policies.profile_for(phone.id, 1)
    (line,) = workspace.audit.tail(1)
    assert (line.action, line.record) == ("policy.export-profile", f"device:{phone.id}")
    assert PASSWORD not in line.summary


def test_who_gets_no_profile(workspace: Workspace, phone: Handset) -> None:
    workspace.policies.create("Field VPN", vpn=VPN, assignment=Assignment(filter="owner:nobody"))
    for device_id, policy_id, code in (
        (99, 1, "device-unknown"),
        (phone.id, 9, "policy-unknown"),
        (phone.id, 1, "policy-not-for-device"),
        (Handset(workspace, Platform.ANDROID).id, 1, "policy-not-for-device"),
    ):
        with pytest.raises(Refusal, match=code):
            workspace.policies.profile_for(device_id, policy_id)
    workspace.policies.change(1, assignment=Assignment())
    with pytest.raises(Refusal, match="no-device-certificate"):
        workspace.policies.profile_for(phone.id, 1)
    assert workspace.audit.tail(1)[0].action == "policy.change"


def test_names_that_need_escaping(workspace: Workspace, phone: Handset) -> None:
    bring(workspace, phone.device.serial_number)
    workspace.policies.create("R&D <VPN> “täglich”", vpn=VPN)
    data = workspace.policies.profile_for(phone.id, 1)
    assert plistlib.loads(data)["PayloadDisplayName"] == "R&D <VPN> “täglich”"
