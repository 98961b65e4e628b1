"""Devices: queries, details, and the security actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from msgspec import Meta

from ...store.authorities.groups import DEFAULT_GROUP, GroupState
from ...store.devices.common_traits import TraitCarrier, failing_renewals
from ...store.errors import Refusal
from ...store.views.common_traits import FailingRenewalsDocument, failing_document
from ...store.views.renewal import renewal_plan_document
from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer, attachment, camel
from ..server.bodies import HttpRequest
from ..server.calls import IN_BODY, Body, Calls
from ..server.session import changes, reads
from .device_answers import ActionRequested, OneDevice, RenewalRequested, details, requested
from .device_fields import DeviceSummary, device_summary
from .device_filter_ids import FILTERS
from .device_query import COLUMNS, MOST, Fleet, Found, Query
from .request_fields import AnyId, FilterIds, Id, Limit, Start, Words, YesNo

router = Calls("/device", tag="devices")

DeviceId = AnyId
PolicyId = AnyId
Ids = Annotated[list[Id], Meta(min_length=1, max_length=MOST, examples=[[1, 2]]), IN_BODY]
PAGE = 1000  # devices where nobody says how many


class DeviceQuery(Body, kw_only=True):
    """A query for a page of devices. Every field is optional; numbers may be strings."""

    start: Start = None
    limit: Limit = None
    sortOrder: Annotated[Words, Meta(description="ASC or DESC")] = "ASC"
    sortColumn: Annotated[Words, Meta(description=f"One of {', '.join(COLUMNS)}")] = "ID"
    search: Annotated[
        Words, Meta(description="Words that all have to be in the device's identities, model or owner")
    ] = ""
    enableCount: YesNo = False
    filterIds: Annotated[
        FilterIds,
        Meta(
            description=f"As ['device.platform.ios']: {', '.join(f'{name} ({what})' for name, what in FILTERS.items())}"
        ),
    ] = None


class DevicePage(Success, frozen=True, kw_only=True):
    """A page of matching devices. ``matchedRecords`` counts the matches, ``totalCount`` all devices."""

    filteredDevicesDataList: list[DeviceSummary]
    matchedRecords: int
    totalCount: int


class DevicesDeleted(Success, frozen=True, kw_only=True):
    """The deleted devices, and the ids that no device has."""

    deleted: list[int]
    unknown: list[int]


class FailingAnswer(Success, frozen=True, kw_only=True):
    """What devices have in common whose renewal fails."""

    group: str
    renewals: FailingRenewalsDocument


class OldAuthorityQuery(DeviceQuery, kw_only=True):
    """The CA groups whose devices are listed; by default all except the group that issues now."""

    groups: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=1000)] | None = None


@router.post("/filter", reads(DevicePage))
def filter_devices(request: HttpRequest, workspace: Workspace, query: DeviceQuery) -> Answer:
    """List devices by page, sorted, by search words and `filterIds`; 1,000 unless a limit is given."""
    return _page(workspace, fleet_of(request).query(_query(query)))


@router.post("/filter/oldca", reads(DevicePage, 404))
def filter_devices_of_old_authorities(request: HttpRequest, workspace: Workspace, query: OldAuthorityQuery) -> Answer:
    """List devices whose certificate comes from an old CA group: the ones to renew after a refresh."""
    if query.groups:
        wanted = [workspace.authorities.group(name).name for name in query.groups]
    else:
        wanted = [one.group.name for one in workspace.authorities.list() if one.state is not GroupState.ISSUING]
    return _page(workspace, fleet_of(request).query(_query(query, groups=frozenset(wanted))))


@router.get("/{id}", reads(OneDevice, 404))
def get_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Get a device: its identities, all its certificates, its policies with their certificates, pending actions, and
    latest events."""
    return answer(OneDevice, device=details(workspace, id))


_PROFILE = changes(None, "policy.export-profile", 404)
_PROFILE.responses[200] = {"content": {"application/x-apple-aspen-config": {}}, "description": "The profile."}


