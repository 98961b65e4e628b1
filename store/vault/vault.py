"""Private keys and keystore passwords, encrypted at rest.

Envelope encryption: each secret is encrypted with AES-256-GCM under the workspace's data key; the data key is wrapped
by a key from a passphrase (Argon2id, RFC 9106) or a key file. Changing the passphrase rewraps the data key and doesn't
touch the secrets. A secret is bound to its kind and its public key, so swapping two in the store is detected.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import Refusal
from ..folder import is_workspace
from ..persistence.engine import Row
from ..persistence.table import DocumentTable
from .base64_text import decoded, encoded
from .key_files import make_key_file, new_key, next_key_file, read_key_file
from .passphrases import derived_from, new_parameters
from .secret_kind import SecretKind

_NOT_THIS_KEY = ("wrong-key-file", "key-file-missing")


_OF_THE_INVENTORY = (SecretKind.PRIVATE_KEY, SecretKind.KEYSTORE_PASSWORD)


class Vault:
    """The secrets of a workspace, found by the SHA-256 of the public key that they belong to.

    ``key_file`` is the path of an unattended workspace's wrapping key, None for a workspace in memory. ``passphrase``
    is called once, when the first secret is needed and a passphrase protects them.
    """

    def __init__(
        self,
        keys: DocumentTable,
        secrets: DocumentTable,
        key_file: Path | None,
        passphrase: Callable[[], str] | None,
    ) -> None:
        self._keys = keys
        self._secrets = secrets
        self._key_file = key_file
        self._passphrase = passphrase
        self._data_key: bytes | None = None
        self._derived: dict[str, bytes] = {}
        self._memory_key = new_key() if key_file is None else b""

    @property
    def protection(self) -> str:
        """``passphrase`` or ``key file``."""
        envelope = self._keys.get(doc_id=1)
        return "key file" if envelope is None else str(envelope["protection"])

    @property
    def key_file(self) -> Path | None:
        """The path of the key file, even if it doesn't exist."""
        return self._key_file

    @property
    def passphrase(self) -> Callable[[], str] | None:
        """What asks for the passphrase."""
        return self._passphrase

    @property
    def unlocked(self) -> bool:
        """Whether the data key is in memory."""
        return self._data_key is not None

    def derived_key(self, purpose: str) -> bytes | None:
        """A 256-bit key for another purpose, derived from the data key (HKDF, RFC 5869).

        Nobody is asked for a passphrase: None while one locks the vault, and where the key file can't be read."""
        if (found := self._derived.get(purpose)) is not None:
            return found
        if self._data_key is None and (self._keys.get(doc_id=1) is None or self.protection == "passphrase"):
            return None
        try:
            self.unlock()
        except Refusal:
            return None
        assert self._data_key is not None
        derivation = HKDF(SHA256(), length=32, salt=None, info=f"certfleet {purpose}".encode())
        self._derived[purpose] = key = derivation.derive(self._data_key)
        return key

    def share(self, other: Vault) -> None:
        """Let a copy's vault open secrets as this one does, without asking again."""
        other._data_key, other._memory_key = self._data_key, self._memory_key or other._memory_key

    def create(self) -> None:
        """Create the data key of a new workspace, under a key file, inside the transaction that creates the rest."""
        if self._keys.get(doc_id=1) is None:
            self._wrap_under_key_file(new_key())

    def unlock(self) -> None:
        """Get the data key; refuses with ``wrong-passphrase``, ``passphrase-needed`` or ``key-file-missing``."""
        if self._data_key is None:
            self._data_key = self._unwrap()

    def put(self, kind: SecretKind, public_key_sha256: str, secret: bytes) -> None:
        """Store a secret, replacing an older one of the same kind for the same key."""
        self.put_all(kind, {public_key_sha256: secret})

    def put_all(self, kind: SecretKind, secrets: Mapping[str, bytes]) -> None:
        """Store many secrets of a kind at once, by name."""
        self.unlock()
        assert self._data_key is not None
        cipher, upcoming, rows = AESGCM(self._data_key), self._secrets.highest_id() + 1, []
        for name, secret in secrets.items():
            nonce = os.urandom(12)
            document = {
                "kind": kind.value,
                "public_key_sha256": name,
                "nonce": encoded(nonce),
                "ciphertext": encoded(cipher.encrypt(nonce, secret, _binding(kind, name))),
            }
            found = self._find(kind, name)
            rows.append(Row(upcoming if found is None else found.doc_id, document))
            upcoming += found is None
        self._secrets.write(rows)

    def get(self, kind: SecretKind, public_key_sha256: str) -> bytes | None:
        """The secret; None if it doesn't exist."""
        found = self._find(kind, public_key_sha256)
        if found is None:
            return None
        self.unlock()
        assert self._data_key is not None
        try:
            return AESGCM(self._data_key).decrypt(
                decoded(found["nonce"]), decoded(found["ciphertext"]), _binding(kind, public_key_sha256)
            )
        except (InvalidTag, ValueError) as error:
            raise Refusal("secret-damaged", f"the {kind} kept for this key does not decrypt") from error

    def kinds(self, public_key_sha256: str) -> set[SecretKind]:
        """The kinds of secrets stored for a key; needs no passphrase."""
        found = self._secrets.find("public_key_sha256", public_key_sha256)
        return {SecretKind(document["kind"]) for document in found}

    def drop(self, public_key_sha256: str) -> None:
        """Delete the secrets of an inventory entry or a request for a key; a CA of ours keeps its own."""
        found = self._secrets.find("public_key_sha256", public_key_sha256)
        self._secrets.remove(doc_ids=[secret.doc_id for secret in found if secret["kind"] in _OF_THE_INVENTORY])

    def forget(self, kind: SecretKind, name: str) -> None:
        """Delete one secret, if it exists; needs no passphrase."""
        self.forget_all(kind, [name])

    def forget_all(self, kind: SecretKind, names: Iterable[str]) -> None:
        """Delete the existing ones of these secrets; needs no passphrase."""
        found = [self._find(kind, name) for name in names]
        self._secrets.remove(doc_ids=[secret.doc_id for secret in found if secret is not None])

    def change_passphrase(self, new: str | None) -> None:
        """Wrap the data key under ``new``, or under a key file if None. Inside a transaction."""
        self.unlock()
        assert self._data_key is not None
        if new is None:
            self._wrap_under_key_file(self._data_key)
            return
        if not new:
            raise Refusal("passphrase-empty", "an empty passphrase protects nothing", "Choose another one.")
        parameters = new_parameters()
        self._wrap("passphrase", derived_from(new, parameters), parameters)

    def rewrap(self, wrapping: bytes) -> None:
        """Put the data key under the key of another key file. Inside a transaction."""
        self.unlock()
        self._wrap("key file", wrapping, {})

    def is_under(self, wrapping: bytes) -> bool:
        """Whether the key of a key file opens it."""
        envelope = self._keys.get(doc_id=1)
        try:
            return envelope is not None and bool(_opened(envelope, wrapping))
        except (InvalidTag, ValueError):
            return False

    def remove_key_file(self, own: Path) -> None:
        """Delete the key file if it is at ``own``, once a committed passphrase has replaced it.

        A key file elsewhere may serve other workspaces too, and stays.
        """
        if self._key_file == own and self.protection == "passphrase":
            own.unlink(missing_ok=True)

    def _find(self, kind: SecretKind, public_key_sha256: str) -> Any:
        for document in self._secrets.find("public_key_sha256", public_key_sha256):
            if document["kind"] == kind:
                return document
        return None

    def _wrap_under_key_file(self, data_key: bytes) -> None:
        if self._key_file is None:
            wrapping = self._memory_key
        else:
            wrapping = read_key_file(self._key_file) if self._key_file.exists() else make_key_file(self._key_file)
        self._data_key = data_key
        self._wrap("key file", wrapping, {})

    def _wrap(self, protection: str, wrapping: bytes, parameters: dict[str, Any]) -> None:
        assert self._data_key is not None
        nonce = os.urandom(12)
        wrapped = AESGCM(wrapping).encrypt(nonce, self._data_key, protection.encode())
        envelope = {
            "protection": protection,
            "argon2id": parameters or None,
            "nonce": encoded(nonce),
            "wrapped_key": encoded(wrapped),
        }
        self._keys.upsert(self._keys.document_class(envelope, 1))

    def _unwrap(self) -> bytes:
        try:
            return self._unwrapped(self._key_file)
        except Refusal as refusal:
            if self._key_file is None or refusal.code not in _NOT_THIS_KEY:
                raise
            following = next_key_file(self._key_file)
            if not is_workspace(self._key_file.parent) or not following.exists():
                raise
            try:
                found = self._unwrapped(following)
            except Refusal:
                raise refusal from None
            with contextlib.suppress(OSError):
                following.replace(self._key_file)
            return found

    def _unwrapped(self, key_file: Path | None) -> bytes:
        envelope = self._keys.get(doc_id=1)
        if envelope is None:
            raise Refusal("vault-missing", "the workspace has no vault", "Run `certfleet workspace check`.")
        protection = envelope["protection"]
        if protection == "passphrase":
            if self._passphrase is None:
                raise Refusal(
                    "passphrase-needed",
                    "private keys and passwords here are protected by a passphrase",
                    "Name a file that holds it in CERTFLEET_PASSPHRASE_FILE.",
                )
            wrapping = derived_from(self._passphrase(), envelope["argon2id"])
        elif key_file is None:
            wrapping = self._memory_key
        else:
            wrapping = read_key_file(key_file)
        try:
            return _opened(envelope, wrapping)
        except ValueError as error:  # no Base64, or a nonce of another length
            raise _damaged() from error
        except InvalidTag as error:
            if protection == "passphrase":
                raise Refusal("wrong-passphrase", "that is not the passphrase of this workspace") from error
            raise Refusal(
                "wrong-key-file",
                f"{key_file} is the key file of another workspace",
                "Put the key file that belongs to this workspace there.",
            ) from error


def _opened(envelope: Mapping[str, Any], wrapping: bytes) -> bytes:
    """The data key. Raises ``InvalidTag`` for another wrapping key."""
    nonce, wrapped = decoded(envelope["nonce"]), decoded(envelope["wrapped_key"])
    return AESGCM(wrapping).decrypt(nonce, wrapped, str(envelope["protection"]).encode())


def _damaged() -> Refusal:
    return Refusal(
        "workspace-damaged",
        "the vault of the workspace is damaged: its key can't be read",
        "Restore the newest backup.",
    )


def _binding(kind: str, public_key_sha256: str) -> bytes:
    return f"{kind}:{public_key_sha256}".encode()
