"""Decryption by password: PBES1 and PBES2 (RFC 8018) and the PKCS #12 schemes (RFC 7292 appendix B and C).

PBKDF2 and scrypt are cryptography's, the hashes hashlib's. Costs are checked before anything is derived.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from ..errors import Refusal
from . import ciphers
from .asn1 import ASN1_ERRORS, core, load
from .ciphers import CipherKind
from .kdf import KdfBudget, digests_cost, password_bytes, pbkdf2_cost, scrypt_cost
from .pkcs12_kdf import CIPHER_IV, CIPHER_KEY, bmp_passwords, digest_count, pbkdf1_derive, pkcs12_derive
from .wrong_password import WrongPassword

PBES2 = "1.2.840.113549.1.5.13"

_PBKDF2, _SCRYPT = "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"

PRFS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.7": hashes.SHA1,
    "1.2.840.113549.2.8": hashes.SHA224,
    "1.2.840.113549.2.9": hashes.SHA256,
    "1.2.840.113549.2.10": hashes.SHA384,
    "1.2.840.113549.2.11": hashes.SHA512,
    "1.2.840.113549.2.12": hashes.SHA512_224,
    "1.2.840.113549.2.13": hashes.SHA512_256,
}

_RC2 = "1.2.840.113549.3.2"
_CIPHERS: dict[str, CipherKind] = {
    "2.16.840.1.101.3.4.1.2": ciphers.AES_128,
    "2.16.840.1.101.3.4.1.22": ciphers.AES_192,
    "2.16.840.1.101.3.4.1.42": ciphers.AES_256,
    "1.2.840.113549.3.7": ciphers.TRIPLE_DES,
    "1.3.14.3.2.7": ciphers.DES,
    _RC2: ciphers.RC2_128,
    "1.2.392.200011.61.1.1.1.2": ciphers.CAMELLIA_128,
    "1.2.392.200011.61.1.1.1.3": ciphers.CAMELLIA_192,
    "1.2.392.200011.61.1.1.1.4": ciphers.CAMELLIA_256,
    "1.2.410.200004.1.4": ciphers.SEED_128,
    "1.2.156.10197.1.104.2": ciphers.SM4_128,
}

_RC2_BITS = {160: 40, 120: 64, 58: 128}
"""Effective bits of RC2 by the version that stands for them (RFC 8018 appendix B.2.3)."""

_NAMES = {
    "1.2.410.200046.1.1.2": "ARIA-128",
    "1.2.410.200046.1.1.7": "ARIA-192",
    "1.2.410.200046.1.1.12": "ARIA-256",
    "1.2.840.113549.3.4": "RC4",
    "1.3.6.1.4.1.3029.1.2": "Blowfish",
    "1.2.840.113533.7.66.10": "CAST-128",
}
"""Known but unsupported schemes."""

_PBES1: dict[str, tuple[str, CipherKind]] = {
    "1.2.840.113549.1.5.3": ("md5", ciphers.DES),
    "1.2.840.113549.1.5.6": ("md5", ciphers.RC2_64),
    "1.2.840.113549.1.5.10": ("sha1", ciphers.DES),
    "1.2.840.113549.1.5.11": ("sha1", ciphers.RC2_64),
}

_PKCS12: dict[str, CipherKind] = {
    "1.2.840.113549.1.12.1.1": ciphers.RC4_128,
    "1.2.840.113549.1.12.1.2": ciphers.RC4_40,
    "1.2.840.113549.1.12.1.3": ciphers.TRIPLE_DES,
    "1.2.840.113549.1.12.1.4": ciphers.TWO_KEY_DES,
    "1.2.840.113549.1.12.1.5": ciphers.RC2_128,
    "1.2.840.113549.1.12.1.6": ciphers.RC2_40,
}


class Algorithm(core.Sequence):
    """AlgorithmIdentifier with its parameters left unread."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]


class _Pair(core.Sequence):
    _fields = [("first", Algorithm), ("second", Algorithm)]


