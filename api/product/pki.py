"""CA groups, as the product lists, generates, activates and deletes them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.views.product.authorities import ListedGroup, listed_group
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import PRODUCT
from .request_fields import Words

calls = Calls(PRODUCT, "/pki/certauthority", tag="CA groups")

GroupName = Annotated[str, Meta(min_length=1, max_length=200)]


class ListedGroups(Success, frozen=True, kw_only=True):
    """Every CA group, oldest first."""

    groups: list[ListedGroup]


class WantedAuthority(Body, kw_only=True):
    """A CA of the group. certfleet keeps its key in the vault, and takes no password for it."""

    type: Words = ""
    password: Words = ""

    def __repr__(self) -> str:
        return "WantedAuthority(...)"


class WantedGroup(Body, kw_only=True):
    """A group by its name."""

    groupName: GroupName


class NewGroup(WantedGroup, kw_only=True):
    """A group to generate."""

    calist: Annotated[list[WantedAuthority], Meta(max_length=10)] | None = None


@calls.get("", reads(ListedGroups))
def list_certificate_authorities(workspace: Workspace) -> HttpAnswer:
    """List all CA groups. The id of a group's devices CA is the one of the device filter."""
    return _groups(workspace)


@calls.post("", changes(ListedGroups, "authority.refresh", 409))
def generate_certificate_authority(workspace: Workspace, wanted: NewGroup) -> HttpAnswer:
    """Generate a CA group, at once. It issues once it is activated."""
    workspace.ca_groups.generate(wanted.groupName)
    return _groups(workspace)


@calls.put("/issuingCA", changes(ListedGroups, "authority.activate", 404))
def activate_certificate_authority(workspace: Workspace, wanted: WantedGroup) -> HttpAnswer:
    """Make a CA group the one that new device certificates come from."""
    workspace.ca_groups.activate(wanted.groupName)
    return _groups(workspace)


@calls.delete("", changes(ListedGroups, "authority.delete", 404))
def delete_certificate_authority(workspace: Workspace, wanted: WantedGroup) -> HttpAnswer:
    """Delete a CA group. Refused while it issues, and while devices hold its certificates."""
    workspace.ca_groups.delete(wanted.groupName)
    return _groups(workspace)


def _groups(workspace: Workspace) -> HttpAnswer:
    return answer(ListedGroups, groups=[listed_group(one) for one in workspace.authorities.list()])
