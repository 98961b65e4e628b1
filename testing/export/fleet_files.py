"""The files of an exported fleet: JSON, the exports that ``device import`` reads, and recorded answers of REST."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ...store.devices_import.formats import FIELDS, OURS, PRODUCTS
from ...store.devices_import.formats import ProductFormat as Format
from ...store.inventory.expiry import ExpiryRules
from ...store.model.device import EnrollmentKind, Ownership
from ...store.views.device import device_document
from ...store.views.platforms import PLATFORMS
from ...store.views.product.device_record import device_record
from ..devices import FixtureDevice, FixtureFleet
from ..named_devices import DEVICES, device
from .manifest import Kind

Files = dict[str, tuple[bytes, Kind, str]]
_PAGE = 100
_IDENTITIES = ("serial_number", "imei", "meid", "udid", "android_id", "windows_device_id", "enrollment_id")


def fleet_files(fleet: FixtureFleet, seed: int) -> Files:
    """The files of a fleet by name, each with its kind and what it is."""
    found: Files = {
        "devices.json": (_json(own_list(fleet)), Kind.REST_ANSWER, "The fleet as `device list --json` prints it."),
        "by-name.json": (
            _json({name: _document(device(name, seed=seed, at=fleet.at)) for name in DEVICES}),
            Kind.REST_ANSWER,
            "A device in every state, and one without each field, by name.",
        ),
    }
    for name, format in _FORMATS.items():
        title = "by certfleet's own column names" if format is OURS else f"as the export of {format.title}"
        said = f"The fleet {title}; times are UTC."
        found[f"import/{name}.csv"] = (export_of(fleet, format), Kind.DEVICE_EXPORT, said)
    for page in range(0, max(len(fleet), 1), _PAGE):
        said = f"REST's answer to POST device/filter with start {page} and limit {_PAGE}."
        found[f"rest/device-filter-{page}.json"] = (_json(filter_answer(fleet, page)), Kind.REST_ANSWER, said)
    return found


def own_list(fleet: FixtureFleet) -> dict[str, Any]:
    """The answer of ``device list --json``."""
    return {"devices": [_document(one) for one in fleet], "total": len(fleet)}


def filter_answer(fleet: FixtureFleet, start: int) -> dict[str, Any]:
    """A page of the product's device list."""
    page = [device_record(one, one.last_check_in, fleet.at) for one in fleet[start : start + _PAGE]]
    return {
        "status": 0,
        "message": "Success",
        "filteredDevicesDataList": page,
        "matchedRecords": len(fleet),
        "totalCount": len(fleet),
    }


def export_of(fleet: FixtureFleet, format: Format) -> bytes:
    """The fleet as a product would export it, in the columns that tell the product; without devices that have no
    identity in these: those enrolled by their users tell an enrollment id alone."""
    columns = {field: names[0] for field, names in format.columns.items()}
    others = [sign for sign in format.signs if sign not in columns.values()]
    identities = [field for field in _IDENTITIES if field in columns]
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([*columns.values(), *others])
    for one in fleet:
        told = _told(one)
        if format.platform in (None, one.platform) and any(told[field] for field in identities):
            rows.writerow([*(told.get(field, "") for field in columns), *("" for _ in others)])
    return text.getvalue().encode()


_FORMATS: Mapping[str, Format] = {one.name: one for one in (OURS, *PRODUCTS)}


def _told(device: FixtureDevice) -> dict[str, str]:
    """What exports say of a device, by certfleet's names of the fields."""
    found = {field: _text(getattr(device, field, None)) for field in FIELDS}
    return found | {
        "platform": PLATFORMS[device.platform],
        "issuer": device.issuer_group or "",
        "mail": device.upn,
        "supervised": "True" if device.enrollment_kind is EnrollmentKind.SUPERVISED else "False",
        "ownership": "Personal" if device.ownership is Ownership.PERSONAL else "Corporate",
    }


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)


def _document(device: FixtureDevice) -> object:
    return device_document(device, device.at, ExpiryRules(), ())


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
