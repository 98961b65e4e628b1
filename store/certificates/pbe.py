"""Decryption by password: PBES2 (RFC 8018) and the PKCS #12 schemes (RFC 7292 appendix B and C).

The ciphers and PBKDF2 are cryptography's, the hashes hashlib's. Costs are checked before anything is derived.
"""

from __future__ import annotations

from asn1crypto import core
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, RC2, TripleDES
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from ..errors import Refusal
from .asn1 import ASN1_ERRORS, first_element, load
from .kdf import KdfBudget, password_bytes
from .pkcs12_kdf import CIPHER_IV, CIPHER_KEY, bmp_passwords, pkcs12_derive

PBES2 = "1.2.840.113549.1.5.13"
RC2_40 = "1.2.840.113549.1.12.1.6"

_PBKDF2, _SCRYPT = "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"

_PKCS5_SCHEMES, _PKCS12_SCHEMES = ("1.2.840.113549.1.5.",), ("1.2.840.113549.1.12.1.",)

PRFS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.7": hashes.SHA1,
    "1.2.840.113549.2.8": hashes.SHA224,
    "1.2.840.113549.2.9": hashes.SHA256,
    "1.2.840.113549.2.10": hashes.SHA384,
    "1.2.840.113549.2.11": hashes.SHA512,
}

_CIPHERS: dict[str, tuple[type[algorithms.AES] | type[TripleDES], int]] = {
    "2.16.840.1.101.3.4.1.2": (algorithms.AES, 16),
    "2.16.840.1.101.3.4.1.22": (algorithms.AES, 24),
    "2.16.840.1.101.3.4.1.42": (algorithms.AES, 32),
    "1.2.840.113549.3.7": (TripleDES, 24),
}

