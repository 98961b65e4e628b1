"""Certificates of a plan on paper: one like another, and the CA that stands in for an issuer."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509

from ...store.authorities.validity import Validity
from ...store.certificates.on_paper import (
    Extension,
    made_up_ec_key,
    made_up_ed25519_key,
    made_up_key_id,
    made_up_rsa_key,
    paper_certificate,
)
from ...store.model.request import KeySpec

_ROOT: tuple[Extension, ...] = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (x509.KeyUsage(True, False, False, False, False, True, True, False, False), True),
)


def like_on_paper(
    old: x509.Certificate, key: KeySpec, issuer: x509.Name, validity: Validity, extensions: Iterable[Extension]
) -> bytes:
    """A certificate (DER) for the same subject, over a made-up key of this kind."""
    own = [(made_up_key_id(), False), *extensions]
    return paper_certificate(old.subject, issuer, validity.not_before, validity.not_after, _public_key(key), own)


def root_on_paper(name: x509.Name, validity: Validity) -> x509.Certificate:
    """A self-issued CA certificate."""
    own = [(made_up_key_id(), False), *_ROOT]
    der = paper_certificate(name, name, validity.not_before, validity.not_after, made_up_ec_key(), own)
    return x509.load_der_x509_certificate(der)


def _public_key(spec: KeySpec) -> bytes:
    kind, _, size = spec.partition("-")
    match kind:
        case "rsa":
            return made_up_rsa_key(int(size))
        case "ec":
            return made_up_ec_key(int(size.removeprefix("p")))
        case _:
            return made_up_ed25519_key()
