"""VPN policies: create, change, deploy, delete, and their status on devices."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field
from msgspec.structs import asdict, replace

from ...store.model.bulk import IdentityType
from ...store.model.device import Platform
from ...store.model.policy import (
    EVERYBODY,
    Assignment,
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from ...store.policies.report import DeploymentStatus
from ...store.policies.rollout import Deployed
from ...store.views.policy import PolicyDocument, PolicyReportDocument, place_counts, policy_document, report_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Id, Text, YesNo, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .device_requests import AnyPlatform

calls = Calls(OWN, "/policies", tag="policies")

PolicyId = AnyId


class PolicyVpn(Body, kw_only=True):
    """The VPN settings of a policy. Missing fields keep their value or take the default. See `docs/rest.md`."""

    server: Text = None
    connection_name: Text = None
    connection_type: Annotated[ConnectionType, read_by(words_of(ConnectionType))] | None = None
    device_authentication: Annotated[DeviceAuthentication, read_by(words_of(DeviceAuthentication))] | None = None
    identity_type: Annotated[IdentityType, read_by(words_of(IdentityType))] | None = None
    certificate_id: Id | None = None
    remote_identifier: Text = None
    local_identifier: Text = None
    server_certificate_name: Text = None
    server_certificate_issuer: Text = None
    dead_peer_detection: Annotated[DeadPeerDetection, read_by(words_of(DeadPeerDetection))] | None = None
    perfect_forward_secrecy: YesNo | None = None
    user_may_disconnect: YesNo | None = None
    captive_websheet: YesNo | None = None
    captive_apps: YesNo | None = None
    voicemail: Annotated[ServiceTraffic, read_by(words_of(ServiceTraffic))] | None = None
    airprint: Annotated[ServiceTraffic, read_by(words_of(ServiceTraffic))] | None = None

    def settings(self, before: VpnSettings) -> VpnSettings:
        """These settings. Another way to authenticate drops the fields of the previous one."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        if (way := said.get("device_authentication")) is not None and way is not before.device_authentication:
            said = {"identity_type": None, "certificate_id": None, **said}
        return replace(before, **said)


class PolicyAssignment(Body, kw_only=True):
    """The devices of its platforms that a policy applies to: named ones, those that match a filter, or all."""

    devices: Annotated[list[Id], Meta(max_length=100_000)] = field(default_factory=list)
    filter: Annotated[str, Meta(max_length=1000)] = ""
    group: Annotated[str, Meta(max_length=200)] = ""


class NewPolicy(Body, kw_only=True):
    """A policy to create."""

    name: Annotated[str, Meta(max_length=200)]
    platforms: Annotated[list[AnyPlatform], Meta(max_length=10)] = field(default_factory=lambda: [Platform.IOS])
    vpn: PolicyVpn
    assignment: PolicyAssignment | None = None


class PolicyChange(Body, kw_only=True):
    """Changes to a policy."""

    name: Text = None
    platforms: Annotated[list[AnyPlatform], Meta(max_length=10)] | None = None
    vpn: PolicyVpn | None = None
    assignment: PolicyAssignment | None = None


class PolicyList(DoneAnswer, frozen=True, kw_only=True):
    """Every policy."""

    policies: list[PolicyDocument]


class OnePolicy(DoneAnswer, frozen=True, kw_only=True):
    """A policy, and the number of devices by its status on them."""

    policy: PolicyDocument
    counts: dict[str, int]


class PolicyDeployed(DoneAnswer, frozen=True, kw_only=True):
    """A policy, and the number of devices with its installation or removal in their queue."""

    policy: PolicyDocument
    pending: int
    removing: int


class PolicyReportAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The status of a policy on each device."""

    report: PolicyReportDocument


@calls.get("", reads(PolicyList))
def list_policies(workspace: Workspace) -> HttpAnswer:
    """List the policies by id."""
    return answer(PolicyList, policies=[policy_document(policy) for policy in workspace.policies.list()])


@calls.post("", changes(PolicyDeployed, "policy.create", 404, 409))
def create_policy(workspace: Workspace, policy: NewPolicy) -> HttpAnswer:
    """Create a VPN policy, and queue it for every device that it applies to. Each gets it with its certificate at its
    next check-in."""
    deployed = workspace.policies.create(
        policy.name,
        vpn=policy.vpn.settings(VpnSettings()),
        platforms=policy.platforms,
        assignment=_assignment(policy.assignment) or EVERYBODY,
    )
    return _deployed(workspace, deployed)


@calls.get("/{id}", reads(OnePolicy, 404))
def get_policy(workspace: Workspace, id: PolicyId) -> HttpAnswer:
    """Get a policy, and the number of devices that have it."""
    report = workspace.policies.report(id)
    return answer(OnePolicy, policy=policy_document(report.policy), counts=place_counts(report))


@calls.put("/{id}", changes(PolicyDeployed, "policy.change", 404, 409))
def change_policy(workspace: Workspace, id: PolicyId, change: PolicyChange) -> HttpAnswer:
    """Change a policy; missing fields keep their value. Devices that have it get it again at their next check-in."""
    before = workspace.policies.get(id)
    deployed = workspace.policies.change(
        id,
        name=change.name,
        vpn=None if change.vpn is None else change.vpn.settings(before.vpn),
        platforms=change.platforms,
        assignment=_assignment(change.assignment),
    )
    return _deployed(workspace, deployed)


@calls.delete("/{id}", changes(PolicyDeployed, "policy.delete", 404))
def delete_policy(workspace: Workspace, id: PolicyId) -> HttpAnswer:
    """Delete a policy. It is removed from each device, with its certificate, at the next check-in."""
    return _deployed(workspace, workspace.policies.delete(id))


@calls.post("/{id}/deploy", changes(PolicyDeployed, "policy.deploy", 404))
def deploy_policy(workspace: Workspace, id: PolicyId) -> HttpAnswer:
    """Re-evaluate which devices a policy applies to, and deploy it to those that lack it."""
    return _deployed(workspace, workspace.policies.deploy(id))


@calls.get("/{id}/report", reads(PolicyReportAnswer, 404))
def report_policy(
    workspace: Workspace, id: PolicyId, only: Annotated[list[DeploymentStatus], Meta(max_length=20)] | None = None
) -> HttpAnswer:
    """Report the status of a policy on each device that it applies to or that has it, or only on devices with some
    status."""
    return answer(
        PolicyReportAnswer, report=report_document(workspace.policies.report(id), only or tuple(DeploymentStatus))
    )


def _assignment(whom: PolicyAssignment | None) -> Assignment | None:
    if whom is None:
        return None
    return Assignment(devices=tuple(whom.devices), filter=whom.filter, group=whom.group)


def _deployed(workspace: Workspace, deployed: Deployed) -> HttpAnswer:
    policy = policy_document(deployed.policy)
    return answer(PolicyDeployed, policy=policy, pending=deployed.pending, removing=deployed.removing)
