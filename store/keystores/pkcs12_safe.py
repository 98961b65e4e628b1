"""The outer layers of a PKCS #12 file (RFC 7292 section 4): its MAC, and the safe contents, decrypted."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from msgspec import Struct

from ..certificates.asn1 import ASN1_ERRORS, first_element, is_cut_short, load, pkcs12
from ..certificates.der import has_more_than
from ..certificates.facts import parse_certificate
from ..certificates.kdf import password_bytes
from ..certificates.limits import MAX_BAGS
from ..certificates.pbe import PRFS, RC2_40, Algorithm, Encryption, WrongPassword, read_encryption, read_pair
from ..certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive
from ..certificates.text import printable
from ..errors import Refusal
from .entries import PRIVATE_KEY
from .pkcs12_bags import Bag, Secrets, read_bags
from .pkcs12_rc2 import open_content

_PBMAC1 = "1.2.840.113549.1.5.14"
_MAC_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.840.113549.2.5": "md5",
}


class _Part(Struct):
    """One element of the authenticated safe: bags in the clear, or encrypted."""

    position: int
    bags: list[Bag]
    encryption: Encryption | None = None
    algorithm: bytes = b""
    encrypted: bytes = b""


def open_safe(data: bytes, secrets: Secrets) -> tuple[list[Bag], list[str]]:
    """Every bag in the file, and notes on what was left aside. Costs are checked before anything is derived.

    Refuses ``wrong-password``, ``password-needed``, ``keystore-damaged``, ``keystore-unsupported``,
    ``file-truncated``, ``kdf-too-costly``.
    """
    notes: list[str] = []
    try:
        file = load(pkcs12.Pfx, first_element(data))
        safe = _safe(file)
        parts = [_part(content, number * MAX_BAGS, secrets, notes) for number, content in enumerate(_parts(safe))]
        if file["mac_data"].native is not None:
            _check_mac(file["mac_data"], safe, secrets)
        for part in parts:
            if part.encryption is not None:
                _decrypt(part, secrets, notes)
    except ASN1_ERRORS as error:
        if is_cut_short(error):
            raise Refusal("file-truncated", "the keystore ends too early", "Copy the file again, whole.") from None
        raise _damaged() from None
    return [bag for part in parts for bag in part.bags], notes


def _safe(file: Any) -> bytes:
    kind = file["auth_safe"]["content_type"].native
    if kind == "data":
        return bytes(file["auth_safe"]["content"].native)
    raise _public_key_mode() if kind == "signed_data" else _damaged()


def _parts(safe: bytes) -> list[Any]:
    contents = load(pkcs12.AuthenticatedSafe, safe)
    if has_more_than(contents.contents, MAX_BAGS):
        raise _damaged()
    return list(contents)


def _part(content: Any, position: int, secrets: Secrets, notes: list[str]) -> _Part:
    kind = content["content_type"].native
    if kind == "data":
        return _Part(position, read_bags(content["content"].native, position, secrets.budget, notes))
    if kind != "encrypted_data":
        raise _public_key_mode()
    information = content["content"]["encrypted_content_info"]
    algorithm = information["content_encryption_algorithm"].dump()
    return _Part(
        position,
        [],
        read_encryption(algorithm, secrets.budget),
        algorithm,
        information["encrypted_content"].native or b"",
    )


def _check_mac(mac: Any, safe: bytes, secrets: Secrets) -> None:
    algorithm = load(Algorithm, mac["mac"]["digest_algorithm"].dump())
    expected, salt, iterations = mac["mac"]["digest"].native, mac["mac_salt"].native, mac["iterations"].native
    oid = algorithm["algorithm"].dotted
    if oid == _PBMAC1:
        good = _check_pbmac1(algorithm, expected, safe, secrets)
    elif oid in _MAC_HASHES:
        name = _MAC_HASHES[oid]
        good = False
        for password in bmp_passwords(secrets.password):
            secrets.budget.spend(iterations)
            key = pkcs12_derive(name, password, salt, iterations, MAC_KEY, hashlib.new(name).digest_size)
            good = good or hmac.compare_digest(hmac.digest(key, safe, name), expected)
    else:
        raise Refusal("keystore-unsupported", f"its integrity is protected with {oid}, which is not supported")
    if not good:
        raise secrets.refusal()
    secrets.proven = True


def _check_pbmac1(algorithm: Algorithm, expected: bytes, safe: bytes, secrets: Secrets) -> bool:
    """The MAC of RFC 9579, by PBKDF2 or scrypt."""
    derivation, scheme = read_pair(algorithm)
    name = PRFS[scheme["algorithm"].dotted]().name
    length = derivation.key_length or hashlib.new(name).digest_size
    if not 0 < length <= 1024:
        raise ValueError("an absurd key length")
    keys = (derivation.derive(form, length, secrets.budget) for form in password_bytes(secrets.password or ""))
    return any(hmac.compare_digest(hmac.digest(key, safe, name), expected) for key in keys)


def _decrypt(part: _Part, secrets: Secrets, notes: list[str]) -> None:
    assert part.encryption is not None
    try:
        if part.encryption.oid == RC2_40:
            _open_rc2(part, secrets, notes)
        else:
            plain = part.encryption.decrypt(part.encrypted, secrets.password, secrets.budget)
            part.bags = read_bags(plain, part.position, secrets.budget, notes)
    except (WrongPassword, ValueError):
        # Without a MAC, a wrong password may give padding that looks right, and rubbish before it.
        raise (_damaged() if secrets.proven else secrets.refusal()) from None
    secrets.proven = True


def _open_rc2(part: _Part, secrets: Secrets, notes: list[str]) -> None:
    """What cryptography's loader gives; it tells neither secrets nor a second key, so that is said."""
    assert part.encryption is not None
    secrets.budget.spend(part.encryption.derivation.iterations)
    opened = open_content(part.algorithm, part.encrypted, secrets.password)
    for der, alias in opened.certificates:
        bag = Bag("certificate", part.position + len(part.bags), None if alias is None else printable(alias))
        bag.certificate = parse_certificate(der)
        part.bags.append(bag)
    if opened.key is not None:
        part.bags.append(Bag(PRIVATE_KEY, part.position + len(part.bags), key=opened.key))
    known = sum(len(der) + 512 for der, _ in opened.certificates)
    if opened.key is not None or len(part.encrypted) > known:
        notes.append("Part of the file is encrypted with 40-bit RC2, and not everything in that part can be listed.")


def _damaged() -> Refusal:
    return Refusal("keystore-damaged", "the keystore is damaged", "Copy the file again from where it was made.")


def _public_key_mode() -> Refusal:
    return Refusal(
        "keystore-unsupported",
        "the keystore is protected with a public key instead of a password",
        "Export it anew with a password.",
    )
