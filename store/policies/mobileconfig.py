"""The configuration profile (``.mobileconfig``) that a VPN policy becomes on an Apple device.

The keys are those of Apple's Device Management documentation: the profile itself (TopLevel), the payloads
``com.apple.security.pkcs12`` and ``com.apple.vpn.managed``, in the latter ``AlwaysOn`` with ``TunnelConfigurations``,
or ``IKEv2``.
"""

from __future__ import annotations

import plistlib
from typing import Any, NamedTuple
from uuid import NAMESPACE_DNS, UUID, uuid5

from ..model.certificate import CertificateFacts
from ..model.device import Device, Platform
from ..model.distinguished_name import split_rfc4514
from ..model.policy import ConnectionType, DeadPeerDetection, Policy, ServiceTraffic, VpnSettings
from .rules import CERTIFICATE_TYPES

ORGANIZATION = "certfleet"
_NAMESPACE = uuid5(NAMESPACE_DNS, "policy.certfleet.org")
_TARGETS = {Platform.IOS: 1, Platform.MACOS: 5}  # TargetDeviceType: iPhone, iPad and iPod touch; Mac
_PEER_DETECTION = {
    DeadPeerDetection.NONE: "None",
    DeadPeerDetection.LOW: "Low",
    DeadPeerDetection.MEDIUM: "Medium",
    DeadPeerDetection.HIGH: "High",
}
_ACTIONS = {ServiceTraffic.OUTSIDE: "Allow", ServiceTraffic.DROP: "Drop"}
# Supported by Apple devices and all current gateways; DES, 3DES and the groups below 14 are gone since iOS 26.
_SECURITY_ASSOCIATION = {
    "EncryptionAlgorithm": "AES-256",
    "IntegrityAlgorithm": "SHA2-256",
    "DiffieHellmanGroup": 14,
    "LifeTimeInMinutes": 1440,
}

Payload = dict[str, Any]


class Identity(NamedTuple):
    """A device's credential: a PKCS #12 file, its password, and the facts of its certificate."""

    file_name: str
    pkcs12: bytes
    password: str
    facts: CertificateFacts


def profile_identifier(policy_id: int) -> str:
    """What a device knows the profile of a policy by."""
    return f"org.certfleet.policy.{policy_id}"


def configuration_profile(policy: Policy, device: Device, identity: Identity) -> bytes:
    """The profile, an unsigned XML property list. It contains the private key and its password.

    The same policy, device and certificate give the same identifiers, so a device recognises a later version as an
    update.
    """
    identifier = profile_identifier(policy.id)
    certificate = _certificate(policy, device, identity, identifier)
    vpn = _vpn(policy, device, identity, identifier, certificate["PayloadUUID"])
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": _uuid(identifier, device),
        "PayloadDisplayName": policy.name,
        "PayloadDescription": f"VPN to {policy.vpn.server}",
        "PayloadOrganization": ORGANIZATION,
        "PayloadScope": "System",
        "TargetDeviceType": _TARGETS[device.platform],
        "PayloadContent": [certificate, vpn],
    }
    return plistlib.dumps(profile, fmt=plistlib.FMT_XML, sort_keys=False)


def _certificate(policy: Policy, device: Device, identity: Identity, profile: str) -> Payload:
    identifier = f"{profile}.certificate"
    return {
        "PayloadType": "com.apple.security.pkcs12",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        # A new certificate is a new payload: the device installs it before it removes the old one.
        "PayloadUUID": _uuid(identifier, device, identity.facts.fingerprint_sha256),
        "PayloadDisplayName": identity.facts.name,
        "PayloadDescription": f"Certificate for {policy.vpn.connection_name or policy.name}",
        "PayloadOrganization": ORGANIZATION,
        "PayloadCertificateFileName": identity.file_name,
        "PayloadContent": identity.pkcs12,
        "Password": identity.password,
    }


