"""Reading private keys: PKCS #8, PKCS #1, SEC 1, OpenSSH, PVK and MSBLOB, plain or encrypted, PEM or DER."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
    load_ssh_private_key,
)

from ..errors import Refusal
from .asn1 import ASN1_ERRORS, core, encode, keys, load
from .der import OID, SEQUENCE, DerError, Truncated, children, element, expect
from .facts import ParsedCertificate
from .kdf import KdfBudget, password_bytes
from .limits import MAX_PRIVATE_KEY
from .parsed_keys import ParsedKey, damaged_key, parse_key
from .pbe import Algorithm, read_encryption
from .pem import PemBlock, as_text, bare_base64, find_blocks
from .pkcs8 import as_pkcs8, join_pkcs8, split_pkcs8
from .public_keys import EC, RSA
from .sniffing import FileKind, kind_of, kind_of_der, kind_of_label, kind_of_text
from .windows_keys import read_windows_key
from .wrapped import enclosed
from .wrong_password import Locked, WrongPassword, begins_as_key, wrong_password

_KEYS = (FileKind.PRIVATE_KEY, FileKind.ENCRYPTED_KEY)
_PLAIN_OPENSSH = b"openssh-key-v1\0\0\0\0\4none"


def split_keys(data: bytes) -> list[bytes]:
    """Each private key of a PEM file separately; any other file unchanged."""
    text = as_text(data) if len(data) <= MAX_PRIVATE_KEY and kind_of(data) is FileKind.UNKNOWN else None
    blocks = find_blocks(text, "the private key file") if text is not None else []
    return [block.text.encode() for block in blocks if block.label.endswith("PRIVATE KEY")] or [data]


def load_private_key(data: bytes, password: str | None = None) -> PrivateKeyTypes:
    """The first private key in ``data``, for signing. Refuses as ``read_private_key``, and other kinds of keys with
    ``key-unsupported``."""
    return read_private_key(data, password).usable


def read_private_key(data: bytes, password: str | None = None, budget: KdfBudget | None = None) -> ParsedKey:
    """The first private key in ``data``, as it came. A password for a plain key is ignored. Keys tried in sequence
    share a ``budget``.

    Refuses ``key-password-needed``, ``wrong-password``, ``not-a-private-key``, ``key-unsupported``, ``kdf-too-costly``
    and ``file-truncated``.
    """
    budget = budget or KdfBudget()
    if len(data) > MAX_PRIVATE_KEY:
        raise Refusal("not-a-private-key", "the private key file is larger than any private key")
    kind = kind_of(data)
    text = as_text(data) if kind is FileKind.UNKNOWN else None
    if text is None:
        return _from_der(data, kind, password, budget)
    blocks = find_blocks(text, "the private key file")
    block = next((b for b in blocks if _is_key(b)), None)
    if block is not None:
        return _from_block(block, password, budget)
    if blocks:
        raise _not_a_key(kind_of_label(blocks[0].label))
    decoded = bare_base64(text)
    if decoded is not None and b"-----BEGIN " in decoded[:4096]:
        return read_private_key(decoded, password, budget)  # as Kubernetes keeps PEM
    if decoded is not None and decoded[:1] == b"\x30":
        return _from_der(decoded, kind_of(decoded), password, budget)
    if (found := enclosed(text)) is not None:
        return read_private_key(found.encode("latin-1", "replace"), password, budget)
    raise _not_a_key(kind_of_text(text))


def matches(key: PrivateKeyTypes, certificate: ParsedCertificate) -> bool:
    """Whether the certificate is for this key. False also for a certificate with an unusable key."""
    try:
        return bool(key.public_key() == certificate.public_key())
    except Refusal:
        return False


def to_pkcs8(key: PrivateKeyTypes) -> bytes:
    """The key as unencrypted PKCS #8 DER, for the vault only."""
    return as_pkcs8(key)


def read_plain_pkcs8(data: bytes) -> ParsedKey:
    """An unencrypted PKCS #8 key from a keystore, as it came. Refuses ``key-unsupported``, ``not-a-private-key``."""
    return _from_der(data, FileKind.PRIVATE_KEY, None, KdfBudget())


def _is_key(block: PemBlock) -> bool:
    """A private key, also under a certificate's label."""
    if block.label.endswith("PRIVATE KEY"):
        return True
    return block.label == "CERTIFICATE" and block.der is not None and kind_of_der(block.der) in _KEYS


def _from_block(block: PemBlock, password: str | None, budget: KdfBudget) -> ParsedKey:
    if block.label == "OPENSSH PRIVATE KEY":
        if block.der is not None and not block.der.startswith(_PLAIN_OPENSSH):
            raise Refusal(
                "key-unsupported",
                "the private key is an encrypted OpenSSH key, which can't be read",
                "Make a copy of the file, and take the copy's password off: ssh-keygen -p -m PEM -N '' -f COPY",
            )
        return _whole(load_ssh_private_key, block.text.encode(), password)
    if block.encrypted:
        if block.cipher and not block.cipher.startswith(("AES-", "DES-")):
            raise _unsupported()
        if not block.has_good_cipher:
            raise damaged_key()
        return _whole(load_pem_private_key, block.text.encode(), password)
    if block.der is None:
        raise Refusal("not-a-private-key", "the private key is not base64", "Copy the file again, as plain text.")
    return _from_der(block.der, kind_of(block.der), password, budget)