class _Pbkdf2(core.Sequence):
    _fields = [
        ("salt", core.OctetString),
        ("iterations", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
        ("prf", Algorithm, {"optional": True}),
    ]


class _ScryptParameters(core.Sequence):
    _fields = [
        ("salt", core.OctetString),
        ("n", core.Integer),
        ("r", core.Integer),
        ("p", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
    ]


class _Rc2Parameters(core.Sequence):
    _fields = [("version", core.Integer, {"optional": True}), ("iv", core.OctetString)]


class _SaltAndIterations(core.Sequence):
    _fields = [("salt", core.OctetString), ("iterations", core.Integer)]


class Derivation(Struct, frozen=True):
    """A key derivation: PBKDF2, scrypt, or an older scheme (``prf`` None, ``n`` 0)."""

    salt: bytes
    iterations: int = 0
    prf: type[hashes.HashAlgorithm] | None = None
    n: int = 0
    r: int = 0
    p: int = 0
    key_length: int | None = None

    def cost(self, length: int) -> float:
        """The share of a file's budget that PBKDF2 or scrypt takes. Refuses ``kdf-too-costly``."""
        if self.n:
            return scrypt_cost(self.n, self.r, self.p)
        assert self.prf is not None
        return pbkdf2_cost(self.iterations, -(-length // self.prf().digest_size))

    def derive(self, password: bytes, length: int, budget: KdfBudget) -> bytes:
        """The key by PBKDF2 or scrypt."""
        budget.spend(self.cost(length))
        if self.n:
            return Scrypt(salt=self.salt, length=length, n=self.n, r=self.r, p=self.p).derive(password)
        assert self.prf is not None
        return PBKDF2HMAC(self.prf(), length, self.salt, self.iterations).derive(password)


class Encryption(Struct, frozen=True):
    """A password-based encryption scheme, its parameters read."""

    oid: str
    derivation: Derivation
    cipher: CipherKind
    iv: bytes = b""

    @property
    def cost(self) -> float:
        """The share of a file's budget that one attempt takes. Refuses ``kdf-too-costly``."""
        iterations, length = self.derivation.iterations, self.cipher.key_length
        if self.oid == PBES2:
            return self.derivation.cost(length)
        if self.oid in _PBES1:
            return digests_cost(iterations)
        derived = digest_count("sha1", length) + (0 if self.cipher.name == "RC4" else 1)
        return digests_cost(iterations, derived)

    def decrypt(
        self, data: bytes, password: str | None, budget: KdfBudget, begins_right: Callable[[bytes], bool]
    ) -> bytes:
        """The plain bytes. Raises ``WrongPassword`` when no encoding of the password gives any that begin right."""
        for attempt in bmp_passwords(password) if self.oid in _PKCS12 else password_bytes(password or ""):
            key, iv = self._key(attempt, budget)
            try:
                plain = ciphers.decrypt(self.cipher, key, iv, data)
            except ValueError:
                continue
            if begins_right(plain):
                return plain
        raise WrongPassword

    def _key(self, password: bytes, budget: KdfBudget) -> tuple[bytes, bytes]:
        """Key and initialization vector."""
        length, salt, iterations = self.cipher.key_length, self.derivation.salt, self.derivation.iterations
        if self.oid == PBES2:
            return self.derivation.derive(password, length, budget), self.iv
        budget.spend(self.cost)
        if self.oid in _PBES1:
            derived = pbkdf1_derive(_PBES1[self.oid][0], password, salt, iterations)
            return derived[:8], derived[8:16]
        key = pkcs12_derive("sha1", password, salt, iterations, CIPHER_KEY, length)
        if self.cipher.name == "RC4":
            return key, b""
        return key, pkcs12_derive("sha1", password, salt, iterations, CIPHER_IV, 8)


def read_encryption(encoded: bytes, budget: KdfBudget) -> Encryption:
    """Read an AlgorithmIdentifier for decryption, and check its cost.

    Refuses ``kdf-too-costly``, and ``keystore-unsupported`` with the algorithm's OID. Raises ``ValueError`` if it can't
    be read.
    """
    try:
        encryption = _read(load(Algorithm, encoded))
    except ASN1_ERRORS as error:
        raise ValueError("an encryption algorithm can't be read") from error
    budget.check(encryption.cost)
    return encryption


def read_pair(algorithm: Algorithm) -> tuple[Derivation, Algorithm]:
    """The parameters of PBES2 and PBMAC1: a key derivation, and the algorithm that uses the key."""
    pair = algorithm["parameters"].parse(_Pair)
    return _derivation(pair["first"]), pair["second"]


def unsupported(what: str) -> Refusal:
    """The refusal of an algorithm that can't be decrypted here."""
    return Refusal(
        "keystore-unsupported", f"it is encrypted with {what}, which is not supported", "Export it anew with AES-256."
    )


def _read(algorithm: Algorithm) -> Encryption:
    oid = algorithm["algorithm"].dotted
    if oid == PBES2:
        derivation, scheme = read_pair(algorithm)
        cipher, iv = _cipher(scheme, derivation)
        return Encryption(oid, derivation, cipher, iv)
    kind = _PBES1[oid][1] if oid in _PBES1 else _PKCS12.get(oid)
    if kind is None:
        raise unsupported(oid)
    parameters = algorithm["parameters"].parse(_SaltAndIterations)
    return Encryption(oid, Derivation(parameters["salt"].native, parameters["iterations"].native), kind)


def _cipher(scheme: Algorithm, derivation: Derivation) -> tuple[CipherKind, bytes]:
    oid = scheme["algorithm"].dotted
    if oid not in _CIPHERS:
        raise unsupported(_NAMES.get(oid, oid))
    if oid != _RC2:
        return _CIPHERS[oid], scheme["parameters"].parse(core.OctetString).native
    parameters = scheme["parameters"].parse(_Rc2Parameters)
    bits = _RC2_BITS.get(parameters["version"].native or 0)
    if bits is None:
        raise unsupported("RC2 of an uncommon key size")
    length = derivation.key_length or 16
    if not 5 <= length <= 128:
        raise ValueError("an absurd key length")
    return CipherKind("RC2", length, bits), parameters["iv"].native


def _derivation(algorithm: Algorithm) -> Derivation:
    oid = algorithm["algorithm"].dotted
    if oid == _SCRYPT:
        scrypt = algorithm["parameters"].parse(_ScryptParameters)
        return Derivation(scrypt["salt"].native, n=scrypt["n"].native, r=scrypt["r"].native, p=scrypt["p"].native)
    if oid != _PBKDF2:
        raise unsupported(oid)
    parameters = algorithm["parameters"].parse(_Pbkdf2)
    prf = "1.2.840.113549.2.7" if parameters["prf"].native is None else parameters["prf"]["algorithm"].dotted
    if prf not in PRFS:
        raise unsupported(prf)
    return Derivation(
        parameters["salt"].native,
        parameters["iterations"].native,
        PRFS[prf],
        key_length=parameters["key_length"].native,
    )
