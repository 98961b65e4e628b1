"""A deployment that is the same in every run: some needs bound, some missing, one expired, follow-ups open."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.component import Use
from certfleet.store.push.topics import push_subject
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue

from .sample_fleet import add_fleet
from .sample_inventory import fill, fixed

FORMER_PARTNER, GATEWAY, MAIL, STOREFRONT, OLD_MDM, NEW_MDM, PUSH = 3, 5, 6, 7, 12, 13, 14
OWNER = "it@example.com"
_UUID = "5c0b9097-d4d7-4270-9ff0-52e35109bf51"


def deploy(workspace: Workspace) -> None:
    """Fill a workspace whose clock is at ``NOW``, and say what uses what. The MDM certificate was just replaced."""
    fill(workspace)
    add_fleet(workspace)
    bind = workspace.components.bind
    workspace.site.set(migrated=True, ssl_offload=True)
    bind("saml", FORMER_PARTNER)
    bind("gateway-ssl", GATEWAY)
    bind("gateway-exchange-ssl", MAIL)
    bind("gateway-storefront-ssl", STOREFRONT)
    bind("mdm-ssl", OLD_MDM)
    bind("pki-user", FORMER_PARTNER, name="Microsoft CA")
    workspace.components.set_use("android-keystore", Use.NOT_USED)
    workspace.components.set_use("gateway-szc-ssl", Use.NOT_USED)
    new = fixed("mdm.example.com", 700, fixed("Example Issuing CA 1", 2100, is_ca=True, life=3650), life=730)
    workspace.inventory.replace(OLD_MDM, CertificateSource(data=new.pem, name="mdm-2027.pem", key=new.key_pem))
    _get_push(workspace)
    workspace.settle()


def _get_push(workspace: Workspace) -> None:
    """A push certificate that was made outside, by an Apple ID that is known."""
    push = issue(
        key=Ed25519PrivateKey.from_private_bytes(b"push" * 8),
        subject=push_subject(f"com.apple.mgmt.External.{_UUID}", f"APSP:{_UUID}"),
        serial_number=0x5C0B9097,
        not_before=NOW - timedelta(days=356),
        days=365,
    )
    secret = BestAvailableEncryption(b"secret")
    keystore = pkcs12.serialize_key_and_certificates(b"push", push.key, push.certificate, None, secret)
    source = KeystoreSource(data=keystore, name="mdm-push.p12", password="secret")
    workspace.inventory.import_from(source, use_as=UseAs.APNS)
    workspace.components.bind("apns", PUSH)
    workspace.apns.register(OWNER)
