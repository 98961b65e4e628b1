"""Private keys as Windows' developer tools write them: PRIVATEKEYBLOB (MSBLOB), and PVK around it.

The numbers are in little-endian order. A password's key in a PVK file is SHA-1 over salt and password; the cipher is
cryptography's RC4.
"""

from __future__ import annotations

import hashlib
import struct

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher

from ..errors import Refusal
from .kdf import password_bytes
from .parsed_keys import ParsedKey, damaged_key
from .pkcs8 import as_pkcs8
from .wrong_password import Locked, wrong_password

PVK = b"\x1e\xf1\xb5\xb0"
MSBLOB = b"\x07\x02\0\0"
_PVK_HEADER, _BLOB_HEADER = 24, 20
_CLEAR = 8
"""Octets at the start of an encrypted blob that stay in the clear."""
_MAX_BITS = 16_384


def read_windows_key(data: bytes, password: str | None) -> ParsedKey:
    """The RSA key. Refuses ``key-password-needed``, ``wrong-password``, ``not-a-private-key``, and ``key-unsupported``
    for DSA, with the command that converts it."""
    if data.startswith(MSBLOB):
        return _read_blob(data)
    if len(data) < _PVK_HEADER:
        raise damaged_key()
    _, _, _, encrypted, salt_length, key_length = struct.unpack_from("<6I", data)
    salt, blob = data[_PVK_HEADER : _PVK_HEADER + salt_length], data[_PVK_HEADER + salt_length :][:key_length]
    if len(blob) != key_length:
        raise Refusal("file-truncated", "the private key ends too early", "Copy the file again, whole.")
    if not encrypted and not salt_length:
        return _read_blob(blob)
    if password is None:
        raise Refusal("key-password-needed", "the private key is encrypted, and no password was given")
    for form in password_bytes(password):
        whole = hashlib.sha1(salt + form).digest()[:16]
        for key in (whole, whole[:5] + bytes(11)):  # strong, or weak as for export in the nineties
            plain = blob[:_CLEAR] + Cipher(ARC4(key), None).decryptor().update(blob[_CLEAR:])
            if plain[_CLEAR : _CLEAR + 4] in (b"RSA2", b"DSS2"):
                return _read_blob(plain)
    raise wrong_password(Locked.PRIVATE_KEY, password=password)


def _read_blob(blob: bytes) -> ParsedKey:
    """BLOBHEADER, RSAPUBKEY, then the modulus and the five numbers of half its size, and the private exponent."""
    if blob[_CLEAR : _CLEAR + 4] == b"DSS2":
        raise Refusal(
            "key-unsupported",
            "the private key is a DSA key in Windows' form, which can't be read",
            "Convert it with: openssl dsa -inform MSBLOB -in KEY -out NEW (or -inform PVK)",
        )
    if len(blob) < _BLOB_HEADER or blob[_CLEAR : _CLEAR + 4] != b"RSA2":
        raise damaged_key()
    bits, exponent = struct.unpack_from("<2I", blob, 12)
    size, half = bits // 8, bits // 16
    if not 0 < bits <= _MAX_BITS or bits % 16:
        raise damaged_key()
    at, numbers = _BLOB_HEADER, []
    for length in (size, half, half, half, half, half, size):
        numbers.append(int.from_bytes(blob[at : at + length], "little"))
        at += length
    if at > len(blob):
        raise Refusal("file-truncated", "the private key ends too early", "Copy the file again, whole.")
    n, p, q, dmp1, dmq1, iqmp, d = numbers
    try:
        key = rsa.RSAPrivateNumbers(p, q, d, dmp1, dmq1, iqmp, rsa.RSAPublicNumbers(exponent, n)).private_key()
    except ValueError:
        raise damaged_key() from None
    return ParsedKey(as_pkcs8(key), key)
