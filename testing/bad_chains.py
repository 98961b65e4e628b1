"""Chains that are wrong in one respect each, and right in all others."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ..simulator.company.purposes import TLS_CLIENT, TLS_SERVER, Purpose
from ..store.authorities.validity import Validity
from .authorities import ALWAYS, FixtureAuthority, authority
from .bad_names import BAD_CHAINS, CHAIN_FAULTS, Fault
from .certificate_writing import Signer, alternative_names, encoded, usual_extensions
from .key_making import TEST_ONLY, KeyType, PrivateKey
from .leaf import FixtureCertificate, Pem, pem_of, private_key_pem
from .names import general_name, leading_names, subject_der
from .revocation import REVOKED_AT, ocsp_answer, revocation_list

HOST = "mdm.example.test"
PAST = Validity(datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
FUTURE = Validity(datetime(2110, 1, 1, tzinfo=UTC), datetime(2111, 1, 1, tzinfo=UTC))
_UNKNOWN = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1")  # for documentation (RFC 5612), and in short numbers


@dataclass(frozen=True)
class BadChain:
    """A chain with one fault, or with none if its ``name`` is ``good``.

    ``presented`` is what a server sends (DER), ``key`` what it has as private key. Clients trust ``trusted`` and ask
    for ``host``; ``crl`` and ``ocsp`` (DER) are what the issuer says of revocation. ``beside`` are other certificates
    that belong to the fault.
    """

    name: str
    fault: Fault
    certificate: FixtureCertificate
    presented: Sequence[bytes]
    key: PrivateKey
    trusted: FixtureAuthority
    host: str = HOST
    crl: bytes | None = None
    ocsp: bytes | None = None
    beside: Sequence[bytes] = field(default=())

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return self.name == "good"

    @property
    def presented_pem(self) -> Pem:
        """What a server sends, as PEM."""
        return Pem(b"".join(map(pem_of, self.presented)))

    @property
    def private_key_pem(self) -> Pem:
        """The private key as PKCS #8."""
        return private_key_pem(self.key)

    def configure_cert(self, context: ssl.SSLContext) -> None:
        """Let a server present the chain. Raises ``ssl.SSLError`` for a fault that OpenSSL sees when it loads it."""
        with Pem(self.private_key_pem.bytes() + self.presented_pem.bytes()).tempfile() as path:
            context.load_cert_chain(path)

    def configure_trust(self, context: ssl.SSLContext) -> None:
        """Let a client trust the root, as it should. The revocation list is ``crl``, which a client asks for itself."""
        self.trusted.configure_trust(context)


def bad_chain(
    name: str,
    *,
    seed: int = 7,
    fixed_keys: bool = False,
    host: str = HOST,
    url: str | None = None,
    root: FixtureAuthority | None = None,
) -> BadChain:
    """The chain with this fault, of ``BAD_CHAINS``; ``good`` is one without. Raises ``ValueError`` for another name.

    ``host`` is the one that clients ask for, ``url`` where revocation is told, as for ``authority``. Several chains can
    be below one ``root``, whose seed, keys and url are then theirs.
    """
    if name not in _MAKERS:
        raise ValueError(f"{name!r} is no bad chain; choose one of {', '.join(BAD_CHAINS)}")
    if root is not None:
        seed, fixed_keys, url = root.seed, root.fixed_keys, root.url
    return _MAKERS[name](_Maker(name, host, {"seed": seed, "fixed_keys": fixed_keys, "url": url}, root))


def good_chain(certificate: FixtureCertificate, host: str = HOST) -> BadChain:
    """The chain of any certificate, with nothing wrong; its issuer's list revokes nobody."""
    return _presented("good", certificate, host=host)


def _presented(
    name: str,
    leaf: FixtureCertificate,
    *,
    presented: Sequence[bytes] | None = None,
    key: PrivateKey | None = None,
    trusted: FixtureAuthority | None = None,
    revoked: bool = False,
    beside: Sequence[bytes] = (),
    host: str = HOST,
) -> BadChain:
    """The chain of a leaf, presented as it should be if nothing else is said."""
    usual = (leaf.der, *(one.der for one in leaf.authority.chain if one.parent is not None))
    return BadChain(
        name=name,
        fault=CHAIN_FAULTS.get(name, Fault("Nothing is wrong.", "")),
        certificate=leaf,
        presented=usual if presented is None else presented,
        key=key or leaf.key,
        trusted=trusted or leaf.authority.root,
        host=host,
        crl=revocation_list(leaf.authority, [leaf] if revoked else []),
        ocsp=ocsp_answer(leaf, revoked_at=REVOKED_AT if revoked else None),
        beside=beside,
    )


class _Maker:
    """Makes the parts of one chain."""

    def __init__(self, name: str, host: str, made: dict[str, Any], root: FixtureAuthority | None) -> None:
        self._name, self.host, self._made, self._root = name, host, made, root

    def authority(self, name: str = "", depth: int = 1) -> FixtureAuthority:
        if self._root is None or name:
            return authority(name, depth=depth, **self._made)
        return self._root.with_intermediates(depth, name=f"Test CA of {self._name}")

    def leaf(
        self,
        ca: FixtureAuthority,
        host: str = "",
        *,
        validity: Validity = ALWAYS,
        purpose: Purpose = TLS_SERVER,
        key_type: KeyType = "ec-p256",
        key: PrivateKey | None = None,
        signer: Signer | None = None,
        extensions: Sequence[bytes] = (),
        what: str = "",
    ) -> FixtureCertificate:
        named, host = f"{self._name} {what}".encode(), host or self.host
        key = key or ca.key_for(named, key_type=key_type)
        subject = subject_der(leading_names(ca.organization, TEST_ONLY if ca.fixed_keys else ""), host)
        usual = usual_extensions(purpose, key.public_key())
        parts = (alternative_names(general_name(host)), usual, *extensions)
        return FixtureCertificate(ca.write(named, key, subject, validity, parts, signer=signer), key, ca)

    def chain(self, leaf: FixtureCertificate, **wrong: Any) -> BadChain:
        return _presented(self._name, leaf, host=self.host, **wrong)


