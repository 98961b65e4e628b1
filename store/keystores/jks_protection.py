"""The private key protection of JKS and JCEKS.

JKS: Sun's own scheme, a stream of SHA-1 digests over the password (OpenJDK's ``sun.security.provider. KeyProtector``).
JCEKS: PBEWithMD5AndTripleDES (``com.sun.crypto.provider.PBES1Core``). The hashes are hashlib's, the cipher
cryptography's.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from ..certificates.asn1 import ASN1_ERRORS, core, keys, load
from ..certificates.kdf import KdfBudget, digests_cost
from ..certificates.pbe import Algorithm, unsupported
from ..certificates.wrong_password import WrongPassword, begins_as_key

_SUN_JKS = "1.3.6.1.4.1.42.2.17.1.1"
_MD5_AND_3DES = "1.3.6.1.4.1.42.2.19.1"
_SALT = _CHECK = 20


class _Parameters(core.Sequence):
    _fields = [("salt", core.OctetString), ("iterations", core.Integer)]


def decrypt_private_key(protected: bytes, password: str, budget: KdfBudget) -> bytes:
    """The PKCS #8 key. Raises ``WrongPassword``, ``ValueError`` when damaged; refuses ``keystore-unsupported``
    and ``kdf-too-costly``.
    """
    try:
        parsed = load(keys.EncryptedPrivateKeyInfo, protected)
        algorithm = load(Algorithm, parsed["encryption_algorithm"].dump())
        oid, encrypted = algorithm["algorithm"].dotted, parsed["encrypted_data"].native
        if oid == _MD5_AND_3DES:
            parameters = algorithm["parameters"].parse(_Parameters)
            salt, iterations = parameters["salt"].native, parameters["iterations"].native
    except ASN1_ERRORS as error:
        raise ValueError("the protected key can't be read") from error
    if oid == _SUN_JKS:
        return _from_sun(encrypted, password)
    if oid != _MD5_AND_3DES:
        raise unsupported(oid)
    budget.spend(digests_cost(iterations, 2))
    return _from_triple_des(encrypted, password, salt, iterations)


def _from_sun(encrypted: bytes, password: str) -> bytes:
    """Salt, the key under a stream of digests, and a digest of the key: each digest feeds the next."""
    secret = password.encode("utf-16-be", "surrogatepass")
    salt, body, check = encrypted[:_SALT], encrypted[_SALT:-_CHECK], encrypted[-_CHECK:]
    key = sun_stream(body, secret, salt)
    if not hmac.compare_digest(hashlib.sha1(secret + key).digest(), check):
        raise WrongPassword
    return key


def sun_stream(data: bytes, secret: bytes, salt: bytes) -> bytes:
    """The data under Sun's stream, or from under it: there and back are the same."""
    digest, stream = salt, bytearray()
    while len(stream) < len(data):
        digest = hashlib.sha1(secret + digest).digest()
        stream += digest
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _from_triple_des(encrypted: bytes, password: str, salt: bytes, iterations: int) -> bytes:
    if len(salt) != 8 or not password.isascii():
        raise WrongPassword if len(salt) == 8 else ValueError("the salt has a wrong length")
    decryptor = triple_des(password.encode(), salt, iterations).decryptor()
    unpadder = padding.PKCS7(64).unpadder()
    try:
        padded = decryptor.update(encrypted) + decryptor.finalize()
        plain = unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise WrongPassword from None
    if not begins_as_key(plain):
        raise WrongPassword
    return plain


def triple_des(secret: bytes, salt: bytes, iterations: int) -> Cipher[modes.CBC]:
    """The cipher of JCEKS: two MD5 chains, one for each half of the salt; equal halves are told apart by turning the
    first."""
    first, second = salt[:4], salt[4:]
    if first == second:
        first = bytes((first[3], first[1], first[2], first[0]))
    derived = b""
    for half in (first, second):
        for _ in range(iterations):
            half = hashlib.md5(half + secret).digest()
        derived += half
    return Cipher(TripleDES(derived[:24]), modes.CBC(derived[24:]))
