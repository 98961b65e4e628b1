"""Private keys and keystore passwords, encrypted at rest.

Envelope encryption: each secret is encrypted with AES-256-GCM under the workspace's data key; the data key is wrapped
by a key from a passphrase (Argon2id, RFC 9106) or a key file. Changing the passphrase rewraps the data key and doesn't
touch the secrets. A secret is bound to its kind and its public key, so swapping two in the store is detected.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import NO_ROOM, Refusal, no_room
from .folder import is_workspace
from .persistence.database_file import address_in
from .persistence.engine import Row
from .persistence.files.private_files import create_file
from .persistence.table import DocumentTable

# RFC 9106 section 4, the second recommended choice: 64 MiB of memory, three passes, four lanes.
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_ITERATIONS = 3
ARGON2_LANES = 4
# OpenSSL 4.0 hangs forever if two threads of a process derive over several lanes at once.
_ONE_AT_A_TIME = threading.Lock()

_KEY_FILE_PREFIX = "certfleet-vault-key-1:"
_NOT_THIS_KEY = ("wrong-key-file", "key-file-missing")

FLEET = "simulation"  # the name for the secret of a simulated fleet, which belongs to no public key


class SecretKind(StrEnum):
    """The kind of a secret."""

    PRIVATE_KEY = "private-key"
    KEYSTORE_PASSWORD = "keystore-password"  # noqa: S105  # the name of a kind, no password
    AUTHORITY_KEY = "authority-key"  # of a CA of ours, whose certificate may also be an entry of the inventory
    FLEET_SECRET = "fleet-secret"  # noqa: S105  # what the keys of simulated devices are derived from
    DELIVERY_SECRET = "delivery-secret"  # noqa: S105  # what logs in to the mail server, or signs for the webhook
    BULK_PASSWORD = "bulk-password"  # noqa: S105  # of the PKCS #12 file of a device certificate imported in bulk
    HANDED_FILE = "handed-file"  # a file with private keys that a scenario hands to the person, by its name


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
                "nonce": _encode(nonce),
                "ciphertext": _encode(cipher.encrypt(nonce, secret, _binding(kind, name))),
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
                _decode(found["nonce"]), _decode(found["ciphertext"]), _binding(kind, public_key_sha256)
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
        salt = os.urandom(16)
        parameters = {
            "memory_kib": ARGON2_MEMORY_KIB,
            "iterations": ARGON2_ITERATIONS,
            "lanes": ARGON2_LANES,
            "salt": _encode(salt),
        }
        self._wrap("passphrase", _derive(new, parameters), parameters)

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
            "nonce": _encode(nonce),
            "wrapped_key": _encode(wrapped),
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
            wrapping = _derive(self._passphrase(), envelope["argon2id"])
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
    nonce, wrapped = _decode(envelope["nonce"]), _decode(envelope["wrapped_key"])
    return AESGCM(wrapping).decrypt(nonce, wrapped, str(envelope["protection"]).encode())


def _damaged() -> Refusal:
    return Refusal(
        "workspace-damaged",
        "the vault of the workspace is damaged: its key can't be read",
        "Restore the newest backup.",
    )


def next_key_file(path: Path) -> Path:
    """The key file of the database that is about to be put in place of another one. Whoever opens the workspace after a
    kill finds it where the key file doesn't fit."""
    return path.with_name(f"{path.name}.next")


def read_key_file(path: Path) -> bytes:
    """The wrapping key in a key file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("key-file-unreadable", f"{path} is not a file")
        with path.open("rb") as file:
            text = file.read(1024).decode("ascii").strip()
    except FileNotFoundError as error:
        raise Refusal(
            "key-file-missing",
            f"the key file {path} is not there, so private keys and passwords can't be read",
            f"Copy {path.name} from the machine on which the workspace was made to that place, or name its place in "
            "CERTFLEET_KEY_FILE."
            if address_in(path.parent) is not None
            else "Restore it from where you keep it, or name its place in CERTFLEET_KEY_FILE.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("key-file-unreadable", f"the key file {path} can't be read") from error
    try:
        key = _decode(text.removeprefix(_KEY_FILE_PREFIX)) if text.startswith(_KEY_FILE_PREFIX) else b""
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Refusal("key-file-unreadable", f"{path} is not a certfleet key file")
    return key


def make_key_file(path: Path, key: bytes | None = None) -> bytes:
    """Write a wrapping key (by default a new one), readable only by its owner. If another process was faster, its key
    is used."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = create_file(draft)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(_KEY_FILE_PREFIX + _encode(key or new_key()) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(path) from error
        raise Refusal(
            "key-file-unwritable",
            f"the key file {path} can't be made: {error.strerror}",
            "Name a place in a folder that is there and yours in CERTFLEET_KEY_FILE.",
        ) from error
    return read_key_file(path)


def new_key() -> bytes:
    """A new 256-bit key."""
    return secrets.token_bytes(32)


def _derive(passphrase: str, parameters: dict[str, Any]) -> bytes:
    if parameters["memory_kib"] > 2**21 or parameters["iterations"] > 100:  # no hostile import may exhaust the machine
        raise Refusal("workspace-damaged", "the vault asks for more memory than certfleet ever does")
    derivation = Argon2id(
        salt=_decode(parameters["salt"]),
        length=32,
        iterations=parameters["iterations"],
        lanes=parameters["lanes"],
        memory_cost=parameters["memory_kib"],
    )
    with _ONE_AT_A_TIME:
        return derivation.derive(passphrase.encode())


def _binding(kind: str, public_key_sha256: str) -> bytes:
    return f"{kind}:{public_key_sha256}".encode()


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
