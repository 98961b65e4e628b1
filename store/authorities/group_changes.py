"""Activating and deleting CA groups, as an administrator of the product does on premises."""

from __future__ import annotations

import shlex
from datetime import timedelta

from msgspec import Struct

from ..errors import Refusal
from ..model.authority import AuthorityGroup
from ..model.device import CertificateState, HeldCertificate
from ..model.events import ChangeStarted
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..vault.secret_kind import SecretKind
from ..words import minute, plural
from .authorities import Authorities
from .groups import GroupState, next_rank


class GroupHolder(Struct, frozen=True):
    """The fields of a device that say whose certificates it holds."""

    id: int
    issuer_group: str | None = None
    certificates: tuple[HeldCertificate, ...] = ()

    def holds_of(self, group: str) -> bool:
        """Whether it holds a certificate of a group that it may present."""
        good = (CertificateState.ACTIVE, CertificateState.UNCONFIRMED)
        return self.issuer_group == group or any(
            held.group == group and held.state in good for held in self.certificates
        )


class GroupChanges(UseCases):
    """Which CA group issues, by a person's choice, and which there are."""

    def __init__(self, context: Context, *, authorities: Authorities) -> None:
        super().__init__(context)
        self._authorities = authorities
        self._groups = RecordTable(self._database.table("authority_groups"), AuthorityGroup)

    def generate(self, name: str) -> AuthorityGroup:
        """Generate a group at once. It issues once it is activated. Refuses as ``Authorities.refresh``."""
        return self._authorities.refresh(name=name, ready_after=timedelta(0), waits=True)

    def activate(self, name: str) -> AuthorityGroup:
        """Make a group the one that issues, from now on. Does nothing if it issues.

        Refuses with ``group-unknown``, and with ``group-not-ready`` if it isn't ready, or its device CA has expired.
        """
        with self._database.transaction():
            group, state = self._find(name)
            if state is GroupState.ISSUING:
                return group
            if state is GroupState.REQUESTED:
                said = f"CA group {name} is not ready before {minute(group.ready_at)} UTC"
                hint = (
                    "Activate it then." if group.waits else "Nothing is to be done: it issues by itself from then on."
                )
                raise Refusal("group-not-ready", said, hint)
            if state is not GroupState.READY:
                said = f"CA group {name} has an expired device CA"
                raise Refusal("group-not-ready", said, "Activate another group.")
            rank = next_rank(self._groups.all())
            group = self._groups.change(group, activated_at=self._clock.now(), rank=rank)
            self._audit.record(
                "authority.activate", f"authority-group:{group.id}", f"CA group {name} issues from now on"
            )
            self._authorities.announce()
            self._tell(ChangeStarted("the new CA group"))
        return self._authorities.group(name)

    def delete(self, name: str) -> AuthorityGroup:
        """Delete a group, with its keys.

        Refuses with ``group-unknown``, with ``group-issues`` if it issues, and with ``group-in-use`` while devices hold
        its certificates.
        """
        with self._database.transaction():
            group, state = self._find(name)
            if state is GroupState.ISSUING:
                raise Refusal(
                    "group-issues",
                    f"CA group {name} issues device certificates now",
                    "Activate another group before: `certfleet authority activate`.",
                )
            holders = sum(one.holds_of(name) for one in self._database.table("devices").each(GroupHolder))
            if holders:
                hold = f"{plural(holders, 'device')} still {'holds' if holders == 1 else 'hold'}"
                raise Refusal(
                    "group-in-use",
                    f"{hold} certificates of CA group {name}",
                    f"Renew them before: `certfleet device renew --issuer {shlex.quote(name)}`.",
                )
            keys = [authority.public_key_sha256 for authority in self._authorities.of_group(name).values()]
            group = self._groups.change(group, deleted_at=self._clock.now())
            self._vault.forget_all(SecretKind.AUTHORITY_KEY, keys)
            self._audit.record(
                "authority.delete", f"authority-group:{group.id}", f"CA group {name} deleted, with its keys"
            )
        return group

    def _find(self, name: str) -> tuple[AuthorityGroup, GroupState]:
        group = self._authorities.group(name)
        return next((one.group, one.state) for one in self._authorities.list() if one.group.id == group.id)
