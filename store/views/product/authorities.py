"""The CA groups as the product lists them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ...authorities.ca_groups import GroupSummary
from ...authorities.groups import GroupState
from ...model.authority import AuthorityRole

KINDS: Mapping[AuthorityRole, tuple[str, str]] = {
    AuthorityRole.ROOT: ("root_ca", "Root Certificate Authority"),
    AuthorityRole.DEVICE: ("devices_ca", "Devices Certificate Authority"),
    AuthorityRole.SERVER: ("server_ca", "SSL Servers Certificate Authority"),
}


class ListedAuthority(Struct, frozen=True, kw_only=True):
    """A CA of a group. Its ``id`` is the one that the device filter takes."""

    type: str
    name: str
    id: int


class ListedGroup(Struct, frozen=True, kw_only=True, rename={"group_name": "groupName", "issuing": "currentIssuingCA"}):
    """A CA group. ``currentIssuingCA`` is ``"true"`` or ``"false"``."""

    group_name: str
    issuing: str
    calist: tuple[ListedAuthority, ...]


def listed_group(summary: GroupSummary) -> ListedGroup:
    """The product's entry of a CA group."""
    return ListedGroup(
        group_name=summary.group.name,
        issuing="true" if summary.state is GroupState.ISSUING else "false",
        calist=tuple(
            ListedAuthority(type=type, name=name, id=summary.of(role).id) for role, (type, name) in KINDS.items()
        ),
    )
