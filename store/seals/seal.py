"""A seal: how far an audit trail went at a time, authenticated with a key that is derived from the vault's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from ..errors import Refusal

SEAL_KEY = "audit seal"
"""The purpose of the key, for ``Vault.derived_key``."""

_WRITTEN = re.compile(r"certfleet-seal-1/([0-9]{1,18})/([0-9a-f]{64})/([0-9]{8}T[0-9]{6}Z)/([0-9a-f]{64})")
_STAMP = "%Y%m%dT%H%M%SZ"


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The trail ended with the line of this id and hash, at this time of the machine (UTC, whole seconds).

    ``since`` is the first line that was sealed when it was written. ``breaks`` are those of the chain that a person
    with the key has accepted, each a hash of what is there. ``mac`` is HMAC-SHA-256 over all of it and the place where
    the seal is kept, so that the seal of one place can't be put in another.
    """

    line: int
    head: str
    at: datetime
    since: int = 1
    breaks: tuple[str, ...] = ()
    mac: str = ""

    def signed(self, key: bytes, place: str) -> Seal:
        """The same with the ``mac`` for a place."""
        return msgspec.structs.replace(self, mac=self._hmac(key, place).finalize().hex())

    def is_genuine(self, key: bytes, place: str) -> bool:
        """Whether its ``mac`` was made with this key for this place."""
        try:
            self._hmac(key, place).verify(bytes.fromhex(self.mac))
        except (InvalidSignature, ValueError):
            return False
        return True

    def _hmac(self, key: bytes, place: str) -> HMAC:
        hmac = HMAC(key, SHA256())
        breaks = ",".join(self.breaks)
        at = f"{self.at.astimezone(UTC):{_STAMP}}"
        hmac.update(f"{place}\n{self.line}\n{self.head}\n{at}\n{self.since}\n{breaks}".encode())
        return hmac


STORED, BESIDE, WRITTEN_DOWN = "in the database", "beside the database", "written down"
"""The places of seals."""


def written(seal: Seal, key: bytes) -> str:
    """A seal as one line for safe keeping elsewhere: ``certfleet-seal-1/LINE/HASH/TIME/MAC``."""
    plain = Seal(line=seal.line, head=seal.head, at=seal.at).signed(key, WRITTEN_DOWN)
    return f"certfleet-seal-1/{plain.line}/{plain.head}/{plain.at.astimezone(UTC):{_STAMP}}/{plain.mac}"


def read_written(text: str) -> Seal:
    """The seal in a text that holds such a line, and perhaps others. Refuses with ``seal-unreadable``."""
    found = _WRITTEN.search(text)
    if found is None:
        raise Refusal("seal-unreadable", "that is no seal of an audit trail", "Give the whole line, as it was printed.")
    line, head, at, mac = found.groups()
    try:
        time = datetime.strptime(at, _STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal("seal-unreadable", f"{at} in that seal is no time") from error
    return Seal(line=int(line), head=head, at=time, mac=mac)
