"""A fast reader for modern PKCS #12 files (RFC 7292): DER, a MAC, and contents encrypted with PBES2.

A bulk import opens thousands of files. Key derivation takes nearly all the time, so the rest must be quick.
cryptography's own loader can't be used, because it accepts any number of iterations hidden inside an encrypted part.
``keystores.pkcs12_safe`` reads all other PKCS #12 files.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from ..certificates import ciphers
from ..certificates.der import INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, children, expect
from ..certificates.kdf import digests_cost
from ..certificates.pbe import PBES2, PRFS, Derivation, Encryption
from ..certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive
from ..certificates.wrong_password import begins_as_bags
from ..keystores.entries import PRIVATE_KEY
from ..keystores.pkcs12_bags import Bag, Secrets

_EXPLICIT_0 = 0xA0
_IMPLICIT_0 = 0x80


def _oid(dotted: str) -> bytes:
    """The contents octets of an object identifier (X.690, 8.19)."""
    first, second, *arcs = map(int, dotted.split("."))
    encoded = bytearray()
    for arc in (40 * first + second, *arcs):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(septets))
    return bytes(encoded)


_DATA = _oid("1.2.840.113549.1.7.1")
_ENCRYPTED_DATA = _oid("1.2.840.113549.1.7.6")
_CERTIFICATE_BAG = _oid("1.2.840.113549.1.12.10.1.3")
_SHROUDED_KEY_BAG = _oid("1.2.840.113549.1.12.10.1.2")
_X509 = _oid("1.2.840.113549.1.9.22.1")
_PBES2 = _oid(PBES2)
_PBKDF2 = _oid("1.2.840.113549.1.5.12")
_PRFS = {_oid(dotted): prf for dotted, prf in PRFS.items()}
_CIPHERS = {
    _oid("2.16.840.1.101.3.4.1.2"): ciphers.AES_128,
    _oid("2.16.840.1.101.3.4.1.22"): ciphers.AES_192,
    _oid("2.16.840.1.101.3.4.1.42"): ciphers.AES_256,
}
_MAC_HASHES = {_oid("1.3.14.3.2.26"): ("sha1", 20), _oid("2.16.840.1.101.3.4.2.1"): ("sha256", 32)}


class Contents(NamedTuple):
    """The certificates of a file as DER, and its private keys, which stay encrypted until ``Secrets`` opens them."""

    certificates: list[bytes]
    keys: list[Bag]


def open_usual_safe(data: bytes, secrets: Secrets) -> Contents:
    """The contents of a file. Key derivation costs are charged to the secrets' budget beforehand.

    Raises ``ValueError`` or ``WrongPassword`` for a file that is not of this kind but may still be valid. Refuses
    ``wrong-password`` and ``kdf-too-costly``.
    """
    start, stop = expect(data, 0, len(data), SEQUENCE)
    _version, content, mac = children(data, start, stop)  # a ValueError if it has no MAC
    safe = _octets(data, _content(data, content[1], content[2], _DATA))
    _check_mac(data, mac[1], mac[2], safe, secrets)
    contents = Contents([], [])
    start, stop = expect(safe, 0, len(safe), SEQUENCE)
    for _, part_start, part_stop in children(safe, start, stop):
        kind = expect(safe, part_start, part_stop, OID)
        if safe[kind[0] : kind[1]] == _DATA:
            plain = _octets(safe, _content(safe, part_start, part_stop, _DATA))
        else:
            plain = _decrypted(safe, _content(safe, part_start, part_stop, _ENCRYPTED_DATA), secrets)
        _read_bags(plain, contents)
    return contents


def _check_mac(data: bytes, start: int, stop: int, safe: bytes, secrets: Secrets) -> None:
    """MacData: DigestInfo, salt, and iterations (default 1)."""
    digest_info, salt, *iterations = children(data, start, stop)
    algorithm = expect(data, digest_info[1], digest_info[2], SEQUENCE)
    oid = expect(data, *algorithm, OID)
    if data[oid[0] : oid[1]] not in _MAC_HASHES:
        raise DerError("an uncommon MAC")
    name, length = _MAC_HASHES[data[oid[0] : oid[1]]]
    digest = expect(data, algorithm[1], digest_info[2], OCTET_STRING)
    count = _integer(data, *iterations[0]) if iterations else 1
    cost = digests_cost(count)
    for password in bmp_passwords(secrets.password):
        secrets.budget.spend(cost)
        key = pkcs12_derive(name, password, data[salt[1] : salt[2]], count, MAC_KEY, length)
        if hmac.compare_digest(hmac.digest(key, safe, name), data[digest[0] : digest[1]]):
            secrets.proven = True
            return
    raise secrets.refusal()


def _decrypted(safe: bytes, content: tuple[int, int], secrets: Secrets) -> bytes:
    """EncryptedData: the version, and the content with its algorithm."""
    _, information = children(safe, *expect(safe, *content, SEQUENCE))
    _, algorithm, encrypted = children(safe, information[1], information[2])
    if encrypted[0] != _IMPLICIT_0:
        raise DerError("its octets are in pieces")
    encryption = _encryption(safe, algorithm[1], algorithm[2])
    return encryption.decrypt(safe[encrypted[1] : encrypted[2]], secrets.password, secrets.budget, begins_as_bags)


def _read_bags(plain: bytes, contents: Contents) -> None:
    start, stop = expect(plain, 0, len(plain), SEQUENCE)
    for _, bag_start, bag_stop in children(plain, start, stop):
        kind = expect(plain, bag_start, bag_stop, OID)
        value = expect(plain, kind[1], bag_stop, _EXPLICIT_0)
        first, second = children(plain, *expect(plain, *value, SEQUENCE))
        if plain[kind[0] : kind[1]] == _CERTIFICATE_BAG and plain[first[1] : first[2]] == _X509:
            contents.certificates.append(_octets(plain, (second[1], second[2])))
        elif plain[kind[0] : kind[1]] == _SHROUDED_KEY_BAG and second[0] == OCTET_STRING:
            encryption = _encryption(plain, first[1], first[2])
            encrypted = plain[second[1] : second[2]]
            contents.keys.append(Bag(PRIVATE_KEY, 0, encryption=encryption, encrypted=encrypted))
        else:
            raise DerError("an uncommon bag")


def _encryption(data: bytes, start: int, stop: int) -> Encryption:
    """PBES2 (RFC 8018 appendix A.4) with PBKDF2 and AES."""
    oid = expect(data, start, stop, OID)
    if data[oid[0] : oid[1]] != _PBES2:
        raise DerError("no PBES2")
    derivation, scheme = children(data, *expect(data, oid[1], stop, SEQUENCE))
    name = expect(data, derivation[1], derivation[2], OID)
    if data[name[0] : name[1]] != _PBKDF2:
        raise DerError("no PBKDF2")
    salt, iterations, *further = children(data, *expect(data, name[1], derivation[2], SEQUENCE))
    if salt[0] != OCTET_STRING:
        raise DerError("its salt is elsewhere")
    prfs = [part for part in further if part[0] == SEQUENCE]
    prf = expect(data, prfs[0][1], prfs[0][2], OID)  # an IndexError if it is omitted, as in older files
    cipher = expect(data, scheme[1], scheme[2], OID)
    iv = expect(data, cipher[1], scheme[2], OCTET_STRING)
    return Encryption(
        PBES2,
        Derivation(data[salt[1] : salt[2]], _integer(data, *iterations), _PRFS[data[prf[0] : prf[1]]]),
        _CIPHERS[data[cipher[0] : cipher[1]]],
        data[iv[0] : iv[1]],
    )


def _content(data: bytes, start: int, stop: int, kind: bytes) -> tuple[int, int]:
    """The content of a ContentInfo of that kind (RFC 5652 section 3)."""
    oid = expect(data, start, stop, OID)
    if data[oid[0] : oid[1]] != kind:
        raise DerError("an uncommon kind of content")
    return expect(data, oid[1], stop, _EXPLICIT_0)


def _octets(data: bytes, within: tuple[int, int]) -> bytes:
    start, stop = expect(data, *within, OCTET_STRING)
    return data[start:stop]


def _integer(data: bytes, tag: int, start: int, stop: int) -> int:
    if tag != INTEGER or stop - start > 8:
        raise DerError("no number of iterations")
    return int.from_bytes(data[start:stop], "big", signed=True)
