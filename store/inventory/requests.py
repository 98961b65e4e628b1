"""Certificate signing requests (PKCS #10, RFC 2986) over new keys that never leave the vault."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ..certificates.names import read_name
from ..errors import Refusal
from ..model.certificate import UseAs
from ..model.events import RequestCancelled
from ..model.request import KeySpec, SigningRequest
from ..persistence.records import FileTable, RecordTable
from ..use_cases import Context, UseCases
from ..vault.secret_kind import SecretKind
from .request_names import names_asked_for
from .subjects import parse_subject

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


Requests = list[SigningRequest]  # named here because ``SigningRequests`` has a method called ``list``


class SigningRequests(UseCases):
    """The requests of a workspace: created here, signed elsewhere, completed by importing the answer."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        unknown = "not-found", "there is no request {id}", "`certfleet certificate requests` lists them."
        self._table = RecordTable(self._database.table("requests"), SigningRequest, *unknown)
        self._der = FileTable(self._database.table("request_der"), "file of request")

    def create(
        self,
        *,
        subject: str,
        sans: Sequence[str] = (),
        key: KeySpec = KeySpec.RSA_2048,
        use_as: UseAs = UseAs.SERVER,
        description: str = "",
    ) -> SigningRequest:
        """Generate a key and a request for ``subject`` (RFC 4514: ``CN=mdm.example.com,O=Example``).

        ``sans``: ``DNS:``, ``IP:``, ``email:`` or ``URI:`` and a value; a bare value is a DNS name or an address.
        Without any, a server's request gets its common name as one.
        Refuses with ``subject-invalid`` or ``san-invalid``.
        """
        name = parse_subject(subject)
        names = names_asked_for(sans, name, use_as)
        private_key = generate_key(key)
        csr = build_request(private_key, name, names)
        spki = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        request = SigningRequest(
            id=0,
            subject=read_name(name.public_bytes()).string,
            sans=tuple(text for text, _ in names),
            key_algorithm=_algorithm(private_key),
            key_size=getattr(private_key, "key_size", 256),
            public_key_sha256=hashlib.sha256(spki).hexdigest(),
            use_as=use_as,
            description=description.strip(),
            created_at=self._clock.now(),
            created_by=self._actor.user,
        )
        pkcs8 = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        with self._database.transaction():
            request = self._table.add(request)
            self._der.put([(request.id, csr.public_bytes(Encoding.DER))])
            self._vault.put(SecretKind.PRIVATE_KEY, request.public_key_sha256, pkcs8)
            self._log("create", request, f"certificate requested for {request.subject}, over a new {key} key")
        return request

    def list(self) -> Requests:
        """All requests, by id; waiting ones have no ``completed_by``."""
        return self._table.all()

    def get(self, id: int) -> SigningRequest:
        """One request; refuses with ``not-found``."""
        return self._table.get(id)

    def pem(self, id: int) -> bytes:
        """The request as PEM, to be signed."""
        self.get(id)
        return x509.load_der_x509_csr(self._der.get(id)).public_bytes(Encoding.PEM)

    def cancel(self, id: int) -> SigningRequest:
        """Cancel an open request and delete its key; refuses an answered one with ``request-completed``."""
        with self._database.transaction():
            request = self.get(id)
            if request.completed_by is not None:
                raise Refusal("request-completed", f"request {id} was answered by certificate {request.completed_by}")
            self._remove(id)
            self._vault.drop(request.public_key_sha256)
            self._log("cancel", request, f"request for {request.subject} cancelled, its key deleted")
            self._tell(RequestCancelled(id))
        return request

    def waiting_for(self, public_key_sha256: str) -> SigningRequest | None:
        """The request that a certificate over this key answers."""
        found = self._table.find("public_key_sha256", public_key_sha256)
        return next((request for request in found if request.completed_by is None), None)

    def complete(self, request: SigningRequest, certificate_id: int) -> None:
        """Mark a request answered, inside the transaction of the import."""
        self._table.change(request, completed_by=certificate_id)
        self._log("complete", request, f"answered by certificate {certificate_id}")

    def forget_completed_by(self, certificate_id: int) -> None:
        """Clear the answer of a request whose certificate was deleted, inside the transaction of the deletion."""
        for request in self._table.find("completed_by", certificate_id):
            self._remove(request.id)

    def _remove(self, id: int) -> None:
        self._table.remove(id)
        self._der.remove(id)

    def _log(self, action: str, request: SigningRequest, summary: str) -> None:
        self._audit.record(f"request.{action}", f"request:{request.id}", summary)


def generate_key(spec: KeySpec) -> PrivateKey:
    """A new private key."""
    match spec:
        case KeySpec.RSA_2048 | KeySpec.RSA_3072 | KeySpec.RSA_4096:
            return rsa.generate_private_key(65537, int(spec.removeprefix("rsa-")))
        case KeySpec.EC_P256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeySpec.EC_P384:
            return ec.generate_private_key(ec.SECP384R1())
        case KeySpec.EC_P521:
            return ec.generate_private_key(ec.SECP521R1())
        case KeySpec.ED25519:
            return ed25519.Ed25519PrivateKey.generate()


def build_request(
    key: PrivateKey, subject: x509.Name, sans: Sequence[tuple[str, x509.GeneralName]]
) -> x509.CertificateSigningRequest:
    """The request, signed with its own key, which proves that the requester holds it."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if sans:
        names = x509.SubjectAlternativeName(name for _, name in sans)
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, _hash_for(key))


def _hash_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """As strong as the key (RFC 5480 section 4)."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    size = key.key_size if isinstance(key, ec.EllipticCurvePrivateKey) else 256
    return hashes.SHA256() if size <= 256 else hashes.SHA384() if size <= 384 else hashes.SHA512()


def _algorithm(key: PrivateKey) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return f"EC {_CURVES[key.curve.name]}" if isinstance(key, ec.EllipticCurvePrivateKey) else "Ed25519"


_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
