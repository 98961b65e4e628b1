"""Keys of test certificates: new ones, or ones that a seed fixes.

A fixed key is known to everybody who has certfleet. P-256, P-384, P-521 and Ed25519 keys are derived from the seed and
from what they are for; RSA keys come from a pool in this package, because nobody should write a generator of their own.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
KeyType = Literal["ec-p256", "ec-p384", "ec-p521", "ed25519", "rsa-1024", "rsa-2048", "rsa-3072", "rsa-4096"]

TEST_ONLY = "TEST ONLY, key known to everybody"
"""The organizational unit of each certificate over a fixed key."""

_CURVES: dict[str, ec.EllipticCurve] = {
    "ec-p256": ec.SECP256R1(),
    "ec-p384": ec.SECP384R1(),
    "ec-p521": ec.SECP521R1(),
}
_TRUSTME = {"ECDSA": "ec-p256", "RSA": "rsa-2048"}


def key_type_of(told: object) -> KeyType:
    """A key type by its name, or a ``trustme.KeyType``. Raises ``ValueError`` for another."""
    name = _TRUSTME.get(getattr(told, "name", ""), told)
    for one in get_args(KeyType):
        if one == name:
            return one  # type: ignore[no-any-return]  # the arguments of a ``Literal`` have no type
    raise ValueError(f"{told!r} is no key type; choose one of {', '.join(get_args(KeyType))}")


class KeyMaker:
    """Makes keys. Those of a ``fixed`` maker depend on the seed and on what they are for, and on nothing else."""

    def __init__(self, seed: int, *, fixed: bool) -> None:
        self.fixed = fixed
        self._secret = b"certfleet.testing, seed %d: " % seed

    def make(self, key_type: KeyType, what: bytes) -> PrivateKey:
        """The key of a kind for ``what``: a name, or whatever else tells it from other keys of the seed."""
        if not self.fixed:
            return _new(key_type)
        if key_type.startswith("rsa-"):
            pool = _pool()[int(key_type.removeprefix("rsa-"))]
            return pool[int.from_bytes(self._bits(what, 8)) % len(pool)]
        if key_type == "ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(self._bits(what, 32))
        curve = _CURVES[key_type]
        # More bits than the order has, so that every key is as likely (FIPS 186-5, A.2.1).
        drawn = int.from_bytes(self._bits(what, curve.key_size // 8 + 9))
        return ec.derive_private_key(drawn % (curve.group_order - 1) + 1, curve)

    def _bits(self, what: bytes, count: int) -> bytes:
        return hashlib.shake_256(self._secret + what).digest(count)


def _new(key_type: KeyType) -> PrivateKey:
    if key_type.startswith("rsa-"):
        size = int(key_type.removeprefix("rsa-"))
        return _pool()[size][0] if size < 2048 else rsa.generate_private_key(65537, size)  # a weak one is no secret
    if key_type == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(_CURVES[key_type])


@cache
def _pool() -> dict[int, list[rsa.RSAPrivateKey]]:
    """The RSA keys of the package, by size."""
    found: dict[int, list[rsa.RSAPrivateKey]] = {}
    text = files(__package__).joinpath("data", "test-only-rsa-keys.pem").read_text()
    for block in text.split("-----BEGIN ")[1:]:
        key = load_pem_private_key(f"-----BEGIN {block}".encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        found.setdefault(key.key_size, []).append(key)
    return found
