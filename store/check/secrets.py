"""The vault: each secret belongs to a record, exists if a record needs it, and is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from ..bulk.bulk_tables import filed_under as filed_under_bulk
from ..certificates.private_keys import read_private_key
from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..model.certificate import Certificate
from ..notices.channels import delivery_settings, filed_under
from ..persistence.database import Database
from ..vault.secret_kind import FLEET, SecretKind
from ..vault.vault import Vault
from .authorities import AuthorityChecks
from .report import Problem

Kept = dict[SecretKind, set[str]]
PushAuthorities = dict[str, int]  # ids of the simulated push service's CAs, by public key


def check_secrets(
    database: Database, entries: dict[int, Certificate], groups: AuthorityChecks, simulated: bool, vault: Vault | None
) -> Iterator[Problem]:
    """Compare the vault with the records. With ``vault`` None, secrets are not decrypted."""
    kept: Kept = {kind: set() for kind in SecretKind}
    for document in database.table("vault_secrets"):
        try:
            kept[SecretKind(document["kind"])].add(document["public_key_sha256"])
        except (KeyError, ValueError):
            yield Problem("document-invalid", f"vault_secrets:{document.doc_id}", "it is a secret of an unknown kind")
    push = {str(document.get("public_key_sha256")): document.doc_id for document in database.table("push_authorities")}
    yield from _orphans(database, entries, groups, push, kept)
    yield from _missing(entries, groups, push, simulated, kept)
    for channel in delivery_settings(database).with_secret:
        if filed_under(channel) not in kept[SecretKind.DELIVERY_SECRET]:
            yield Problem("secret-missing", "settings:2", f"the secret of the channel {channel} is not in the vault")
    for row in database.engine.scan("bulk_certificates"):
        if filed_under_bulk(row.id) not in kept[SecretKind.BULK_PASSWORD]:
            yield Problem(
                "secret-missing", f"bulk-certificate:{row.id}", "the password of its file is not in the vault"
            )
    if vault is not None:
        yield from _opened(database, entries, groups, kept, vault)


def _orphans(
    database: Database, entries: dict[int, Certificate], groups: AuthorityChecks, push: PushAuthorities, kept: Kept
) -> Iterator[Problem]:
    inventory = {entry.public_key_sha256 for entry in entries.values()}
    inventory |= {document["public_key_sha256"] for document in database.table("requests")}
    owners = {
        SecretKind.PRIVATE_KEY: inventory,
        SecretKind.KEYSTORE_PASSWORD: inventory,
        SecretKind.AUTHORITY_KEY: {authority.public_key_sha256 for authority in groups.with_keys} | set(push),
        SecretKind.FLEET_SECRET: {FLEET},
        SecretKind.DELIVERY_SECRET: {filed_under(channel) for channel in delivery_settings(database).with_secret},
        SecretKind.BULK_PASSWORD: {filed_under_bulk(row.id) for row in database.engine.scan("bulk_certificates")},
        SecretKind.HANDED_FILE: {name for row in database.table("scenario") for name in row.get("files", ())},
    }
    for kind, keys in kept.items():
        for name in sorted(keys - owners[kind]):
            yield Problem("secret-orphaned", f"public-key:{name}", f"a secret ({kind}) is kept for no record")


def _missing(
    entries: dict[int, Certificate], groups: AuthorityChecks, push: PushAuthorities, simulated: bool, kept: Kept
) -> Iterator[Problem]:
    for entry in entries.values():
        record = f"certificate:{entry.id}"
        for kind, said in (
            (SecretKind.PRIVATE_KEY, entry.has_private_key),
            (SecretKind.KEYSTORE_PASSWORD, entry.has_password),
        ):
            is_kept = entry.public_key_sha256 in kept[kind]
            if said != is_kept:
                yield Problem(
                    "secret-missing" if said else "secret-unexpected",
                    record,
                    f"its {kind}: the record and the vault differ",
                )
    owners = [(authority.public_key_sha256, f"authority:{authority.id}") for authority in groups.with_keys]
    for public_key, record in (*owners, *((key, f"push-authority:{id}") for key, id in push.items())):
        if public_key not in kept[SecretKind.AUTHORITY_KEY]:
            yield Problem("secret-missing", record, "its private key is not in the vault")
    if simulated and FLEET not in kept[SecretKind.FLEET_SECRET]:
        yield Problem("secret-missing", "simulation:1", "the secret of the simulated devices' keys is not in the vault")


def _opened(
    database: Database, entries: dict[int, Certificate], groups: AuthorityChecks, kept: Kept, vault: Vault
) -> Iterator[Problem]:
    holders = {entry.public_key_sha256: entry for entry in entries.values()}
    store = Entries(database)
    for kind, keys in kept.items():
        for name in sorted(keys):
            try:
                secret = vault.get(kind, name)
                if secret is None:
                    continue
                if kind is SecretKind.PRIVATE_KEY and (holder := holders.get(name)):
                    right = read_private_key(secret).fits(store.parsed(holder.id))
                elif kind is SecretKind.AUTHORITY_KEY:
                    right = _public_key_sha256(secret) == name
                else:
                    right = True
                if not right:
                    yield Problem(
                        "secret-wrong",
                        f"public-key:{name}",
                        "the private key kept for it is another one's",
                    )
            except Refusal as refusal:
                yield Problem(refusal.code, f"public-key:{name}", refusal.message)


def _public_key_sha256(key: bytes) -> str | None:
    try:
        # The vault has proven that these are the bytes that were stored, so RSA's numbers need no other proof.
        public = load_der_private_key(key, None, unsafe_skip_rsa_key_validation=True).public_key()
    except (ValueError, TypeError):
        return None
    return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
