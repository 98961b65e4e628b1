"""An issued test certificate with its key and its chain, in the forms that tests need."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .key_making import PrivateKey

if TYPE_CHECKING:
    from .authorities import FixtureAuthority


class Pem:
    """PEM text, with the methods of trustme's blobs."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def bytes(self) -> bytes:
        """The text as bytes."""
        return self._data

    def write_to_path(self, path: str | os.PathLike[str], append: bool = False) -> None:
        """Write it to a file, or add it to the file's end."""
        with Path(path).open("ab" if append else "wb") as file:
            file.write(self._data)

    @contextmanager
    def tempfile(self, dir: str | None = None) -> Iterator[str]:
        """The path of a temporary file that holds it, inside the ``with`` block."""
        file = NamedTemporaryFile(suffix=".pem", dir=dir, delete=False)  # noqa: SIM115 - Windows can't open it twice
        try:
            file.write(self._data)
            file.close()
            yield file.name
        finally:
            file.close()
            Path(file.name).unlink()


class FixtureCertificate:
    """A certificate, its private key and its issuers. ``FixtureAuthority.issue_cert`` makes one.

    ``der`` is the certificate, ``authority`` its issuer.
    """

    __slots__ = ("_certificate", "authority", "der", "key")

    def __init__(self, der: bytes, key: PrivateKey, authority: FixtureAuthority) -> None:
        self.der = der
        self.key = key
        self.authority = authority
        self._certificate: x509.Certificate | None = None

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate for cryptography."""
        if self._certificate is None:
            self._certificate = x509.load_der_x509_certificate(self.der)
        return self._certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificate, its issuers, and the root last."""
        return (self.certificate, *(one.certificate for one in self.authority.chain))

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """The same as DER."""
        return (self.der, *(one.der for one in self.authority.chain))

    @property
    def cert_chain_pems(self) -> list[Pem]:
        """The certificate and its issuers without the root, as a server presents them."""
        presented = [self.der, *(one.der for one in self.authority.chain if one.parent is not None)]
        return [Pem(pem_of(der)) for der in presented]

    @property
    def private_key_pem(self) -> Pem:
        """The private key as PKCS #8."""
        return private_key_pem(self.key)

    @property
    def private_key_der(self) -> bytes:
        """The private key as PKCS #8 DER."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def private_key_and_cert_chain_pem(self) -> Pem:
        """Key and chain in one file."""
        return Pem(self.private_key_pem.bytes() + b"".join(pem.bytes() for pem in self.cert_chain_pems))

    def configure_cert(self, context: Any) -> None:
        """Let an ``ssl.SSLContext``, or pyOpenSSL's, present this certificate. Raises ``TypeError`` for another."""
        if isinstance(context, ssl.SSLContext):
            with self.private_key_and_cert_chain_pem.tempfile() as path:
                context.load_cert_chain(path)
        elif is_pyopenssl(context):
            context.use_privatekey(self.key)
            context.use_certificate(self.certificate)
            for one in self.authority.chain:
                if one.parent is not None:
                    context.add_extra_chain_cert(one.certificate)
        else:
            raise TypeError(f"{type(context).__name__} is no SSL context that certificates can be given to")

    def __repr__(self) -> str:
        return f"<FixtureCertificate {self.certificate.subject.rfc4514_string()}>"


def pem_of(der: bytes) -> bytes:
    """A certificate as PEM."""
    return ssl.DER_cert_to_PEM_cert(der).encode("ascii")


def private_key_pem(key: PrivateKey) -> Pem:
    """A private key as PKCS #8."""
    return Pem(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def is_pyopenssl(context: object) -> bool:
    """Whether it is a context of pyOpenSSL, which needn't be installed."""
    return type(context).__module__.startswith("OpenSSL")
