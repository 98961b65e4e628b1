"""Devices: the list, details, and the security actions."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import asdict

from ...store.authorities.groups import DEFAULT_GROUP
from ...store.devices.changing import TITLES
from ...store.devices.common_traits import TraitCarrier, failing_renewals
from ...store.devices.fleet_list.fleet_list import MOST, Query
from ...store.devices.fleet_list.kept_devices import LargePage
from ...store.errors import Refusal
from ...store.model.device import DeviceState, Platform
from ...store.views.common_traits import FailingRenewalsDocument, failing_document
from ...store.views.device import DeviceDocument, device_document
from ...store.views.renewal import renewal_plan_document
from ...store.workspace import Workspace
from ..product.fleet import fleet_of
from ..product.request_fields import AnyId, Id, Limit, Start, Text, YesNo
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment
from ..server.bodies import HttpRequest
from ..server.calls import IN_BODY, Body, Calls
from ..server.problems import RefusedItem, refused_item
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .device_answers import ActionTold, DeviceTold, RenewalTold, action_told, device_told

calls = Calls(OWN, "/devices", tag="devices")

Ids = Annotated[list[Id], Meta(min_length=1, max_length=MOST, examples=[[1, 2]]), IN_BODY]
Group = Annotated[str, Meta(max_length=200)]
PAGE = 1000  # devices where nobody says how many


class DeviceList(DoneAnswer, frozen=True, kw_only=True):
    """A page of matching devices, and how many match."""

    devices: list[DeviceDocument]
    total: int


class DeviceChange(Body, kw_only=True):
    """What to change; an empty text clears a value."""

    serial_number: Text = None
    imei: Text = None
    second_imei: Text = None
    meid: Text = None
    udid: Text = None
    android_id: Text = None
    windows_device_id: Text = None
    enrollment_id: Text = None
    wifi_mac: Text = None
    owner: Text = None
    upn: Text = None
    device_name: Text = None


class DeletedDevices(DoneAnswer, frozen=True, kw_only=True):
    """The deleted devices, and the refused ids with the reason."""

    deleted: list[int]
    refused: list[RefusedItem]


class FailingTold(DoneAnswer, frozen=True, kw_only=True):
    """What devices have in common whose renewal fails."""

    group: str
    renewals: FailingRenewalsDocument


@calls.get("", reads(DeviceList, 404))
def list_devices(
    request: HttpRequest,
    workspace: Workspace,
    platform: list[Platform] | None = None,
    state: list[DeviceState] | None = None,
    issuer: list[Group] | None = None,
    old_issuer: YesNo = False,
    search: Annotated[str, Meta(max_length=1000)] = "",
    start: Start = 0,
    limit: Limit = PAGE,
) -> HttpAnswer:
    """List devices by id, 1,000 unless a limit is given. `platform`, `state` and `issuer` (a CA group) may come more
    than once; `old_issuer` are those whose certificate comes from another CA group than the one that issues now."""
    groups = None
    if issuer:
        groups = frozenset(workspace.authorities.group(name).name for name in issuer)
    if old_issuer:
        issuing = workspace.authorities.find_issuing(workspace.now())
        others = {one.group.name for one in workspace.authorities.list() if issuing is None or one.group != issuing}
        groups = frozenset(others) if groups is None else groups & others
    wanted = [
        *(f"device.platform.{one}" for one in platform or ()),
        *(f"device.status.{one.name.lower().replace('_', '.')}" for one in state or ()),
    ]
    found = fleet_of(request).query(
        Query(
            start=start or 0,
            limit=PAGE if limit is None else limit,
            descending=False,
            column="ID",
            search=search,
            filter_ids=tuple(wanted),
            groups=groups,
        )
    )
    now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
    documents = (device_document(device, now, rules, outages) for device in found.devices)
    return answer(
        DeviceList,
        devices=documents if isinstance(found.devices, LargePage) else list(documents),
        total=found.matched,
    )


@calls.get("/failing", reads(FailingTold))
def failing(workspace: Workspace) -> HttpAnswer:
    """Get what devices have in common whose renewal fails, among those that have answered or hold a certificate of the
    CA group that issues."""
    with workspace.database.moment():
        issuing = workspace.authorities.find_issuing(workspace.now())
        group = DEFAULT_GROUP if issuing is None else issuing.name
        found = failing_renewals(workspace.database.table("devices").each(TraitCarrier), group)
    return answer(FailingTold, group=group, renewals=failing_document(found))


@calls.get("/{id}", reads(DeviceTold, 404))
def show_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get a device: its identities, all its certificates, its policies with their certificates, pending actions, and
    latest events."""
    return answer(DeviceTold, **device_told(workspace, id))


_PROFILE = changes(None, "policy.export-profile", 404)
_PROFILE.responses[200] = {"content": {"application/x-apple-aspen-config": {}}, "description": "The profile."}


@calls.get("/{id}/profile/{policy_id}", _PROFILE)
def profile(workspace: Workspace, id: AnyId, policy_id: AnyId) -> HttpAnswer:
    """Get the configuration profile (`.mobileconfig`) that a policy gives the device. It contains the device's private
    key with its password; only administrators may get it, and it leaves an audit line."""
    data = workspace.policies.profile_for(id, policy_id)
    return attachment(data, "application/x-apple-aspen-config", f"device-{id}-policy-{policy_id}.mobileconfig")


@calls.put("/{id}", changes(DeviceTold, "device.change", 404, 409))
def change_device(workspace: Workspace, id: AnyId, changed: DeviceChange) -> HttpAnswer:
    """Change what is on record of a device: its board was replaced, somebody else has it, or an identity was wrong. Its
    certificates stay; a device with a new board has lost its key and has to enroll again."""
    said = {name: value for name, value in asdict(changed).items() if value is not None}
    if not said:
        raise Refusal("request-invalid", f"nothing to change is said: {', '.join(TITLES)}")
    workspace.device_changes.change(id, said)
    return answer(DeviceTold, **device_told(workspace, id))


@calls.post("/refresh", changes(ActionTold, "device.refresh"))
def refresh(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Deploy now: what is pending for these devices goes out at once, also what waits to be tried again. Devices that
    can't be reached are refused."""
    return answer(ActionTold, **action_told(workspace.devices.refresh(ids)))


@calls.post("/renew", changes(RenewalTold, "device.renew"))
def renew(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Certificate Renewal: each device gets a new certificate at its next check-in, from the newest CA group.

    Windows devices are listed as refused: their users must re-enroll them, unless they already hold a certificate of
    that group. `plan` counts the devices as they were before.
    """
    came_to = workspace.devices.renew(ids)
    assert came_to.plan is not None
    return answer(RenewalTold, **action_told(came_to), plan=renewal_plan_document(came_to.plan))


@calls.post("/revoke", changes(ActionTold, "device.revoke"))
def revoke(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Revoke devices: their certificates go on the revocation list, and the server turns them away."""
    return answer(ActionTold, **action_told(workspace.devices.revoke(ids)))


@calls.delete("", changes(DeletedDevices, "device.delete"))
def delete(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Delete devices: their certificates go on the revocation list, and the devices would have to enroll as new
    ones."""
    result = workspace.deletions.delete(ids)
    return answer(
        DeletedDevices,
        deleted=[device.id for device in result.deleted],
        refused=[refused_item(id, Refusal("device-unknown", f"there is no device {id}")) for id in result.unknown],
    )
