"""The bags of a PKCS #12 file (RFC 7292 section 4.2), and the passwords that open them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ..certificates.asn1 import ASN1_ERRORS, load, pkcs12
from ..certificates.der import has_more_than
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.kdf import KdfBudget
from ..certificates.limits import MAX_BAGS, MAX_NESTING
from ..certificates.pbe import Encryption, read_encryption
from ..certificates.wrong_password import Locked, WrongPassword, begins_as_key, wrong_password
from ..errors import Refusal
from ..printable import printable
from .entries import PRIVATE_KEY, SECRET_KEY

OTHER = "other"


class Bag(Struct):
    """One bag: a certificate, a private key (encrypted or not), a secret key, or something else."""

    kind: str
    position: int
    alias: str | None = None
    local_key_id: bytes | None = None
    certificate: ParsedCertificate | None = None
    plain: bytes = b""
    encryption: Encryption | None = None
    encrypted: bytes = b""
    trusted: bool = False
    """Java's mark of a certificate that is an entry of its own, also when it is in the chain of a key."""

    @property
    def spki(self) -> bytes | None:
        """The public key of a certificate."""
        return self.certificate.spki if self.certificate is not None else None


class Secrets:
    """The passwords given, and the budget for deriving keys from them."""

    def __init__(self, password: str | None, key_password: str | None) -> None:
        self.password = password
        self.key_password = key_password
        self.budget = KdfBudget()
        self.proven = False
        """Whether the store's password has opened something, so a later failure has another cause."""

    def refusal(self) -> Refusal:
        """The refusal when the store's password opens nothing."""
        if self.password is None:
            return Refusal("password-needed", "the keystore has a password, and none was given")
        return wrong_password(Locked.KEYSTORE, password=self.password)

    def decrypt_key(self, bag: Bag) -> bytes:
        """The PKCS #8 key of a bag. Refuses ``key-password-needed`` and ``wrong-password``."""
        if bag.encryption is None:
            return bag.plain
        passwords = [self.password] if self.key_password is None else [self.key_password, self.password]
        for password in passwords:
            try:
                return bag.encryption.decrypt(bag.encrypted, password, self.budget, begins_as_key)
            except WrongPassword:
                continue
        if not self.proven:
            raise self.refusal()
        if self.key_password is None:
            raise Refusal(
                "key-password-needed", "its key has another password than the keystore", "Give the key's password."
            )
        raise wrong_password(Locked.KEY_IN_KEYSTORE, password=self.key_password)


def read_bags(contents: bytes, position: int, budget: KdfBudget, notes: list[str]) -> list[Bag]:
    """The bags in encoded SafeContents, nested ones too. Raises ``ValueError`` when they are damaged."""
    found: list[Bag] = []
    pending = [(contents, 0)]
    while pending:
        encoded, depth = pending.pop()
        for item in _items(encoded, MAX_BAGS - len(found)):
            if item["bag_id"].native != "safe_contents":
                bag = _read_bag(item, position + len(found), budget, notes)
                found.append(bag)
            elif depth < MAX_NESTING:
                pending.append((item["bag_value"].untag().dump(), depth + 1))
            else:
                raise ValueError("it nests too deep")
    return found


def _items(encoded: bytes, limit: int) -> list[Any]:
    try:
        contents = load(pkcs12.SafeContents, encoded)
        if has_more_than(contents.contents, limit):
            raise Refusal("too-many-entries", f"the keystore holds more than {MAX_BAGS:,} entries")
        return list(contents)
    except ASN1_ERRORS as error:
        raise ValueError("its contents can't be read") from error


def _read_bag(item: Any, position: int, budget: KdfBudget, notes: list[str]) -> Bag:
    try:
        kind = item["bag_id"].native
        bag = Bag(OTHER, position)
        _read_attributes(bag, item)
        if kind == "cert_bag":
            _read_certificate(bag, item["bag_value"], notes)
        elif kind == "key_bag":
            bag.kind, bag.plain = PRIVATE_KEY, item["bag_value"].untag().dump()
        elif kind == "pkcs8_shrouded_key_bag":
            bag.kind, shrouded = PRIVATE_KEY, item["bag_value"]
            if begins_as_key(encoded := shrouded.untag().dump()):
                bag.plain = encoded  # under an empty password certtool encrypts nothing, and says that it has
            else:
                bag.encryption = read_encryption(shrouded["encryption_algorithm"].dump(), budget)
                bag.encrypted = shrouded["encrypted_data"].native
        elif kind == "secret_bag":
            bag.kind = SECRET_KEY
        else:
            what = "a certificate revocation list" if kind == "crl_bag" else "something of an unknown kind"
            notes.append(f"The keystore also holds {what}, which was left aside.")
        return bag
    except ASN1_ERRORS as error:
        raise ValueError("one of its entries can't be read") from error


def _read_attributes(bag: Bag, item: Any) -> None:
    for attribute in item["bag_attributes"] or ():
        kind = attribute["type"].native
        try:
            if kind == "friendly_name":
                bag.alias = printable(attribute["values"][0].native)
            elif kind == "local_key_id":
                bag.local_key_id = attribute["values"][0].native
            elif kind == "trusted_key_usage":
                bag.trusted = True
        except ASN1_ERRORS:
            continue


def _read_certificate(bag: Bag, value: Any, notes: list[str]) -> None:
    title = "A certificate of the keystore" if bag.alias is None else f"The certificate “{bag.alias}”"
    if value["cert_id"].native != "x509":
        notes.append(f"{title} is no X.509 certificate, and was left aside.")
        return
    try:
        bag.certificate = parse_certificate(bytes(value["cert_value"]))
    except Refusal as refusal:
        notes.append(f"{title} was left aside: {refusal.message}.")
