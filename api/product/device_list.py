"""The device list: filtered, sorted, by page, in the product's older and newest form."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from ...store.devices.fleet_list.columns import COLUMNS, column_of, is_descending
from ...store.devices.fleet_list.filter_ids import parse_filter_ids
from ...store.devices.fleet_list.fleet_list import Query
from ...store.views.product.device_properties import DeviceProperty, KnownProperty, device_properties, known_properties
from ...store.views.product.device_record import DocumentedDevice
from ...store.views.product.filter_tree import CurrentFilter
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.bodies import HttpRequest
from ..server.calls import Body, Calls
from ..server.session import reads
from ..server.surfaces import NEWEST, PRODUCT
from .fleet import fleet_of
from .request_fields import AnyId, FilterIds, Limit, Start, Words, YesNo

calls = Calls(PRODUCT, "/device", tag="devices")
newest = Calls(NEWEST, "/devices", tag="devices")

PAGE = 1000  # devices where nobody says how many
_NEWEST_MOST = 100


class DeviceQuery(Body, kw_only=True):
    """A query for a page of devices. Every field is optional; numbers may be strings. ``filterIds`` holds a list:
    ``['device.platform.ios','device.mode.mdm.managed']``; filters of one kind widen each other, of several narrow."""

    start: Start = None
    limit: Limit = None
    sortOrder: Annotated[Words, Meta(description="ASC or DESC")] = "ASC"
    sortColumn: Annotated[Words, Meta(description=f"One of {', '.join(COLUMNS)}")] = "ID"
    search: Annotated[
        Words, Meta(description="Words that all have to be in the device's identities, model or owner")
    ] = ""
    enableCount: Annotated[YesNo, Meta(description="currentFilter lists the filters, with their counts")] = False
    filterIds: FilterIds = None


class NewestQuery(DeviceQuery, kw_only=True):
    """The same, with a limit."""

    limit: Annotated[int, Meta(ge=1, le=_NEWEST_MOST)]


class DevicePage(Success, frozen=True, kw_only=True):
    """A page of matching devices. ``matchedRecords`` counts the matches, ``totalCount`` all devices."""

    currentFilter: CurrentFilter
    filteredDevicesDataList: list[DocumentedDevice]
    matchedRecords: int
    totalCount: int


class PropertyParameters(Struct, frozen=True, kw_only=True):
    """The properties of a device."""

    devicePropertyParameters: tuple[DeviceProperty, ...]


class PropertiesOfDevice(Struct, frozen=True, kw_only=True):
    """The list, as deep as the product has it."""

    deviceProperties: PropertyParameters


class DevicePropertiesAnswer(Success, frozen=True, kw_only=True):
    """The properties that are known of a device."""

    devicePropertiesList: PropertiesOfDevice


class KnownPropertyList(Struct, frozen=True, kw_only=True):
    """The properties that devices can have."""

    knownPropertyList: tuple[KnownProperty, ...]


class KnownProperties(Struct, frozen=True, kw_only=True):
    """The list, as deep as the product has it."""

    knownProperties: KnownPropertyList


class UsedPropertyParameters(Struct, frozen=True, kw_only=True):
    """The properties that devices can have."""

    deviceUsedPropertiesParameters: tuple[KnownProperty, ...]


class UsedProperties(Struct, frozen=True, kw_only=True):
    """The list, as older clients read it."""

    deviceUsedProperties: UsedPropertyParameters


class KnownPropertiesAnswer(Success, frozen=True, kw_only=True):
    """The properties that devices can have."""

    knownProperties: KnownProperties


class UsedPropertiesAnswer(KnownPropertiesAnswer, frozen=True, kw_only=True):
    """The same, also under the names that older clients read."""

    deviceUsedPropertiesList: UsedProperties


@calls.post("/filter", reads(DevicePage))
def filter_devices(request: HttpRequest, query: DeviceQuery) -> HttpAnswer:
    """List devices by page, sorted, by search words and `filterIds`; 1,000 unless a limit is given."""
    return _page(request, query)


@calls.post("/filter/v2", reads(DevicePage))
def filter_devices_v2(request: HttpRequest, query: DeviceQuery) -> HttpAnswer:
    """The same. The devices of an old CA are those of the filter `device.issuer.ca#ID@_fn_@device.issuer.ca`, with the
    id of the group's devices CA in `pki/certauthority`."""
    return _page(request, query)


@newest.post("/filter", reads(DevicePage))
def filter_devices_newest(request: HttpRequest, query: NewestQuery) -> HttpAnswer:
    """The newest form: the same, at most 100 at a time."""
    return _page(request, query)


@calls.get("/properties/{id}", reads(DevicePropertiesAnswer, 404))
def get_device_properties(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get the properties of a device."""
    found = device_properties(workspace.devices.get(id))
    return answer(DevicePropertiesAnswer, devicePropertiesList=_listed(found))


@calls.get("/knownProperties", reads(KnownPropertiesAnswer))
def list_known_properties() -> HttpAnswer:
    """List the properties that devices can have."""
    return answer(KnownPropertiesAnswer, knownProperties=_known())


@calls.get("/usedProperties", reads(UsedPropertiesAnswer))
def list_used_properties() -> HttpAnswer:
    """The same, also under the names that older clients read: which of them devices have is not counted."""
    used = UsedProperties(
        deviceUsedProperties=UsedPropertyParameters(deviceUsedPropertiesParameters=known_properties())
    )
    return answer(UsedPropertiesAnswer, knownProperties=_known(), deviceUsedPropertiesList=used)


def _listed(found: tuple[DeviceProperty, ...]) -> PropertiesOfDevice:
    return PropertiesOfDevice(deviceProperties=PropertyParameters(devicePropertyParameters=found))


def _known() -> KnownProperties:
    return KnownProperties(knownProperties=KnownPropertyList(knownPropertyList=known_properties()))


def _page(request: HttpRequest, query: DeviceQuery) -> HttpAnswer:
    wanted = Query(
        start=query.start or 0,
        limit=PAGE if query.limit is None else query.limit,
        descending=is_descending(query.sortOrder),
        column=column_of(query.sortColumn),
        search=query.search,
        filter_ids=parse_filter_ids(query.filterIds),
    )
    return answer(DevicePage, **fleet_of(request).page(wanted, counted=query.enableCount))
