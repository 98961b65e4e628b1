"""Writing JKS and JCEKS, Java's older keystores, for tests: for anything else their protection is too weak.

The layout and the protection are those that ``store.keystores.jks`` reads.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives import padding

from ..store.certificates.der import OCTET_STRING, SEQUENCE
from ..store.keystores.jks_protection import sun_stream, triple_des
from .der_writing import integer, tlv

_JKS, _JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_SUN = bytes.fromhex("060a2b060104012a02110101")  # 1.3.6.1.4.1.42.2.17.1.1
_MD5_AND_3DES = bytes.fromhex("06092b060104012a021301")  # 1.3.6.1.4.1.42.2.19.1
_WHITENER = b"Mighty Aphrodite"
_MADE_AT = 1_577_836_800_000  # 2020-01-01, in milliseconds
_ITERATIONS = 1000


def java_keystore(
    chain: Sequence[bytes],
    key: bytes,
    password: str,
    alias: str,
    *,
    jceks: bool,
    random: Callable[[int], bytes],
) -> bytes:
    """A keystore with one private key (PKCS #8 DER) and its chain, leaf first. Raises ``ValueError`` for a JCEKS
    password that isn't ASCII, as Java does."""
    protected = _by_triple_des(key, password, random) if jceks else _by_sun(key, password, random)
    entry = struct.pack(">I", 1) + _text(alias.lower()) + struct.pack(">Q", _MADE_AT) + _counted(protected)
    entry += struct.pack(">I", len(chain)) + b"".join(_text("X.509") + _counted(one) for one in chain)
    data = (_JCEKS if jceks else _JKS) + struct.pack(">II", 2, 1) + entry
    return data + hashlib.sha1(password.encode("utf-16-be") + _WHITENER + data).digest()


def _by_sun(key: bytes, password: str, random: Callable[[int], bytes]) -> bytes:
    secret, salt = password.encode("utf-16-be"), random(20)
    encrypted = salt + sun_stream(key, secret, salt) + hashlib.sha1(secret + key).digest()
    return tlv(SEQUENCE, tlv(SEQUENCE, _SUN, b"\x05\0"), tlv(OCTET_STRING, encrypted))


def _by_triple_des(key: bytes, password: str, random: Callable[[int], bytes]) -> bytes:
    if not password.isascii():
        raise ValueError("the password of a JCEKS keystore is ASCII")
    salt, padder = random(8), padding.PKCS7(64).padder()
    encryptor = triple_des(password.encode(), salt, _ITERATIONS).encryptor()
    encrypted = encryptor.update(padder.update(key) + padder.finalize()) + encryptor.finalize()
    parameters = tlv(SEQUENCE, tlv(OCTET_STRING, salt), integer(_ITERATIONS))
    return tlv(SEQUENCE, tlv(SEQUENCE, _MD5_AND_3DES, parameters), tlv(OCTET_STRING, encrypted))


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">H", len(encoded)) + encoded


def _counted(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
