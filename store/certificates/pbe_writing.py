"""Encryption by password, for exports: PBES2 (RFC 8018), and for old readers PKCS #12's scheme (RFC 7292 appendix C).

PBKDF2 and the ciphers are cryptography's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from msgspec import Struct

from .asn1 import algos, encode, keys
from .pkcs12_kdf import CIPHER_IV, CIPHER_KEY, bmp_passwords, pkcs12_derive

ITERATIONS = 100_000
_SALT = 16


class Encrypted(Struct, frozen=True):
    """Encrypted bytes, and their algorithm with its parameters, as asn1crypto's EncryptionAlgorithm."""

    algorithm: Any
    data: bytes


Random = Callable[[int], bytes]
"""Gives so many bytes for a salt; others than ``os.urandom`` are for files of tests, which are the same each time."""


def encrypt_pbes2(
    plain: bytes, password: str, *, iterations: int = ITERATIONS, random: Random = os.urandom
) -> Encrypted:
    """AES-256 in CBC mode under PBKDF2 with HMAC-SHA-256."""
    salt, iv = random(_SALT), random(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(password.encode())
    derivation = {
        "algorithm": "pbkdf2",
        "parameters": {
            "salt": algos.Pbkdf2Salt("specified", salt),
            "iteration_count": iterations,
            "prf": {"algorithm": "sha256"},
        },
    }
    scheme = {"algorithm": "aes256_cbc", "parameters": iv}
    parameters = {"key_derivation_func": derivation, "encryption_scheme": scheme}
    algorithm = algos.EncryptionAlgorithm({"algorithm": "pbes2", "parameters": parameters})
    return Encrypted(algorithm, _cbc(algorithms.AES(key), iv, plain, 128))


def encrypt_triple_des(
    plain: bytes, password: str, *, iterations: int = ITERATIONS, random: Random = os.urandom
) -> Encrypted:
    """3DES in CBC mode under PKCS #12's derivation with SHA-1."""
    salt, form = random(_SALT), bmp_passwords(password)[0]
    key = pkcs12_derive("sha1", form, salt, iterations, CIPHER_KEY, 24)
    iv = pkcs12_derive("sha1", form, salt, iterations, CIPHER_IV, 8)
    parameters = {"salt": salt, "iterations": iterations}
    algorithm = algos.EncryptionAlgorithm({"algorithm": "pkcs12_sha1_tripledes_3key", "parameters": parameters})
    return Encrypted(algorithm, _cbc(TripleDES(key), iv, plain, 64))


def encrypted_pkcs8(pkcs8: bytes, password: str) -> bytes:
    """A key as EncryptedPrivateKeyInfo (RFC 5208 section 6)."""
    encrypted = encrypt_pbes2(pkcs8, password)
    return encode(
        keys.EncryptedPrivateKeyInfo, {"encryption_algorithm": encrypted.algorithm, "encrypted_data": encrypted.data}
    )


def _cbc(algorithm: algorithms.AES | TripleDES, iv: bytes, plain: bytes, block_size: int) -> bytes:
    padder = padding.PKCS7(block_size).padder()
    encryptor = Cipher(algorithm, modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
