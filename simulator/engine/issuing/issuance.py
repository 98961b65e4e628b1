"""Issuing a certificate: the keys, requests, proofs and signatures of device and server.

Uses neither the store nor a clock, so it can run in another process or on another machine: ``Issuance`` spreads the
work over any ``concurrent.futures`` executor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ....store.authorities.certificate_template import RequestTemplate
from ....store.authorities.issued import IssuedCertificate
from ....store.authorities.issuer import Issuer
from ....store.authorities.issuing import issue_device_certificate, issue_over
from ....store.authorities.validity import Validity
from ....store.devices.authentication import verify_possession
from ....store.errors import Refusal
from .device_keys import device_key

CHUNK = 64
_ECDSA = ec.ECDSA(hashes.SHA256())
_CHALLENGE = b"certfleet check-in "

VERIFIED_ONE_IN = 100
"""Of so many requests of simulated devices, the server reads one and verifies its signature, as it does every request
that comes from outside. This process signed the others itself a moment ago."""


class Job(NamedTuple):
    """A certificate to issue to device ``place`` over its key ``key_number``.

    For a renewal ``presented`` is the DER of the certificate that the device authenticates with, over key ``with_key``.
    ``received``: the device gets the new certificate and uses it.
    """

    place: int
    serial_number: str
    group: str
    key_number: int
    validity: Validity
    presented: bytes | None = None
    presented_group: str = ""
    with_key: int = 0
    received: bool = True


class IssuingSecrets(NamedTuple):
    """The secrets that jobs need: the fleet's, and certificate and private key (DER) of each group's device CA.

    They are sent to the executor with each job, so it must be as trustworthy as the workspace.
    """

    secret: bytes
    issuers: dict[str, tuple[bytes, bytes]]

    def __repr__(self) -> str:  # executors log the arguments of failed jobs
        return f"IssuingSecrets(groups={sorted(self.issuers)})"


class Pending(NamedTuple):
    """Running jobs."""

    futures: list[Future[list[IssuedCertificate]]]
    done: list[IssuedCertificate]

    def result(self) -> list[IssuedCertificate]:
        """The issued certificates, in the order of the jobs. Refuses with ``workers-lost`` if a process has ended."""
        with refusing_lost_workers():
            return [*self.done, *(issued for future in self.futures for issued in future.result())]


@contextmanager
def refusing_lost_workers() -> Iterator[None]:
    """Refuses with ``workers-lost`` if a process of an executor has ended."""
    try:
        yield
    except BrokenExecutor:
        raise Refusal(
            "workers-lost",
            "a process that was issuing certificates has ended",
            "Run the same command again: it goes on from what has been committed.",
        ) from None


class Issuance:
    """Runs jobs in this process, or in an executor."""

    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor

    def begin(self, material: IssuingSecrets, jobs: Sequence[Job]) -> Pending:
        """Start the jobs; without an executor they are done when this returns."""
        if self._executor is None:
            return Pending([], issue_all(material, jobs))
        chunks = [jobs[at : at + CHUNK] for at in range(0, len(jobs), CHUNK)]
        return Pending([self._executor.submit(issue_all, material, chunk) for chunk in chunks], [])


def issue_all(material: IssuingSecrets, jobs: Iterable[Job]) -> list[IssuedCertificate]:
    """Issue one certificate per job, doing the work of both device and server."""
    return [_issue(material, job) for job in jobs]


def _issue(material: IssuingSecrets, job: Job) -> IssuedCertificate:
    issuer = _issuer(*material.issuers[job.group])
    key = device_key(material.secret, job.place, job.key_number)
    spki = _spki(key)
    request = _request(key, spki)
    if job.presented is not None:
        _authenticate(material, job, job.presented, request)
    if (job.place + job.key_number) % VERIFIED_ONE_IN == 0:
        issued = issue_device_certificate(request, issuer, job.serial_number, job.validity)
    else:
        issued = issue_over(spki, issuer, job.serial_number, job.validity)
    if job.presented is not None and job.received:
        # The device checks in with its new certificate for the first time.
        challenge = _CHALLENGE + issued.fingerprint_sha256.encode()
        verify_possession(x509.load_der_x509_certificate(issued.der), challenge, key.sign(challenge, _ECDSA))
    return issued


def _authenticate(material: IssuingSecrets, job: Job, presented: bytes, request: bytes) -> None:
    """The device signs its request with its current key; the server checks the signature and the chain."""
    old_key = device_key(material.secret, job.place, job.with_key)
    certificate = x509.load_der_x509_certificate(presented)
    certificate.verify_directly_issued_by(_issuer(*material.issuers[job.presented_group]).certificate)
    verify_possession(certificate, request, old_key.sign(request, _ECDSA))


@lru_cache(maxsize=64)
def _issuer(der: bytes, key: bytes) -> Issuer:
    return Issuer.load(der, key)


def request_over(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A simulated device's CSR (DER) over its P-256 key. The subject is empty: the server says who the device is."""
    return _request(key, _spki(key))


def _request(key: ec.EllipticCurvePrivateKey, spki: bytes) -> bytes:
    return _template().signed(spki, lambda information: key.sign(information, _ECDSA))


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def _template() -> RequestTemplate:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    sample = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return RequestTemplate(sample.public_bytes(Encoding.DER))
