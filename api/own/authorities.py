"""CA groups: list, refresh, certificates and revocation lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Meta

from ...store.authorities.groups import READY_AFTER
from ...store.model.authority import AuthorityRole
from ...store.views.authority import GroupDocument, group_document
from ...store.workspace import Workspace
from ..product.request_fields import IN_HOURS, Text, YesNo
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment, described
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/authorities", tag="CA groups")

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class GroupList(DoneAnswer, frozen=True, kw_only=True):
    """Every CA group, oldest first."""

    authorities: list[GroupDocument]


class OneGroup(DoneAnswer, frozen=True, kw_only=True):
    """A CA group."""

    authority: GroupDocument


class GroupDeleted(DoneAnswer, frozen=True, kw_only=True):
    """The name of the group that was deleted."""

    deleted: str


class AuthorityRefresh(Body, kw_only=True):
    """A new CA group: its name (default: `group-2` and so on), and the hours until it is ready (default: 24)."""

    name: Text = None
    ready_after_hours: Annotated[float, Meta(ge=0, le=24 * 365), IN_HOURS] | None = None


@calls.get("", reads(GroupList))
def list_groups(workspace: Workspace) -> HttpAnswer:
    """List all CA groups with their state and the number of devices that hold their certificates."""
    return answer(GroupList, authorities=[group_document(group) for group in workspace.authorities.list()])


@calls.post("", changes(OneGroup, "authority.refresh", 409))
def refresh_authorities(workspace: Workspace, wanted: AuthorityRefresh) -> HttpAnswer:
    """Request a new CA group. When it is ready a notice says so, and new device certificates come from it."""
    hours = wanted.ready_after_hours
    group = workspace.authorities.refresh(
        name=wanted.name or None, ready_after=READY_AFTER if hours is None else timedelta(hours=hours)
    )
    return answer(OneGroup, authority=_shape(workspace, group.name))


@calls.get("/{name}", reads(OneGroup, 404))
def get_group(workspace: Workspace, name: Name) -> HttpAnswer:
    """One CA group."""
    return answer(OneGroup, authority=_shape(workspace, name))


@calls.post("/{name}/activate", changes(OneGroup, "authority.activate", 404, 409))
def activate_group(workspace: Workspace, name: Name) -> HttpAnswer:
    """Make a CA group the one that new device certificates come from, whichever group is newer. Enrolled devices keep
    using theirs."""
    return answer(OneGroup, authority=_shape(workspace, workspace.ca_groups.activate(name).name))


@calls.delete("/{name}", changes(GroupDeleted, "authority.delete", 404, 409))
def delete_group(workspace: Workspace, name: Name) -> HttpAnswer:
    """Delete a CA group with its keys. Refused while it issues, and while devices hold its certificates. Its name can't
    be used again."""
    return answer(GroupDeleted, deleted=workspace.ca_groups.delete(name).name)


_PEM = reads(None, 404)
_PEM.responses[200] = {"content": {"application/x-pem-file": {}}, "description": "PEM."}


@calls.get("/{name}/certificate", _PEM)
def export_authority(
    workspace: Workspace,
    name: Name,
    role: AuthorityRole = AuthorityRole.DEVICE,
    chain: YesNo = False,
) -> HttpAnswer:
    """The certificate of one of a group's CAs as PEM, with `chain` the root below it."""
    links = workspace.authorities.chain(name, role)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in (links if chain else links[:1]))
    return attachment(pem, "application/x-pem-file", f"{role.value}-ca.pem")


_CRL = changes(None, "authority.crl", 404)
_CRL.responses[200] = described(DoneAnswer, "DER; in a dry run its effects.")
_CRL.responses[200]["content"]["application/pkix-crl"] = {}


@calls.post("/{name}/crl", _CRL)
def make_revocation_list(workspace: Workspace, name: Name, role: AuthorityRole = AuthorityRole.DEVICE) -> HttpAnswer:
    """Make a new revocation list (CRL, DER) of one of a group's CAs, good for a week."""
    data = workspace.authorities.crl(name, role)
    number = x509.load_der_x509_crl(data).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    return attachment(data, "application/pkix-crl", f"crl-{number}.crl")


def _shape(workspace: Workspace, name: str) -> Any:
    group = workspace.authorities.group(name)
    return group_document(next(one for one in workspace.authorities.list() if one.group.id == group.id))
