"""The keys of simulated devices, derived from one secret of the fleet, so none has to be stored.

The secret is random and is kept in the vault; a device's key is as secret as that. P-256, by key pair generation with
extra random bits (FIPS 186-5, appendix A.2.1) over HMAC-SHA-512.
"""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from ....store.vault.secret_kind import FLEET, SecretKind
from ....store.workspace import Workspace

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186, 3.2.1.3)
_CURVE = ec.SECP256R1()


@lru_cache(maxsize=64)
def device_key(secret: bytes, index: int, number: int) -> ec.EllipticCurvePrivateKey:
    """Key ``number`` of device ``index``."""
    bits = hmac.digest(secret, b"%d:%d" % (index, number), "sha512")
    return ec.derive_private_key(int.from_bytes(bits) % (_ORDER - 1) + 1, _CURVE)


def fleet_secret(workspace: Workspace) -> bytes:
    """The secret of the workspace's fleet, generated on first use."""
    secret = workspace.vault.get(SecretKind.FLEET_SECRET, FLEET)
    if secret is None:
        workspace.audit.permit("simulation.fleet")
        secret = secrets.token_bytes(32)
        with workspace.database.transaction():
            workspace.vault.put(SecretKind.FLEET_SECRET, FLEET, secret)
    return secret