_PKCS12: dict[str, tuple[str, int]] = {
    "1.2.840.113549.1.12.1.1": ("RC4", 16),
    "1.2.840.113549.1.12.1.2": ("RC4", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": ("3DES", 16),
    "1.2.840.113549.1.12.1.5": ("RC2", 16),
}

DECRYPTABLE = {PBES2, *_PKCS12}
"""The schemes that ``Encryption.decrypt`` knows. It reads the others for what they cost."""


class WrongPassword(Exception):
    """What came out is not what was encrypted. Never shown: the caller knows what to say."""


class Algorithm(core.Sequence):
    """AlgorithmIdentifier with its parameters left unread."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012


class _Pair(core.Sequence):
    _fields = [("first", Algorithm), ("second", Algorithm)]  # noqa: RUF012


class _Pbkdf2(core.Sequence):
    _fields = [  # noqa: RUF012
        ("salt", core.OctetString),
        ("iterations", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
        ("prf", Algorithm, {"optional": True}),
    ]


class _ScryptParameters(core.Sequence):
    _fields = [  # noqa: RUF012
        ("salt", core.OctetString),
        ("n", core.Integer),
        ("r", core.Integer),
        ("p", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
    ]


class _Pkcs12Parameters(core.Sequence):
    _fields = [("salt", core.OctetString), ("iterations", core.Integer)]  # noqa: RUF012


class Derivation(Struct, frozen=True):
    """How a key comes from a password: PBKDF2, scrypt, or the PKCS #12 way (``prf`` None, ``n`` 0)."""

    salt: bytes
    iterations: int = 0
    prf: type[hashes.HashAlgorithm] | None = None
    n: int = 0
    r: int = 0
    p: int = 0
    key_length: int | None = None

    def check(self, budget: KdfBudget) -> None:
        """Refuses ``kdf-too-costly``."""
        if self.n:
            budget.check_scrypt(self.n, self.r, self.p)
        else:
            budget.check(self.iterations)

    def derive(self, password: bytes, length: int, budget: KdfBudget) -> bytes:
        """The key by PBKDF2 or scrypt."""
        self.check(budget)
        if self.n:
            return Scrypt(salt=self.salt, length=length, n=self.n, r=self.r, p=self.p).derive(password)
        budget.spend(self.iterations)
        assert self.prf is not None
        return PBKDF2HMAC(self.prf(), length, self.salt, self.iterations).derive(password)


class Encryption(Struct, frozen=True):
    """A password-based encryption scheme, its parameters read."""

    oid: str
    derivation: Derivation
    cipher: str = ""
    iv: bytes = b""

    def decrypt(self, data: bytes, password: str | None, budget: KdfBudget) -> bytes:
        """The plain bytes. Raises ``WrongPassword`` when none of the password's encodings fits."""
        if self.oid not in DECRYPTABLE:
            raise unsupported(self.oid)
        attempts = password_bytes(password or "") if self.oid == PBES2 else bmp_passwords(password)
        for attempt in attempts:
            try:
                plain = self._pbes2(data, attempt, budget) if self.oid == PBES2 else self._pkcs12(data, attempt, budget)
                # A wrong password now and then gives padding that looks right, and RC4 has none at all; but
                # everything that is encrypted in these files is a SEQUENCE.
                if plain[:1] == b"\x30" and first_element(plain):
                    return plain
            except ValueError:
                continue
        raise WrongPassword

    def _pbes2(self, data: bytes, password: bytes, budget: KdfBudget) -> bytes:
        cipher, key_length = _CIPHERS[self.cipher]
        key = self.derivation.derive(password, key_length, budget)
        return _cbc(cipher(key), self.iv, data)

    def _pkcs12(self, data: bytes, password: bytes, budget: KdfBudget) -> bytes:
        name, key_length = _PKCS12[self.oid]
        salt, iterations = self.derivation.salt, self.derivation.iterations
        budget.spend(iterations)
        key = pkcs12_derive("sha1", password, salt, iterations, CIPHER_KEY, key_length)
        if name == "RC4":
            return Cipher(ARC4(key), None).decryptor().update(data)
        iv = pkcs12_derive("sha1", password, salt, iterations, CIPHER_IV, 8)
        return _cbc(TripleDES(key + key[: 24 - key_length]) if name == "3DES" else RC2(key), iv, data)


def read_encryption(encoded: bytes, budget: KdfBudget) -> Encryption:
    """Read an AlgorithmIdentifier for decryption, and check what it will cost.

    Refuses ``kdf-too-costly``, and ``keystore-unsupported`` with the algorithm's OID. Raises ``ValueError``
    when it can't be read.
    """
    try:
        encryption = _read(load(Algorithm, encoded))
    except ASN1_ERRORS as error:
        raise ValueError("an encryption algorithm can't be read") from error
    encryption.derivation.check(budget)
    return encryption


def read_pair(algorithm: Algorithm) -> tuple[Derivation, Algorithm]:
    """The parameters of PBES2 and PBMAC1: a derivation, and what to do with the key."""
    pair = algorithm["parameters"].parse(_Pair)
    return _derivation(pair["first"]), pair["second"]


def unsupported(what: str) -> Refusal:
    """The refusal of an algorithm that can't be decrypted here."""
    return Refusal(
        "keystore-unsupported", f"it is encrypted with {what}, which is not supported", "Export it anew with AES-256."
    )


def _read(algorithm: Algorithm) -> Encryption:
    oid = algorithm["algorithm"].dotted
    if oid.startswith(_PKCS5_SCHEMES + _PKCS12_SCHEMES) and oid != PBES2:
        parameters = algorithm["parameters"].parse(_Pkcs12Parameters)
        return Encryption(oid, Derivation(parameters["salt"].native, parameters["iterations"].native))
    if oid != PBES2:
        raise unsupported(oid)
    derivation, scheme = read_pair(algorithm)
    cipher = scheme["algorithm"].dotted
    if cipher not in _CIPHERS:
        raise unsupported(cipher)
    return Encryption(oid, derivation, cipher, scheme["parameters"].parse(core.OctetString).native)


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


def _cbc(cipher: algorithms.AES | TripleDES | RC2, iv: bytes, data: bytes) -> bytes:
    decryptor = Cipher(cipher, modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(cipher.block_size).unpadder()
    padded = decryptor.update(data) + decryptor.finalize()
    plain: bytes = unpadder.update(padded) + unpadder.finalize()
    return plain
