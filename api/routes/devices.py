"""Devices: queries, details, and the security actions."""

from __future__ import annotations

from typing import Annotated, Any, cast

import msgspec
from fastapi import APIRouter, Body, Path, Request, Response

from ...store.devices.devices import Requested
from ...store.devices.views import certificate_as_json, device_as_json
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..device_shapes import device_summary
from ..fleet import COLUMNS, MOST, Fleet, Query
from ..problems import documented
from ..session import OpenWorkspace, SignedIn, token_needed
from ..shapes import LARGEST_ID, DevicePage, DeviceQuery, Id, Success

router = APIRouter(prefix="/device", tags=["devices"], route_class=SignedIn, dependencies=[token_needed])

DeviceId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Ids = Annotated[list[Id], Body(min_length=1, max_length=MOST, examples=[[1, 2]])]


@router.post("/filter", response_model=DevicePage, responses=documented(400, 401, 413, 429))
def filter_devices(request: Request, workspace: OpenWorkspace, query: DeviceQuery) -> Response:
    """Devices by page, in an order, by words and by `filterIds`. Without a limit, 1,000 of them."""
    column = query.sortColumn.strip().upper().replace("_", "") or "ID"
    if column not in COLUMNS:
        raise Refusal("sort-column-invalid", f"there is no column {query.sortColumn!r}", f"Use {', '.join(COLUMNS)}.")
    order = query.sortOrder.strip().upper() or "ASC"
    if order not in ("ASC", "DESC"):
        raise Refusal("sort-order-invalid", f"{query.sortOrder!r} is no order", "Write ASC or DESC.")
    found = fleet_of(request).query(
        Query(
            start=query.start or 0,
            limit=1000 if query.limit is None else query.limit,
            descending=order == "DESC",
            column=column,
            search=query.search,
            filter_ids=query.filterIds,
        )
    )
    now, outages = workspace.now(), workspace.standing.gate().outages
    return _json(
        {
            "status": 0,
            "message": "Success",
            "filteredDevicesDataList": [device_summary(device, now, outages) for device in found.devices],
            "matchedRecords": found.matched,
            "totalCount": found.total,
        }
    )


@router.get("/{id}", responses=documented(400, 401, 404, 429))
def get_device(workspace: OpenWorkspace, id: DeviceId) -> Success:
    """A device, with every certificate that it was issued, its policies, and its latest events."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        now, outages = workspace.now(), workspace.standing.gate().outages
        certificates = workspace.devices.certificates(id)
        events = workspace.devices.timeline(id)[-100:]
    details = {**device_as_json(device, now, outages), **device_summary(device, now, outages)}
    details["certificates"] = [certificate_as_json(certificate, now) for certificate in certificates]
    details["events"] = msgspec.to_builtins(events)
    return _success(device=details)


@router.post("/revoke", responses=documented(400, 401, 403, 413, 429))
def revoke_devices(workspace: OpenWorkspace, ids: Ids) -> Success:
    """Revoke devices: their certificates go on the revocation list, and they are turned away."""
    return _requested(workspace, workspace.devices.revoke(ids))


@router.post("/certificate/renew", responses=documented(400, 401, 403, 413, 429))
def renew_device_certificates(workspace: OpenWorkspace, ids: Ids) -> Success:
    """Certificate Renewal: each device gets a new certificate at its next check-in, from the newest CA group.

    Windows devices are listed as refused: their users have to re-enroll them.
    """
    return _requested(workspace, workspace.devices.renew(ids))


def fleet_of(request: Request) -> Fleet:
    """The devices that the server keeps at hand."""
    return cast(Fleet, request.app.state.fleet)


def _requested(workspace: Workspace, requested: Requested) -> Success:
    return _success(
        pending=[device.id for device in requested.pending],
        refused=[
            *(
                {"id": device.id, "code": refusal.code, "message": refusal.message}
                for device, refusal in requested.refused
            ),
            *({"id": id, "code": "device-unknown", "message": f"there is no device {id}"} for id in requested.unknown),
        ],
    )


def _success(**more: Any) -> Success:
    return Success.model_validate({"status": 0, "message": "Success", **more})


def _json(document: dict[str, Any]) -> Response:
    """An answer that is large, or asked for often: written by msgspec, which is quick."""
    return Response(msgspec.json.encode(document), media_type="application/json")
