"""Devices: queries, details, and the security actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from msgspec import Meta

from ...store.errors import Refusal
from ...store.views.renewal import renewal_plan_document
from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer, camel
from ..server.bodies import HttpRequest
from ..server.calls import IN_BODY, Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import PRODUCT
from .device_answers import ActionRequested, OneDevice, RenewalRequested, details, requested
from .device_fields import DeviceSummary, device_summary
from .device_filter_ids import FILTERS
from .device_query import COLUMNS, MOST, Fleet, Found, Query
from .request_fields import AnyId, FilterIds, Id, Limit, Start, Words, YesNo

calls = Calls(PRODUCT, "/device", tag="devices")

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


@calls.post("/filter", reads(DevicePage))
def filter_devices(request: HttpRequest, workspace: Workspace, query: DeviceQuery) -> Answer:
    """List devices by page, sorted, by search words and `filterIds`; 1,000 unless a limit is given."""
    return _page(workspace, fleet_of(request).query(_query(query)))


@calls.get("/{id}", reads(OneDevice, 404))
def get_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Get a device: its identities, all its certificates, its policies with their certificates, pending actions, and
    latest events."""
    return answer(OneDevice, device=details(workspace, id))


@calls.post("/revoke", changes(ActionRequested, "device.revoke"))
def revoke_devices(workspace: Workspace, ids: Ids) -> Answer:
    """Revoke devices: their certificates go on the revocation list, and the server turns them away."""
    return answer(ActionRequested, **requested(workspace.devices.revoke(ids)))


@calls.delete("", changes(DevicesDeleted, "device.delete"))
def delete_devices(workspace: Workspace, ids: Ids) -> Answer:
    """Delete devices: their certificates go on the revocation list, and the devices would have to enroll as new
    ones."""
    return _deleted(workspace, ids)


@calls.delete("/{id}", changes(DevicesDeleted, "device.delete", 404))
def delete_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Delete a device."""
    workspace.devices.get(id)
    return _deleted(workspace, [id])


@calls.post("/renewDeviceCert", changes(RenewalRequested, "device.renew"))
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


def _query(query: DeviceQuery) -> Query:
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
    )


def _page(workspace: Workspace, found: Found) -> Answer:
    now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
    return answer(
        DevicePage,
        filteredDevicesDataList=[device_summary(device, now, rules, outages) for device in found.devices],
        matchedRecords=found.matched,
        totalCount=found.total,
    )
