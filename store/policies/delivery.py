"""What a device receives for a policy: a configuration profile with its certificate and key."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ..errors import Refusal
from ..keystores.entries import PRIVATE_KEY
from ..keystores.reading import read_keystore
from ..model.certificate import CertificateFacts
from ..model.device import Device
from ..model.policy import DeviceAuthentication, Policy
from .deployment import DeviceCertificates, PolicyDeployment
from .mobileconfig import Identity, configuration_profile

Keystores = Callable[[int, str], bytes]
"""An entry of the inventory as PKCS #12, under a password."""


def profile_of(
    policy: Policy,
    device: Device,
    deployment: PolicyDeployment,
    certificates: DeviceCertificates,
    keystore_of: Keystores,
) -> bytes:
    """The configuration profile of a device. Refuses with ``no-device-certificate`` if its certificate is missing or
    unusable, and with ``policy-not-taken``."""
    offer = deployment.offer(policy.id, device)
    title = f"device {device.id} ({device.name})"
    if offer is not None and offer.code:
        raise Refusal(
            "policy-not-taken",
            f"{title} doesn't take it: {offer.lacking}",
            "Enroll the device another way (`certfleet device enroll --kind`), or change the policy.",
        )
    if offer is None or offer.lacking:
        raise Refusal(
            "no-device-certificate",
            f"{title}: {'' if offer is None else offer.lacking}",
            "`certfleet bulk import` brings device certificates.",
        )
    if policy.vpn.device_authentication is DeviceAuthentication.CERTIFICATE:
        entry = deployment.entry(policy)
        password = secrets.token_urlsafe(16)
        identity = Identity(f"certificate-{entry.id}.p12", keystore_of(entry.id, password), password, entry)
    else:
        record = deployment.identity_certificate(policy, device)
        assert record is not None
        data, password = certificates.pkcs12(record.id)
        identity = Identity(f"{record.identity}.p12", data, password, _facts(data, password))
    return configuration_profile(policy, device, identity)


def _facts(data: bytes, password: str) -> CertificateFacts:
    """The facts of the certificate in a PKCS #12 file that belongs to its private key."""
    for entry in read_keystore(data, password=password).entries:
        if entry.kind == PRIVATE_KEY and entry.chain:
            return entry.chain[0].facts
    raise Refusal("workspace-damaged", "a device certificate's file holds no private key", "Run a workspace check.")