def _from_der(data: bytes, kind: FileKind, password: str | None, budget: KdfBudget) -> ParsedKey:
    if data[:1] == b"\x30":
        try:
            # Copying through text has left line ends and zeros behind many a DER file.
            data = data[: element(data, 0, len(data))[2]]
        except Truncated:
            raise Refusal("file-truncated", "the private key ends too early", "Copy the file again, whole.") from None
        except ValueError:
            raise _not_a_key(kind) from None
    if kind is FileKind.ENCRYPTED_KEY:
        return _from_encrypted(data, password, budget)
    if kind in (FileKind.PVK, FileKind.MSBLOB):
        return read_windows_key(data, password)
    if kind is not FileKind.PRIVATE_KEY:
        raise _not_a_key(kind)
    return parse_key(data) if _is_pkcs8(data) else _from_bare(data)


def _is_pkcs8(data: bytes) -> bool:
    try:
        split_pkcs8(data)
    except DerError:
        return False
    return True


def _from_bare(data: bytes) -> ParsedKey:
    """PKCS #1, SEC 1, or OpenSSL's form of DSA keys: they name no algorithm beside them."""
    try:
        return _whole(load_der_private_key, data, None)
    except Refusal:
        algorithm = _algorithm_of_bare(data)
        if algorithm is None:
            raise
    return parse_key(join_pkcs8(algorithm, data))


def _algorithm_of_bare(data: bytes) -> bytes | None:
    """The AlgorithmIdentifier that a SEC 1 key (RFC 5915) or an RSA key of several primes has in PKCS #8."""
    try:
        start, stop = expect(data, 0, len(data), SEQUENCE)
        parts = children(data, start, stop)
    except DerError:
        return None
    if len(parts) == 10:
        return encode(Algorithm, {"algorithm": RSA, "parameters": load(core.Any, b"\x05\x00")})
    curve = next((data[start:stop] for tag, start, stop in parts if tag == 0xA0), b"")
    if curve[:1] not in (bytes((OID,)), bytes((SEQUENCE,))):
        return None
    return encode(Algorithm, {"algorithm": EC, "parameters": load(core.Any, curve)})


def _from_encrypted(data: bytes, password: str | None, budget: KdfBudget) -> ParsedKey:
    """PKCS #8 EncryptedPrivateKeyInfo; the cost of its key derivation is checked first."""
    try:
        parsed = load(keys.EncryptedPrivateKeyInfo, data)
        encryption = read_encryption(parsed["encryption_algorithm"].dump(), budget)
        ciphertext = parsed["encrypted_data"].native
    except ASN1_ERRORS:
        raise Refusal("not-a-private-key", "the encrypted private key is damaged") from None
    except Refusal as refusal:
        raise _for_key(refusal) from None
    if password is None:
        raise _password_needed()
    # cryptography treats an empty password as none, but keys are encrypted with it.
    try:
        return read_plain_pkcs8(encryption.decrypt(ciphertext, password, budget, begins_as_key))
    except WrongPassword:
        raise wrong_password(Locked.PRIVATE_KEY, password=password) from None
    except Refusal as refusal:
        raise _for_key(refusal) from None


def _whole(load: Callable[[bytes, bytes | None], PrivateKeyTypes], data: bytes, password: str | None) -> ParsedKey:
    """Load with cryptography, trying each encoding of the password that programs use."""
    refusal = _password_needed()
    for attempt in (None,) if not password else password_bytes(password):
        try:
            key = _load_once(load, data, attempt)
        except ValueError as error:
            refusal = _refusal(str(error), password)
            continue
        except (UnsupportedAlgorithm, ImportError, NotImplementedError, OverflowError):
            raise _unsupported() from None
        return ParsedKey(as_pkcs8(key), key)
    raise refusal


def _load_once(
    load: Callable[[bytes, bytes | None], PrivateKeyTypes], data: bytes, password: bytes | None
) -> PrivateKeyTypes:
    """cryptography raises ``TypeError`` for a missing or unneeded password."""
    try:
        return load(data, password)
    except TypeError:
        if password is None:
            raise _password_needed() from None
    try:
        return load(data, None)
    except TypeError as error:
        raise ValueError("incorrect password") from error


def _refusal(reason: str, password: str | None) -> Refusal:
    reason = reason.lower()
    # A password was needed, so this key is an encrypted one: what can't be read in it was never in it.
    if password and ("password" in reason or "decrypt" in reason or "deserialize" in reason):
        return wrong_password(Locked.PRIVATE_KEY, password=password)
    if "unknown" in reason or "unsupported" in reason:
        return _unsupported()
    return damaged_key()


def _not_a_key(kind: FileKind) -> Refusal:
    if kind is FileKind.UNKNOWN:
        return Refusal("not-a-private-key", "the private key file holds nothing known")
    hint = "Name the file with the private key itself."
    if kind is FileKind.TEXT:
        return Refusal("not-a-private-key", "the private key file is a text without a private key in it", hint)
    if kind in (FileKind.PKCS12, FileKind.JKS, FileKind.JCEKS):
        hint = "Import the keystore as a keystore: it brings its key along."
    return Refusal("not-a-private-key", f"the private key file seems to be {kind.words}", hint)


def _password_needed() -> Refusal:
    return Refusal("key-password-needed", "the private key is encrypted, and no password was given")


def _unsupported() -> Refusal:
    return Refusal(
        "key-unsupported",
        "the private key is of a kind, or encrypted in a way, that can't be used",
        "Convert it with: openssl pkcs8 -topk8 -v2 aes256",
    )


def _for_key(refusal: Refusal) -> Refusal:
    return _unsupported() if refusal.code == "keystore-unsupported" else refusal
