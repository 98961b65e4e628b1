"""The chains that are served, each below one root, and what their CAs say of revocation."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from ...store.authorities.validity import Validity
from ..authorities import FixtureAuthority, authority
from ..bad_chains import BadChain, bad_chain, good_chain
from ..bad_names import CHAIN_FAULTS
from ..export.manifest import Expected
from ..good_chains import GOOD_CHAINS, host_of
from ..leaf import FixtureCertificate, Pem
from ..revocation import REVOKED_AT, ocsp_answer, revocation_list

WITHOUT_NAME = "several-names"
"""The chain that is shown to a client who doesn't say which name it wants: it is for loopback's addresses too."""

NOT_SERVED = "key-mismatch"  # no TLS library presents a certificate without its key
_FIRST_IS_CA = "hostname mismatch"  # of wrong-order: what comes first is taken for the server's
_LONGEST_NONCE = 128  # bytes (RFC 9654, 2.1)
_FRESH = timedelta(hours=1), timedelta(days=7)


class LiveChain(NamedTuple):
    """A chain that is served to who asks for ``host``. ``expected`` and ``what`` are as in an export's manifest,
    ``openssl`` is the reason that OpenSSL gives, empty if it accepts it."""

    name: str
    host: str
    expected: Expected
    what: str
    openssl: str


class ServedPki:
    """Makes each chain when it is first asked for. For several threads."""

    def __init__(self, domain: str, url: str, *, seed: int, fixed_keys: bool) -> None:
        self.root = authority(seed=seed, fixed_keys=fixed_keys, url=url)
        self._names = {name: _live_names(name, domain) for name in ("good", *GOOD_CHAINS, *CHAIN_FAULTS)}
        del self._names[NOT_SERVED]
        self.chains: Mapping[str, LiveChain] = {name: self._described(name) for name in self._names}
        self._by_host = {one.host: one.name for one in self.chains.values()}
        self._lock = threading.RLock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._authorities: dict[str, FixtureAuthority] = {}
        self._fetched: set[bytes] = set()  # CA certificates that a client may fetch
        self._issued: dict[tuple[str, int], FixtureCertificate] = {}
        self._revoked: list[FixtureCertificate] = []
        self._context("revoked")  # before anybody asks for its CA's list
        self.first_context = self._context(WITHOUT_NAME)

    def name_shown(self, context: ssl.SSLContext) -> str:
        """The name of the chain that a connection with this context shows."""
        with self._lock:
            return next(name for name, one in self._contexts.items() if one is context)

    def ca_certificate(self, place: str) -> bytes | None:
        """The certificate (DER) of the CA at a place. None for one that its chain lacks on purpose: a client that
        fetched it would be right to accept the chain."""
        found = self._authority(place)
        return found.der if found is not None and found.der in self._fetched else None

    def revocation_list(self, place: str) -> bytes | None:
        """The CRL (DER) of the CA at a place."""
        found = self._authority(place)
        if found is None:
            return None
        return revocation_list(found, [one for one in self._revoked if one.authority.der == found.der])

    def ocsp_answer(self, place: str, request: bytes) -> bytes:
        """The OCSP response (DER) of the CA at a place to a request (RFC 6960, 4.2)."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
            number, algorithm, nonce = asked.serial_number, asked.hash_algorithm, _nonce(asked)
        except (ValueError, NotImplementedError, x509.DuplicateExtension):
            return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        self._authority(place)
        found = self._issued.get((place, number))
        if found is None:
            return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)  # RFC 5019, 2.2.3
        now = datetime.now(UTC).replace(microsecond=0)
        validity = Validity(now - _FRESH[0], now + _FRESH[1])
        since = REVOKED_AT if any(one.der == found.der for one in self._revoked) else None
        try:
            return ocsp_answer(found, revoked_at=since, validity=validity, nonce=nonce, algorithm=algorithm)
        except ValueError:  # a digest that OCSP doesn't have
            return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)

    def _described(self, name: str) -> LiveChain:
        host = host_of(self._names[name])
        if name in GOOD_CHAINS:
            return LiveChain(name, host, Expected.ACCEPT, GOOD_CHAINS[name].what(self._names[name]), "")
        if name not in CHAIN_FAULTS:
            return LiveChain(name, host, Expected.ACCEPT, "Nothing is wrong.", "")
        wrong, openssl, _ = CHAIN_FAULTS[name]
        said = _FIRST_IS_CA if name == "wrong-order" else openssl
        return LiveChain(name, host, Expected.REFUSE if openssl else Expected.ACCEPT, wrong, said)

    def _context(self, name: str) -> ssl.SSLContext:
        with self._lock:
            if name not in self._contexts:
                chain = self._made(name)
                self._note(chain)
                self._contexts[name] = self._presenting(chain)
            return self._contexts[name]

    def _made(self, name: str) -> BadChain:
        if name not in GOOD_CHAINS:
            return bad_chain(name, host=self.chains[name].host, root=self.root)
        good = GOOD_CHAINS[name]
        issuer = self.root.with_intermediates(good.depth, name=f"Test CA of {name}")
        return good_chain(good.issue(issuer, self._names[name]), self.chains[name].host)

    def _note(self, chain: BadChain) -> None:
        """Answer for its CAs from now on."""
        leaf = chain.certificate
        for ca in leaf.authority.chain:
            self._authorities[_place(ca)] = ca
            if ca.der in chain.presented or ca.parent is None:
                self._fetched.add(ca.der)
        below = [FixtureCertificate(ca.der, ca.key, ca.parent) for ca in leaf.authority.chain if ca.parent]
        beside = [FixtureCertificate(der, chain.key, leaf.authority) for der in chain.beside]
        for one in (leaf, *below, *beside):
            self._issued[_place(one.authority), one.certificate.serial_number] = one
        if chain.name == "revoked":
            self._revoked.append(leaf)

    def _presenting(self, chain: BadChain) -> ssl.SSLContext:
        """A context that shows a chain, anew on every connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
        context.num_tickets = 0  # who resumes a session sees no certificate
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # weak keys have to be shown too
        context.sni_callback = self._choose
        keys = {ca.der: ca.private_key_pem for ca in chain.certificate.authority.chain}
        key = keys.get(chain.presented[0], chain.private_key_pem)  # of wrong-order: the CA's
        with Pem(key.bytes() + chain.presented_pem.bytes()).tempfile() as path:
            context.load_cert_chain(path)
        return context

    def _choose(self, connection: ssl.SSLObject, asked: str | None, context: ssl.SSLContext) -> int | None:
        """Show the chain of the name that a client asks for (RFC 6066, 3)."""
        if asked is None:
            return None
        name = WITHOUT_NAME if asked.lower() == "localhost" else self._by_host.get(asked.lower())
        if name is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._context(name)
        return None

    def _authority(self, place: str) -> FixtureAuthority | None:
        """The CA at a place. With fixed keys somebody may have its certificate from an earlier run."""
        with self._lock:
            if place not in self._authorities and self.root.fixed_keys:
                for name in self.chains:
                    self._context(name)
            return self._authorities.get(place)


def _live_names(name: str, domain: str) -> tuple[str, ...]:
    """The names in a chain's certificate."""
    if name == "wildcard":
        return (f"*.wildcard.{domain}",)
    if name == "international":
        return (f"bücher.{domain}",)
    usual = f"{name}.{domain}"
    return (usual, "localhost", "127.0.0.1", "::1") if name == WITHOUT_NAME else (usual,)


def _place(ca: FixtureAuthority) -> str:
    """Its part of the URLs that its certificates have."""
    return f"{ca.certificate.serial_number:x}"


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
    if len(nonce) > _LONGEST_NONCE:
        raise ValueError("the nonce is too long")
    return nonce


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
