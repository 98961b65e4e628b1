"""VPN policies: create, change, deploy, delete, and their status on devices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from msgspec.structs import replace
from pydantic import BeforeValidator, Field

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
from ...store.policies.report import Place
from ...store.policies.rollout import Deployed
from ...store.views.policy import PolicyDocument, PolicyReportDocument, place_counts, policy_document, report_document
from ...store.workspace import Workspace
from ..server.answers import Success, answer, camel
from ..server.session import OpenWorkspace, SignedIn, changes, reads, token_needed
from .device_requests import AnyPlatform
from .request_fields import LARGEST_ID, Body, Id, Text, YesNo, words_of

router = APIRouter(prefix="/policies", tags=["policies"], route_class=SignedIn, dependencies=[token_needed])

PolicyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class PolicyVpn(Body):
    """The VPN settings of a policy. Missing fields keep their value or take the default. See `docs/rest.md`."""

    server: Text = None
    connectionName: Text = None
    connectionType: Annotated[ConnectionType, BeforeValidator(words_of(ConnectionType))] | None = None
    deviceAuthentication: Annotated[DeviceAuthentication, BeforeValidator(words_of(DeviceAuthentication))] | None = None
    identityType: Annotated[IdentityType, BeforeValidator(words_of(IdentityType))] | None = None
    certificateId: Id | None = None
    remoteIdentifier: Text = None
    localIdentifier: Text = None
    serverCertificateName: Text = None
    serverCertificateIssuer: Text = None
    deadPeerDetection: Annotated[DeadPeerDetection, BeforeValidator(words_of(DeadPeerDetection))] | None = None
    perfectForwardSecrecy: YesNo | None = None
    userMayDisconnect: YesNo | None = None
    captiveWebsheet: YesNo | None = None
    captiveApps: YesNo | None = None
    voicemail: Annotated[ServiceTraffic, BeforeValidator(words_of(ServiceTraffic))] | None = None
    airprint: Annotated[ServiceTraffic, BeforeValidator(words_of(ServiceTraffic))] | None = None

    def settings(self, before: VpnSettings) -> VpnSettings:
        """These settings. Another way to authenticate drops the fields of the previous one."""
        said = {_NAMES[name]: value for name, value in self.model_dump(exclude_none=True).items()}
        if (way := said.get("device_authentication")) is not None and way is not before.device_authentication:
            said = {"identity_type": None, "certificate_id": None, **said}
        return replace(before, **said)


class PolicyAssignment(Body):
    """The devices of its platforms that a policy applies to: named ones, those that match a filter, or all."""

    devices: list[Id] = Field(default_factory=list, max_length=100_000)
    filter: str = Field("", max_length=1000)
    group: str = Field("", max_length=200)


class NewPolicy(Body):
    """A policy to create."""

    name: str = Field(max_length=200)
    platforms: list[AnyPlatform] = Field(default_factory=lambda: [Platform.IOS], max_length=10)
    vpn: PolicyVpn
    assignment: PolicyAssignment | None = None


class PolicyChange(Body):
    """Changes to a policy."""

    name: Text = None
    platforms: list[AnyPlatform] | None = Field(None, max_length=10)
    vpn: PolicyVpn | None = None
    assignment: PolicyAssignment | None = None


class PolicyList(Success, frozen=True, kw_only=True):
    """Every policy."""

    policies: list[PolicyDocument]


class OnePolicy(Success, frozen=True, kw_only=True):
    """A policy, and the number of devices by its status on them."""

    policy: PolicyDocument
    counts: dict[str, int]


class PolicyDeployed(Success, frozen=True, kw_only=True):
    """A policy, and the number of devices with its installation or removal in their queue."""

    policy: PolicyDocument
    pending: int
    removing: int


class PolicyReportAnswer(Success, frozen=True, kw_only=True):
    """The status of a policy on each device."""

    report: PolicyReportDocument


@router.get("", **reads(PolicyList))
def list_policies(workspace: OpenWorkspace) -> Response:
    """List the policies by id."""
    return answer(PolicyList, policies=[camel(policy_document(policy)) for policy in workspace.policies.list()])


@router.post("", **changes(PolicyDeployed, "policy.create", 404, 409))
def create_policy(workspace: OpenWorkspace, policy: NewPolicy) -> Response:
    """Create a VPN policy, and queue it for every device that it applies to. Each gets it with its certificate at its
    next check-in."""
    deployed = workspace.policies.create(
        policy.name,
        vpn=policy.vpn.settings(VpnSettings()),
        platforms=policy.platforms,
        assignment=_assignment(policy.assignment) or EVERYBODY,
    )
    return _deployed(workspace, deployed)


@router.get("/{id}", **reads(OnePolicy, 404))
def get_policy(workspace: OpenWorkspace, id: PolicyId) -> Response:
    """Get a policy, and the number of devices that have it."""
    report = workspace.policies.report(id)
    return answer(OnePolicy, policy=camel(policy_document(report.policy)), counts=camel(place_counts(report)))


@router.put("/{id}", **changes(PolicyDeployed, "policy.change", 404, 409))
def change_policy(workspace: OpenWorkspace, id: PolicyId, change: PolicyChange) -> Response:
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


@router.delete("/{id}", **changes(PolicyDeployed, "policy.delete", 404))
def delete_policy(workspace: OpenWorkspace, id: PolicyId) -> Response:
    """Delete a policy. It is removed from each device, with its certificate, at the next check-in."""
    return _deployed(workspace, workspace.policies.delete(id))


@router.post("/{id}/deploy", **changes(PolicyDeployed, "policy.deploy", 404))
def deploy_policy(workspace: OpenWorkspace, id: PolicyId) -> Response:
    """Re-evaluate which devices a policy applies to, and deploy it to those that lack it."""
    return _deployed(workspace, workspace.policies.deploy(id))


@router.get("/{id}/report", **reads(PolicyReportAnswer, 404))
def report_policy(
    workspace: OpenWorkspace, id: PolicyId, only: Annotated[list[Place] | None, Query(max_length=20)] = None
) -> Response:
    """Report the status of a policy on each device that it applies to or that has it, or only on devices with some
    status."""
    return answer(
        PolicyReportAnswer, report=camel(report_document(workspace.policies.report(id), only or tuple(Place)))
    )


def _assignment(whom: PolicyAssignment | None) -> Assignment | None:
    if whom is None:
        return None
    return Assignment(devices=tuple(whom.devices), filter=whom.filter, group=whom.group)


def _deployed(workspace: Workspace, deployed: Deployed) -> Response:
    policy = camel(policy_document(deployed.policy))
    return answer(PolicyDeployed, policy=policy, pending=deployed.pending, removing=deployed.removing)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_NAMES = {name: _snake(name) for name in PolicyVpn.model_fields}
