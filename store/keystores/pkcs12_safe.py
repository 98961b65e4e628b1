"""The outer layers of a PKCS #12 file (RFC 7292 section 4): MAC and decrypted safe contents."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ..certificates.asn1 import ASN1_ERRORS, first_element, is_cut_short, load, pkcs12
from ..certificates.der import has_more_than
from ..certificates.kdf import digests_cost, password_bytes
from ..certificates.limits import MAX_BAGS
from ..certificates.pbe import PRFS, Algorithm, Derivation, Encryption, read_encryption, read_pair
from ..certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive
from ..certificates.wrong_password import WrongPassword, begins_as_bags
from ..errors import Refusal
from .pkcs12_bags import Bag, Secrets, read_bags

_PBMAC1 = "1.2.840.113549.1.5.14"
_MAC_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "1.2.840.113549.2.5": "md5",
}


class _Part(Struct):
    """One element of the authenticated safe: plain or encrypted bags."""

    position: int
    bags: list[Bag]
    encryption: Encryption | None = None
    encrypted: bytes = b""


class _Mac(Struct):
    """The file's MAC, its key by the PKCS #12 derivation, or by PBKDF2 or scrypt (RFC 9579)."""

    hash: str
    digest: bytes
    derivation: Derivation
    length: int

    @property
    def is_pbmac1(self) -> bool:
        return self.derivation.prf is not None or self.derivation.n > 0

    @property
    def cost(self) -> float:
        return self.derivation.cost(self.length) if self.is_pbmac1 else digests_cost(self.derivation.iterations)

    def keys(self, secrets: Secrets) -> Iterator[bytes]:
        """The key by each form of the password."""
        if self.is_pbmac1:
            for form in password_bytes(secrets.password or ""):
                yield self.derivation.derive(form, self.length, secrets.budget)
            return
        salt, iterations = self.derivation.salt, self.derivation.iterations
        for form in bmp_passwords(secrets.password):
            secrets.budget.spend(self.cost)
            yield pkcs12_derive(self.hash, form, salt, iterations, MAC_KEY, self.length)


def open_safe(data: bytes, secrets: Secrets) -> tuple[list[Bag], list[str]]:
    """Every bag in the file, and notes on what was ignored. Costs are checked before deriving keys.

    Refuses ``wrong-password``, ``password-needed``, ``keystore-damaged``, ``keystore-unsupported``, ``file-truncated``,
    ``kdf-too-costly``.
    """
    notes: list[str] = []
    try:
        file = load(pkcs12.Pfx, first_element(data))
        safe = _safe(file)
        parts = [_part(content, number * MAX_BAGS, secrets, notes) for number, content in enumerate(_parts(safe))]
        mac = None if file["mac_data"].native is None else _read_mac(file["mac_data"])
        secrets.budget.check((mac.cost if mac is not None else 0) + sum(map(_cost, parts)))
        if mac is not None:
            _check_mac(mac, safe, secrets)
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
        information["encrypted_content"].native or b"",
    )


def _cost(part: _Part) -> float:
    """Of a part in the clear, the costliest key: the others stay encrypted as long as nobody asks for them."""
    if part.encryption is not None:
        return part.encryption.cost
    return max((bag.encryption.cost for bag in part.bags if bag.encryption is not None), default=0)


def _check_mac(mac: _Mac, safe: bytes, secrets: Secrets) -> None:
    if not any(hmac.compare_digest(hmac.digest(key, safe, mac.hash), mac.digest) for key in mac.keys(secrets)):
        raise secrets.refusal()
    secrets.proven = True


def _read_mac(mac: Any) -> _Mac:
    algorithm = load(Algorithm, mac["mac"]["digest_algorithm"].dump())
    oid, digest = algorithm["algorithm"].dotted, mac["mac"]["digest"].native
    if oid in _MAC_HASHES and _MAC_HASHES[oid] in hashlib.algorithms_available:
        derivation = Derivation(mac["mac_salt"].native, mac["iterations"].native)
        return _Mac(_MAC_HASHES[oid], digest, derivation, hashlib.new(_MAC_HASHES[oid]).digest_size)
    if oid != _PBMAC1:
        raise Refusal(
            "keystore-unsupported",
            f"its integrity is protected with {oid}, which is not supported",
            "Export it anew with SHA-256.",
        )
    derivation, scheme = read_pair(algorithm)
    name = PRFS[scheme["algorithm"].dotted]().name.replace("-", "_")
    length = derivation.key_length or hashlib.new(name).digest_size
    if not 0 < length <= 1024:
        raise ValueError("an absurd key length")
    return _Mac(name, digest, derivation, length)


def _decrypt(part: _Part, secrets: Secrets, notes: list[str]) -> None:
    assert part.encryption is not None
    try:
        plain = part.encryption.decrypt(part.encrypted, secrets.password, secrets.budget, begins_as_bags)
        part.bags = read_bags(plain, part.position, secrets.budget, notes)
    except (WrongPassword, ValueError):
        raise (_damaged() if secrets.proven else secrets.refusal()) from None
    secrets.proven = True


def _damaged() -> Refusal:
    return Refusal("keystore-damaged", "the keystore is damaged", "Copy the file again from where it was made.")


def _public_key_mode() -> Refusal:
    return Refusal(
        "keystore-unsupported",
        "the keystore is protected with a public key instead of a password",
        "Export it anew with a password.",
    )
