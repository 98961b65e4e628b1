"""What is deployed to a device: the lists that the product keeps of it. What certfleet doesn't keep is empty."""

from __future__ import annotations

from ...store.views.product.deployments import (
    DeployedResource,
    delivery_groups,
    deployed_actions,
    deployed_policies,
)
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.calls import Calls
from ..server.session import reads
from ..server.surfaces import PRODUCT
from .request_fields import AnyId

calls = Calls(PRODUCT, "/device", tag="devices")


class PoliciesOfDevice(Success, frozen=True, kw_only=True):
    """The policies of a device."""

    policies: tuple[DeployedResource, ...]


class ActionsOfDevice(Success, frozen=True, kw_only=True):
    """The security actions that are pending for a device."""

    actions: tuple[DeployedResource, ...]


class DeliveryGroupsOfDevice(Success, frozen=True, kw_only=True):
    """The groups that a device's policies are assigned to."""

    deliveryGroups: tuple[DeployedResource, ...]


class ApplicationsOfDevice(Success, frozen=True, kw_only=True):
    """The apps of a device: none are kept."""

    applications: tuple[DeployedResource, ...] = ()


class SoftwareOfDevice(Success, frozen=True, kw_only=True):
    """The software of a device: none is kept. Some clients read ``softwareInventories``."""

    softwareInventory: tuple[str, ...] = ()
    softwareInventories: tuple[str, ...] = ()


@calls.get("/{id}/policies", reads(PoliciesOfDevice, 404))
def list_policies_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """List a device's policies: installed, failed, and pending."""
    return answer(PoliciesOfDevice, policies=deployed_policies(workspace.devices.get(id), workspace.policies.list()))


@calls.get("/{id}/actions", reads(ActionsOfDevice, 404))
def list_actions_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """List the security actions that are pending for a device."""
    return answer(ActionsOfDevice, actions=deployed_actions(workspace.devices.get(id)))


@calls.get("/{id}/deliverygroups", reads(DeliveryGroupsOfDevice, 404))
def list_delivery_groups_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """List the groups that a device's policies are assigned to."""
    found = delivery_groups(workspace.devices.get(id), workspace.policies.list())
    return answer(DeliveryGroupsOfDevice, deliveryGroups=found)


@calls.get("/{id}/apps", reads(ApplicationsOfDevice, 404))
def list_apps_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """An empty list: apps are not kept."""
    workspace.devices.get(id)
    return answer(ApplicationsOfDevice)


@calls.get("/{id}/softwareinventory", reads(SoftwareOfDevice, 404))
def list_software_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """An empty list: software is not kept."""
    workspace.devices.get(id)
    return answer(SoftwareOfDevice)


@calls.get("/{id}/managedswinventory", reads(SoftwareOfDevice, 404))
def list_managed_software_of_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """An empty list: software is not kept."""
    workspace.devices.get(id)
    return answer(SoftwareOfDevice)
