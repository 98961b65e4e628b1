"""VPN policies: create, change, deploy, delete, and where each stands."""

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
    """What a policy sets up; what isn't said is as it was, or as usual. See `docs/rest.md`."""

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
        """These settings. Another way to authenticate lets go of what belongs to the one before."""
        said = {_NAMES[name]: value for name, value in self.model_dump(exclude_none=True).items()}
        if (way := said.get("device_authentication")) is not None and way is not before.device_authentication:
            said = {"identity_type": None, "certificate_id": None, **said}
        return replace(before, **said)


class PolicyAssignment(Body):
    """For which devices of its platforms a policy is: those named, those that fit a filter, else all."""

    devices: list[Id] = Field(default_factory=list, max_length=100_000)
    filter: str = Field("", max_length=1000)
    group: str = Field("", max_length=200)


class NewPolicy(Body):
    """A policy to be made."""

    name: str = Field(max_length=200)
    platforms: list[AnyPlatform] = Field(default_factory=lambda: [Platform.IOS], max_length=10)
    vpn: PolicyVpn
    assignment: PolicyAssignment | None = None


class PolicyChange(Body):
    """What is to be other than before."""

    name: Text = None
    platforms: list[AnyPlatform] | None = Field(None, max_length=10)
    vpn: PolicyVpn | None = None
    assignment: PolicyAssignment | None = None


class PolicyList(Success, frozen=True, kw_only=True):
    """Every policy."""

    policies: list[PolicyDocument]


class OnePolicy(Success, frozen=True, kw_only=True):
    """A policy, and how many devices are where with it."""

    policy: PolicyDocument
    counts: dict[str, int]


class PolicyDeployed(Success, frozen=True, kw_only=True):
    """A policy, and how many devices have it, or its removal, in their queue."""

    policy: PolicyDocument
    pending: int
    removing: int


class PolicyReportAnswer(Success, frozen=True, kw_only=True):
    """Where a policy stands on each device."""

    report: PolicyReportDocument


@router.get("", **reads(PolicyList))
def list_policies(workspace: OpenWorkspace) -> Response:
    """Every policy, by id."""
    return answer(PolicyList, policies=[camel(policy_document(policy)) for policy in workspace.policies.list()])


@router.post("", **changes(PolicyDeployed, "policy.create", 404, 409))
def create_policy(workspace: OpenWorkspace, policy: NewPolicy) -> Response:
    """Make a VPN policy, and put it into the queue of every device that it is for. At its next check-in each gets it,
    with its certificate."""
    deployed = workspace.policies.create(
        policy.name,
        vpn=policy.vpn.settings(VpnSettings()),
        platforms=policy.platforms,
        assignment=_assignment(policy.assignment) or EVERYBODY,
    )
    return _deployed(workspace, deployed)


@router.get("/{id}", **reads(OnePolicy, 404))
def get_policy(workspace: OpenWorkspace, id: PolicyId) -> Response:
    """A policy, and on how many devices it is."""
    report = workspace.policies.report(id)
    return answer(OnePolicy, policy=camel(policy_document(report.policy)), counts=camel(place_counts(report)))


@router.put("/{id}", **changes(PolicyDeployed, "policy.change", 404, 409))
def change_policy(workspace: OpenWorkspace, id: PolicyId, change: PolicyChange) -> Response:
    """Change a policy; what isn't said stays. Devices that have it get it anew at their next check-in."""
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
    """Delete a policy. At its next check-in each device that has it loses it, with its certificate."""
    return _deployed(workspace, workspace.policies.delete(id))


@router.post("/{id}/deploy", **changes(PolicyDeployed, "policy.deploy", 404))
def deploy_policy(workspace: OpenWorkspace, id: PolicyId) -> Response:
    """Find out again which devices a policy is for, and deploy it to those that lack it."""
    return _deployed(workspace, workspace.policies.deploy(id))


@router.get("/{id}/report", **reads(PolicyReportAnswer, 404))
def report_policy(
    workspace: OpenWorkspace, id: PolicyId, only: Annotated[list[Place] | None, Query(max_length=20)] = None
) -> Response:
    """Where a policy stands on each device that it is for, or that has it; with `only`, those alone that are there."""
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