def _vpn(policy: Policy, device: Device, identity: Identity, profile: str, certificate_uuid: str) -> Payload:
    vpn, identifier = policy.vpn, f"{profile}.vpn"
    payload = {
        "PayloadType": "com.apple.vpn.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": _uuid(identifier, device),
        "PayloadDisplayName": f"VPN ({vpn.connection_name or policy.name})",
        "PayloadDescription": f"{vpn.connection_type} to {vpn.server}",
        "PayloadOrganization": ORGANIZATION,
        "UserDefinedName": vpn.connection_name or policy.name,
    }
    ikev2 = _ikev2(vpn, device, identity, certificate_uuid)
    if vpn.connection_type is ConnectionType.IKEV2:
        return {**payload, "VPNType": "IKEv2", "IKEv2": ikev2}
    return {**payload, "VPNType": "AlwaysOn", "AlwaysOn": _always_on(vpn, ikev2)}


def _always_on(vpn: VpnSettings, ikev2: Payload) -> Payload:
    """One tunnel over every interface; its dictionary has the IKEv2 keys and two of its own."""
    exceptions = [
        {"ServiceName": name, "Action": _ACTIONS[traffic]}
        for name, traffic in (("VoiceMail", vpn.voicemail), ("AirPrint", vpn.airprint))
        if traffic in _ACTIONS
    ]
    return {
        "UIToggleEnabled": int(vpn.user_may_disconnect),
        "TunnelConfigurations": [{"ProtocolType": "IKEv2", "Interfaces": ["Cellular", "WiFi"], **ikev2}],
        **({"ServiceExceptions": exceptions} if exceptions else {}),
        "AllowCaptiveWebSheet": int(vpn.captive_websheet),
        "AllowAllCaptiveNetworkPlugins": int(vpn.captive_apps),
    }


def _ikev2(vpn: VpnSettings, device: Device, identity: Identity, certificate_uuid: str) -> Payload:
    settings: Payload = {
        "RemoteAddress": vpn.server,
        "RemoteIdentifier": vpn.remote_identifier or vpn.server,
        "LocalIdentifier": vpn.local_identifier or local_identifier(identity.facts, device),
        "AuthenticationMethod": "Certificate",
        "PayloadCertificateUUID": certificate_uuid,
        "ExtendedAuthEnabled": 0,
        "DeadPeerDetectionRate": _PEER_DETECTION[vpn.dead_peer_detection],
        "EnablePFS": int(vpn.perfect_forward_secrecy),
        "IKESecurityAssociationParameters": dict(_SECURITY_ASSOCIATION),
        "ChildSecurityAssociationParameters": dict(_SECURITY_ASSOCIATION),
    }
    kind, issuer = CERTIFICATE_TYPES[identity.facts.key_algorithm], vpn.server_certificate_issuer
    if kind != "RSA":  # Apple requires the certificate type together with the name of the server's issuer
        settings["CertificateType"] = kind
        issuer = issuer or common_name(identity.facts.issuer)
    if issuer:
        settings["ServerCertificateIssuerCommonName"] = issuer
    if vpn.server_certificate_name:
        settings["ServerCertificateCommonName"] = vpn.server_certificate_name
    return settings


def local_identifier(facts: CertificateFacts, device: Device) -> str:
    """The device's own identifier (IDi, RFC 7296 section 3.5): a name in its certificate, as gateways require."""
    for start in ("DNS:", "email:"):
        for san in facts.sans:
            if san.startswith(start):
                return san.removeprefix(start)
    return common_name(facts.subject) or device.known_by


def common_name(name: str) -> str:
    """The common name in a distinguished name (RFC 4514), or an empty string."""
    return next((part[3:] for part in split_rfc4514(name) if part.startswith("CN=")), "")


def _uuid(identifier: str, device: Device, *more: str) -> str:
    uuid: UUID = uuid5(_NAMESPACE, "/".join((identifier, device.udid or device.known_by, *more)))
    return str(uuid).upper()
