"""The server's devices in memory, and the pages of its device list."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from ...store.devices.fleet_list.fleet_list import FilteredDevices, FleetList, Query
from ...store.devices.fleet_list.kept_devices import LargePage
from ...store.devices.presence import last_seen
from ...store.views.product.device_record import device_record
from ...store.views.product.filter_tree import current_filter, device_ca_groups
from ...store.views.product.record_cache import RecordCache
from ...store.workspace import Workspace
from ..server.bodies import HttpRequest

_PLAIN = msgspec.Raw(msgspec.json.encode(current_filter(None, {}, ())))
"""The filters that there are where nothing is chosen or counted: the same in most answers."""


class Fleet:
    """The device list of a workspace. Thread-safe; nothing else may poll the workspace's feed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._list = FleetList(workspace.database)
        self._records = RecordCache(self._list.seen)

    def query(self, query: Query) -> FilteredDevices:
        """The devices of a page."""
        workspace = self._workspace
        return self._list.query(query, workspace.now(), workspace.impact.gate().outages)

    def page(self, query: Query, *, counted: bool = False) -> dict[str, Any]:
        """The fields of an answer with a page; ``counted``: with the filters that there are, and their counts."""
        workspace = self._workspace
        now, outages = workspace.now(), workspace.impact.gate().outages
        issuers = device_ca_groups(workspace.authorities) if query.filter_ids or counted else {}
        found = self._list.query(query._replace(issuers=issuers), now, outages)
        facets = self._list.facets(now, outages) if counted else None
        plain = facets is None and not query.filter_ids
        tree = _PLAIN if plain else current_filter(facets, issuers, query.filter_ids)
        records: object
        if isinstance(found.devices, LargePage):
            records = (device_record(one, last_seen(one, now, outages), now) for one in found.devices)
        else:
            records = self._records.page(found.devices, now, outages)
        return {
            "currentFilter": tree,
            "filteredDevicesDataList": records,
            "matchedRecords": found.matched,
            "totalCount": found.total,
        }


def fleet_of(request: HttpRequest) -> Fleet:
    """The server's devices."""
    return cast(Fleet, request.app.state.fleet)
