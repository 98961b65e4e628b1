"""An administrator at the push portal: the starting point of its tests."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.model.push import PushCertificate
from certfleet.store.push.portal import PushPortal
from certfleet.store.push.renewal import PushCertificates
from certfleet.store.push.requests import sign_for_portal
from certfleet.store.workspace import Workspace
from tests.material import PrivateKey, name, rsa_key

OWNER, OTHER = "it@example.com", "someone.else@example.com"


def portal_of(workspace: Workspace) -> PushPortal:
    return PushPortal(workspace.context)


def push_of(workspace: Workspace, portal: PushPortal) -> PushCertificates:
    return PushCertificates(portal, workspace.requests, workspace.inventory)


def csr(key: PrivateKey | None = None, algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    """A request as DER, over an RSA-2048 key unless the test brings another."""
    key = key or rsa_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(name("Push"))
    return builder.sign(key, algorithm or hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


def signed(portal: PushPortal, key: rsa.RSAPrivateKey | None = None) -> bytes:
    """The file to upload: a request that the workspace's vendor has signed."""
    return sign_for_portal(csr(key), portal.authorities.vendor())


def made(portal: PushPortal, apple_id: str = OWNER, *, create: bool = False) -> PushCertificate:
    """A device management certificate, made or renewed."""
    return portal.upload(apple_id, signed(portal), create=create)
