"""An inventory that is the same in every run: fixed keys, serial numbers, dates and people."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.request import KeySpec
from certfleet.store.push.topics import push_subject
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue

LEAVES = (
    ("partner-idp.example.com", -13, UseAs.SAML, "Former partner; remove?"),
    ("ldaps.example.com", 19, UseAs.SERVER, "Domain controllers"),
    ("gateway.example.com", 27, UseAs.SERVER, "Gateway FQDN. Update cacert.pem on the load balancer too"),
    ("mail.example.com", 61, UseAs.SERVER, "Exchange load balancing"),
    ("storefront.example.com", 62, UseAs.SERVER, "StoreFront load balancing"),
    ("saml.example.com", 412, UseAs.SAML, "Single sign-on to the file share"),
    ("listener.example.com", 139, UseAs.SSL_LISTENER, "Port 8443"),
)


def fixed(
    name: str,
    days: int,
    issuer: Issued | None = None,
    *,
    is_ca: bool = False,
    life: int = 398,
    subject: x509.Name | None = None,
) -> Issued:
    """A certificate that follows from its name and its days alone."""
    digest = hashlib.sha256(f"{name} {days}".encode()).digest()
    end = NOW + timedelta(days=days)
    return issue(
        name,
        issuer=issuer,
        is_ca=is_ca,
        subject=subject,
        key=Ed25519PrivateKey.from_private_bytes(digest),
        serial_number=int.from_bytes(digest[:8]),
        not_before=end - timedelta(days=life),
        days=life,
    )


def fill(workspace: Workspace) -> None:
    """Put the inventory into a workspace whose clock is at ``NOW``."""
    inventory = workspace.inventory
    root = fixed("Example Root CA", 5000, is_ca=True, life=7300)
    issuing = fixed("Example Issuing CA 1", 2100, root, is_ca=True, life=3650)
    inventory.import_from(CertificateSource(data=issuing.chain_pem, name="cas.pem"), description="Our own CA")
    for name, days, use_as, description in LEAVES:
        leaf = fixed(name, days, issuing)
        source = CertificateSource(data=leaf.pem, name=f"{name}.pem", key=leaf.key_pem)
        inventory.import_from(source, use_as=use_as, description=description)
    topic = push_subject("com.apple.mgmt.External.0f3a9c52", "APSP:0f3a9c52")
    push = fixed("APSP:0f3a9c52", 8, issuing, life=365, subject=topic)
    keystore = pkcs12.serialize_key_and_certificates(
        b"push",
        push.key,
        push.certificate,
        None,
        BestAvailableEncryption(b"secret"),
    )
    inventory.import_from(
        KeystoreSource(data=keystore, name="push.p12", password="secret"),
        use_as=UseAs.APNS,
        description="Device management push. Apple ID mobile@example.com",
    )
    old, new = fixed("mdm.example.com", 3, issuing), fixed("mdm.example.com", 395, issuing)
    entry = inventory.import_from(CertificateSource(data=old.pem, key=old.key_pem), description="MDM FQDN").imported[0]
    inventory.replace(entry.id, CertificateSource(data=new.pem, name="mdm-renewed.pem", key=new.key_pem))
    workspace.requests.create(subject="CN=gateway.example.com,O=Example", key=KeySpec.ED25519)