def _good(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority()))


def _expired(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority(), validity=PAST))


def _not_yet_valid(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority(), validity=FUTURE))


def _wrong_host(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority(), "other.example.test"))


def _weak_key(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority(), key_type="rsa-1024"))


def _weak_signature(make: _Maker) -> BadChain:
    ca = make.authority()
    return make.chain(make.leaf(ca, signer=Signer(ca.key, repeatable=ca.fixed_keys, digest=hashes.SHA1())))


def _self_signed(make: _Maker) -> BadChain:
    ca = make.authority(make.host, depth=0)  # which signs for itself; the client trusts another
    usual = alternative_names(general_name(make.host)), usual_extensions(TLS_SERVER, ca.key.public_key())
    leaf = FixtureCertificate(ca.write(b"self-signed", ca.key, ca.subject, ALWAYS, usual), ca.key, ca)
    return make.chain(leaf, presented=[leaf.der], trusted=make.authority(depth=0))


def _untrusted_root(make: _Maker) -> BadChain:
    leaf = make.leaf(make.authority("Untrusted Root CA"))
    return make.chain(leaf, presented=leaf.chain_der, trusted=make.authority(depth=0))


def _gap_in_chain(make: _Maker) -> BadChain:
    leaf = make.leaf(make.authority(depth=2))
    return make.chain(leaf, presented=leaf.chain_der[:2])


def _wrong_order(make: _Maker) -> BadChain:
    leaf = make.leaf(make.authority(depth=2))
    return make.chain(leaf, presented=leaf.chain_der[2::-1])


def _twin_intermediate(make: _Maker) -> BadChain:
    ca = make.authority()
    assert ca.parent is not None
    leaf = make.leaf(ca)
    own_ids = [encoded(one.value) for one in ca.certificate.extensions if not one.critical]
    key = ca.key_for(b"twin")
    constraints = usual_extensions(Purpose(ca=True), key.public_key(), path_length=0)
    twin = ca.parent.write(b"twin", key, ca.subject, ALWAYS, (constraints,), key_ids=own_ids[:2])
    return make.chain(leaf, presented=[leaf.der, twin])


def _path_length(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority().create_child_ca(common_name="One CA too many")))


def _not_a_ca(make: _Maker) -> BadChain:
    ca = make.authority(depth=0).create_child_ca(common_name="CA of a host")
    issuer = make.leaf(ca, "issuer.example.test", what="issuer")
    return make.chain(make.leaf(ca.below(issuer.der, issuer.key)))


def _name_constraint(make: _Maker) -> BadChain:
    permitted = x509.NameConstraints([x509.DNSName("permitted.example")], None)
    ca = make.authority(depth=0).create_child_ca(common_name="Constrained CA", path_length=0, extensions=[permitted])
    return make.chain(make.leaf(ca))


def _critical_extension(make: _Maker) -> BadChain:
    unknown = encoded(x509.UnrecognizedExtension(_UNKNOWN, b"\x05\0"), critical=True)
    return make.chain(make.leaf(make.authority(), extensions=[unknown]))


def _wrong_purpose(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority(), purpose=TLS_CLIENT))


def _revoked(make: _Maker) -> BadChain:
    return make.chain(make.leaf(make.authority()), revoked=True)


def _ca_expired(make: _Maker) -> BadChain:
    root = make.authority(depth=0)
    return make.chain(make.leaf(root.create_child_ca(common_name="Expired CA", path_length=0, validity=PAST)))


def _same_key_twice(make: _Maker) -> BadChain:
    ca = make.authority()
    before = make.leaf(ca, what="before")
    return make.chain(make.leaf(ca, key=before.key, what="after"), beside=[before.der])


def _key_mismatch(make: _Maker) -> BadChain:
    ca = make.authority()
    return make.chain(make.leaf(ca), key=ca.key_for(b"another key"))


_MAKERS: dict[str, Callable[[_Maker], BadChain]] = {
    "good": _good,
    "expired": _expired,
    "not-yet-valid": _not_yet_valid,
    "wrong-host": _wrong_host,
    "weak-key": _weak_key,
    "weak-signature": _weak_signature,
    "self-signed": _self_signed,
    "untrusted-root": _untrusted_root,
    "gap-in-chain": _gap_in_chain,
    "wrong-order": _wrong_order,
    "twin-intermediate": _twin_intermediate,
    "path-length": _path_length,
    "not-a-ca": _not_a_ca,
    "name-constraint": _name_constraint,
    "critical-extension": _critical_extension,
    "wrong-purpose": _wrong_purpose,
    "revoked": _revoked,
    "ca-expired": _ca_expired,
    "same-key-twice": _same_key_twice,
    "key-mismatch": _key_mismatch,
}
