"""CA groups: a root CA, a device CA and a server CA under one name."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class AuthorityRole(StrEnum):
    """The role of a CA in its group."""

    ROOT = "root"
    DEVICE = "device"
    SERVER = "server"


class Authority(Struct, frozen=True, kw_only=True):
    """A CA of a group. ``der`` is its certificate in base64; its private key is in the vault.

    ``serial_number`` is upper-case hexadecimal, the SHA-256 values lower-case hexadecimal. ``crl_number`` and
    ``crl_at`` are those of its latest revocation list; 0 for none.
    """

    id: int
    group_id: int
    group: str
    role: AuthorityRole
    subject: str
    serial_number: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    public_key_sha256: str
    key_algorithm: str
    crl_number: int = 0
    crl_at: datetime | None = None
    der: str


class AuthorityGroup(Struct, frozen=True, kw_only=True):
    """A CA group. It issues from ``ready_at`` until a newer one is ready; ``announced`` once its notice was given.

    ``waits``: it issues nothing until somebody activates it. ``activated_at`` is when somebody last did: it issues from
    then on, whichever group is newer. ``rank`` decides between groups that issue from the same moment on: the highest
    one; 0 stands for the id. A deleted group (``deleted_at``) stays as a record, for the chains of what it
    issued; its keys are gone.
    """

    id: int
    name: str
    requested_at: datetime
    requested_by: str
    ready_at: datetime
    announced: bool = False
    waits: bool = False
    activated_at: datetime | None = None
    rank: int = 0
    deleted_at: datetime | None = None
