"""Certificate authorities of the simulator: they issue real X.509 certificates over real keys.

An example::

    root = IssuingAuthority.root(x509_name("Example Root CA"), draw, Validity(start, end))
    server = root.issue(x509_name("mdm.company.example"), TLS_SERVER, validity, sans=["mdm.company.example"])
    server.pem()          # the certificate and its chain
    server.pkcs12("pw", "mdm")  # the same with the private key
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import AuthorityInformationAccessOID

from ...store.authorities.validity import Validity
from ...store.inventory.requests import PrivateKey, generate_key
from ...store.model.request import KeySpec
from .credentials import Credential
from .purposes import CA, Purpose, key_usage


@dataclass(frozen=True)
class IssuingAuthority(Credential):
    """An issuing CA. Serial numbers come from ``draw``, so they depend on the seed only.

    ``url`` is where its certificate and revocation list are published; None omits both extensions.
    """

    draw: Random = field(repr=False)
    url: str | None = None

    @classmethod
    def root(
        cls,
        subject: x509.Name,
        draw: Random,
        validity: Validity,
        *,
        key: KeySpec = KeySpec.EC_P384,
        url: str | None = None,
    ) -> IssuingAuthority:
        """A self-signed root."""
        private_key = generate_key(key)
        builder = _builder(subject, subject, private_key.public_key(), draw, validity)
        builder = _constrained(builder, private_key.public_key(), CA, path_length=None)
        return cls(_sign(builder, private_key), (), private_key, draw, url)

    def subordinate(
        self,
        subject: x509.Name,
        validity: Validity,
        *,
        key: KeySpec = KeySpec.EC_P256,
        path_length: int = 0,
        url: str | None = None,
    ) -> IssuingAuthority:
        """A CA below this one."""
        private_key = generate_key(key)
        certificate = self._issue(subject, private_key.public_key(), CA, validity, path_length=path_length)
        return IssuingAuthority(certificate, self.chain, private_key, self.draw, url)

    def issue(
        self,
        subject: x509.Name,
        purpose: Purpose,
        validity: Validity,
        *,
        key: KeySpec = KeySpec.EC_P256,
        sans: Sequence[str | x509.GeneralName] = (),
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> Credential:
        """A leaf over a new key. A plain string among the SANs is a DNS name."""
        private_key = generate_key(key)
        certificate = self._issue(
            subject, private_key.public_key(), purpose, validity, sans=sans, extensions=extensions
        )
        return Credential(certificate, self.chain, private_key)

    def answer(self, request: x509.CertificateSigningRequest, purpose: Purpose, validity: Validity) -> Credential:
        """The certificate for a request, with the requested names."""
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return Credential(
            self._issue(request.subject, request.public_key(), purpose, validity, sans=list(names)),
            self.chain,
            None,
        )

    def _issue(
        self,
        subject: x509.Name,
        public_key: CertificatePublicKeyTypes,
        purpose: Purpose,
        validity: Validity,
        *,
        sans: Sequence[str | x509.GeneralName] = (),
        extensions: Sequence[x509.ExtensionType] = (),
        path_length: int | None = None,
    ) -> x509.Certificate:
        assert self.key is not None
        builder = _builder(subject, self.certificate.subject, public_key, self.draw, validity)
        builder = _constrained(builder, public_key, purpose, path_length)
        own_id = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_id)
        builder = builder.add_extension(authority_id, critical=False)
        if sans:
            names = [x509.DNSName(san) if isinstance(san, str) else san for san in sans]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        for extension in (*self._pointers(), *extensions):
            builder = builder.add_extension(extension, critical=False)
        return _sign(builder, self.key)

    def _pointers(self) -> list[x509.ExtensionType]:
        """Where to fetch the issuer's certificate and its revocation list (RFC 5280, 4.2.1.13 and 4.2.2.1)."""
        if self.url is None:
            return []
        issuer = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(f"{self.url}.crt")
        )
        list_at = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.url}.crl")], None, None, None)
        return [x509.AuthorityInformationAccess([issuer]), x509.CRLDistributionPoints([list_at])]


def self_signed(subject: x509.Name, purpose: Purpose, validity: Validity, draw: Random, *, key: KeySpec) -> Credential:
    """A self-signed leaf, as used for SAML and app signing."""
    private_key = generate_key(key)
    builder = _builder(subject, subject, private_key.public_key(), draw, validity)
    builder = _constrained(builder, private_key.public_key(), purpose, path_length=None)
    return Credential(_sign(builder, private_key), (), private_key)


def draw_serial(draw: Random) -> int:
    """A positive serial number of 16 octets (RFC 5280 allows 20)."""
    return draw.getrandbits(126) | 1 << 126


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: CertificatePublicKeyTypes,
    draw: Random,
    validity: Validity,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(draw_serial(draw))
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _constrained(
    builder: x509.CertificateBuilder,
    public_key: CertificatePublicKeyTypes,
    purpose: Purpose,
    path_length: int | None,
) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=purpose.ca, path_length=path_length)
    builder = builder.add_extension(constraints, critical=True)
    builder = builder.add_extension(key_usage(purpose, public_key), critical=True)
    if purpose.extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purpose.extended), critical=False)
    return builder


def _sign(builder: x509.CertificateBuilder, key: PrivateKey) -> x509.Certificate:
    match key:
        case ec.EllipticCurvePrivateKey():
            return builder.sign(key, hashes.SHA384() if key.key_size > 256 else hashes.SHA256())
        case rsa.RSAPrivateKey():
            return builder.sign(key, hashes.SHA256())
        case _:
            return builder.sign(key, None)
