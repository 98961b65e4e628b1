"""Keys from passphrases: Argon2id (RFC 9106)."""

from __future__ import annotations

import os
import threading
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ..errors import Refusal
from .base64_text import decoded, encoded

# RFC 9106 section 4, the second recommended choice: 64 MiB of memory, three passes, four lanes.
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_ITERATIONS = 3
ARGON2_LANES = 4
# OpenSSL 4.0 hangs forever if two threads of a process derive over several lanes at once.
_ONE_AT_A_TIME = threading.Lock()


def new_parameters() -> dict[str, Any]:
    """The parameters for a new passphrase, with a salt."""
    return {
        "memory_kib": ARGON2_MEMORY_KIB,
        "iterations": ARGON2_ITERATIONS,
        "lanes": ARGON2_LANES,
        "salt": encoded(os.urandom(16)),
    }


def derived_from(passphrase: str, parameters: dict[str, Any]) -> bytes:
    """The wrapping key of a passphrase. Refuses with ``workspace-damaged`` what would exhaust the machine."""
    if parameters["memory_kib"] > 2**21 or parameters["iterations"] > 100:  # no hostile import may exhaust the machine
        raise Refusal("workspace-damaged", "the vault asks for more memory than certfleet ever does")
    derivation = Argon2id(
        salt=decoded(parameters["salt"]),
        length=32,
        iterations=parameters["iterations"],
        lanes=parameters["lanes"],
        memory_cost=parameters["memory_kib"],
    )
    with _ONE_AT_A_TIME:
        return derivation.derive(passphrase.encode())
