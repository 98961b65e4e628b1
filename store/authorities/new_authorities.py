"""Making CAs: a root, and CAs below it."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .issuer import Issuer, builder_of, hash_for
from .issuing import key_der
from .validity import Validity

_KEY_CA = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
ORGANIZATION = "certfleet"


class NewAuthority(NamedTuple):
    """A new CA: its certificate, and its private key as PKCS #8 DER, for the vault."""

    issuer: Issuer
    key: bytes

    def __repr__(self) -> str:
        return f"NewAuthority({self.issuer.name.rfc4514_string()})"


def new_root(common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A self-signed root CA over P-384, with path length 1."""
    return _new_authority(common_name, organization, validity, ec.SECP384R1(), None, path_length=1)


def new_subordinate(root: Issuer, common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A CA over P-256 below a root; it issues end-entity certificates only."""
    return _new_authority(common_name, organization, validity, ec.SECP256R1(), root, path_length=0)


def authority_name(common_name: str, organization: str) -> x509.Name:
    """The subject of a CA."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _new_authority(
    common_name: str,
    organization: str,
    validity: Validity,
    curve: ec.EllipticCurve,
    root: Issuer | None,
    path_length: int,
) -> NewAuthority:
    key = ec.generate_private_key(curve)
    subject = authority_name(common_name, organization)
    signer = key if root is None else root.key
    builder = (
        builder_of(subject, subject if root is None else root.name, key.public_key(), validity)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_KEY_CA, critical=True)
    )
    if root is not None:
        builder = builder.add_extension(root.key_identifier, critical=False)
    return NewAuthority(Issuer(builder.sign(signer, hash_for(signer)), key), key_der(key))
