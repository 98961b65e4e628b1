"""CAs on paper: the records of those that nobody takes a certificate from, without a key."""

from __future__ import annotations

from datetime import datetime

from ..model.authority import Authority, AuthorityGroup, AuthorityRole
from . import groups as rules
from .issued import made_up
from .new_authorities import ORGANIZATION, authority_name


def paper_authority(group: AuthorityGroup, role: AuthorityRole, name: str, start: datetime) -> Authority:
    """A CA of a group that issues on paper: the rules read no more than its record."""
    is_root = role is AuthorityRole.ROOT
    made = made_up(f"{role} of CA group {group.name}")
    return Authority(
        id=0,
        group_id=group.id,
        group=group.name,
        role=role,
        subject=authority_name(name, ORGANIZATION).rfc4514_string(),
        serial_number=made.serial_number,
        not_before=start,
        not_after=start + (rules.ROOT_LIFETIME if is_root else rules.CA_LIFETIME),
        fingerprint_sha256=made.fingerprint_sha256,
        public_key_sha256=made.public_key_sha256,
        key_algorithm="EC P-384" if is_root else "EC P-256",
        der="",
    )
