"""The names of what is wrong on purpose, each with what is wrong. Importing this costs nothing: the plugin needs it."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """What is wrong, and the words of OpenSSL's refusal: by ``openssl verify``, or when a server loads it."""

    wrong: str
    openssl: str
    at_loading: bool = False


CHAIN_FAULTS: dict[str, Fault] = {
    "expired": Fault("The certificate has expired.", "certificate has expired"),
    "not-yet-valid": Fault("The certificate isn't valid yet.", "certificate is not yet valid"),
    "wrong-host": Fault("The certificate is for another host.", "hostname mismatch"),
    "weak-key": Fault("The certificate's key is RSA with 1,024 bits.", "EE certificate key too weak"),
    "weak-signature": Fault("The certificate's signature is over SHA-1.", "CA signature digest algorithm too weak"),
    "self-signed": Fault("The certificate is signed by its own key.", "self-signed certificate"),
    "untrusted-root": Fault(
        "The root is none that the client trusts, and is presented.", "self-signed certificate in certificate chain"
    ),
    "gap-in-chain": Fault("An intermediate is missing.", "unable to get local issuer certificate"),
    "wrong-order": Fault("The intermediate comes first, the certificate last.", "key values mismatch", True),
    "twin-intermediate": Fault(
        "The intermediate has the name and the key identifier of the right one, and another key.",
        "certificate signature failure",
    ),
    "path-length": Fault("A CA is below one that allows none (path length 0).", "path length constraint exceeded"),
    "not-a-ca": Fault("The issuer isn't a CA.", "invalid CA certificate"),
    "name-constraint": Fault("The host isn't among those that the CA may name.", "permitted subtree violation"),
    "critical-extension": Fault("A critical extension is unknown.", "unhandled critical extension"),
    "wrong-purpose": Fault("The certificate is for clients only.", "unsuitable certificate purpose"),
    "revoked": Fault("The certificate is on its CA's revocation list.", "certificate revoked"),
    "ca-expired": Fault("The intermediate has expired, the certificate hasn't.", "certificate has expired"),
    "same-key-twice": Fault(
        "The certificate was renewed over the key of the one before, which is beside it: who looks at one chain alone "
        "can't see that.",
        "",
    ),
    "key-mismatch": Fault("The private key belongs to another certificate.", "key values mismatch", True),
}

KEYSTORE_FAULTS: dict[str, str] = {
    "truncated": "The file ends too early.",
    "wrong-password": "It was encrypted under another password.",
    "damaged": "A byte in the middle is another one.",
    "key-mismatch": "The private key belongs to another certificate.",
    "empty": "The file is empty.",
}

ARCHIVE_FAULTS: dict[str, str] = {
    "wrong-password": "A file's password in the credential file is another one.",
    "no-password": "A file has no line in the credential file.",
    "damaged": "A file ends too early.",
    "copy": "A file holds the certificate of another device.",
    "expired": "A certificate has expired.",
    "stranger": "A file is for a device that isn't in the fleet.",
    "no-credentials": "There is no credential file.",
    "duplicate-name": "A file is there twice.",
    "path-outside": "A file's name leads out of the archive.",
    "nested": "An archive is in the archive.",
    "truncated": "The archive ends too early.",
    "not-an-archive": "The file is no ZIP archive.",
    "empty": "The file is empty.",
}

BAD_CHAINS: tuple[str, ...] = tuple(CHAIN_FAULTS)
BAD_KEYSTORES: tuple[str, ...] = tuple(KEYSTORE_FAULTS)
BAD_ARCHIVES: tuple[str, ...] = tuple(ARCHIVE_FAULTS)