@router.get("/{id}/profile/{policyId}", _PROFILE)
def get_profile(workspace: Workspace, id: DeviceId, policyId: PolicyId) -> Answer:
    """Get the configuration profile (`.mobileconfig`) that a policy gives the device. It contains the device's private
    key with its password; only administrators may get it, and it leaves an audit line."""
    data = workspace.policies.profile_for(id, policyId)
    return attachment(data, "application/x-apple-aspen-config", f"device-{id}-policy-{policyId}.mobileconfig")


@router.post("/revoke", changes(ActionRequested, "device.revoke"))
def revoke_devices(workspace: Workspace, ids: Ids) -> Answer:
    """Revoke devices: their certificates go on the revocation list, and the server turns them away."""
    return answer(ActionRequested, **requested(workspace.devices.revoke(ids)))


@router.delete("", changes(DevicesDeleted, "device.delete"))
def delete_devices(workspace: Workspace, ids: Ids) -> Answer:
    """Delete devices: their certificates go on the revocation list, and the devices would have to enroll as new
    ones."""
    return _deleted(workspace, ids)


@router.delete("/{id}", changes(DevicesDeleted, "device.delete", 404))
def delete_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Delete a device."""
    workspace.devices.get(id)
    return _deleted(workspace, [id])


@router.get("/certificate/failing", reads(FailingAnswer))
def get_failing_renewals(workspace: Workspace) -> Answer:
    """Get what devices have in common whose renewal fails, among those that have answered or hold a certificate of the
    CA group that issues."""
    with workspace.database.moment():
        issuing = workspace.authorities.find_issuing(workspace.now())
        group = DEFAULT_GROUP if issuing is None else issuing.name
        found = failing_renewals(workspace.database.table("devices").records(TraitCarrier), group)
    return answer(FailingAnswer, group=group, renewals=camel(failing_document(found)))


@router.post("/certificate/renew", changes(RenewalRequested, "device.renew"))
def renew_device_certificates(workspace: Workspace, ids: Ids) -> Answer:
    """Certificate Renewal: each device gets a new certificate at its next check-in, from the newest CA group.

    Windows devices are listed as refused: their users must re-enroll them, unless they already hold a certificate of
    that group. `plan` counts the devices as they were before.
    """
    came_to = workspace.devices.renew(ids)
    assert came_to.plan is not None
    return answer(RenewalRequested, **requested(came_to), plan=camel(renewal_plan_document(came_to.plan)))


def _deleted(workspace: Workspace, ids: Sequence[int]) -> Answer:
    result = workspace.deletions.delete(ids)
    deleted = [device.id for device in result.deleted]
    said = "Device deleted successfully" if deleted else "No device deleted"
    return answer(DevicesDeleted, message=said, deleted=deleted, unknown=list(result.unknown))


def fleet_of(request: HttpRequest) -> Fleet:
    """The server's devices in memory."""
    return cast(Fleet, request.app.state.fleet)


def _query(query: DeviceQuery, groups: frozenset[str] | None = None) -> Query:
    column = query.sortColumn.strip().upper().replace("_", "") or "ID"
    if column not in COLUMNS:
        raise Refusal("sort-column-invalid", f"there is no column {query.sortColumn!r}", f"Use {', '.join(COLUMNS)}.")
    order = query.sortOrder.strip().upper() or "ASC"
    if order not in ("ASC", "DESC"):
        raise Refusal("sort-order-invalid", f"{query.sortOrder!r} is no order", "Write ASC or DESC.")
    return Query(
        start=query.start or 0,
        limit=PAGE if query.limit is None else query.limit,
        descending=order == "DESC",
        column=column,
        search=query.search,
        filter_ids=query.filterIds,
        groups=groups,
    )


def _page(workspace: Workspace, found: Found) -> Answer:
    now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
    return answer(
        DevicePage,
        filteredDevicesDataList=[device_summary(device, now, rules, outages) for device in found.devices],
        matchedRecords=found.matched,
        totalCount=found.total,
    )
