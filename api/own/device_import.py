"""Importing devices from the export of a device management product."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ...store.devices_import.columns import LONGEST_MAPPING, NO_MAPPING, read_mapping
from ...store.devices_import.csv_reading import MAX_EXPORT
from ...store.devices_import.dates import DateOrder, zone_named
from ...store.errors import Refusal
from ...store.views.device_import import DeviceImportDocument, device_import_document
from ...store.workspace import Workspace
from ..product.uploads import Uploaded, body
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.hints import hint_of
from ..server.session import changes
from ..server.surfaces import OWN

calls = Calls(OWN, "/devices", tag="devices")

PROPERTIES: dict[str, Any] = {
    "time_zone": {"type": "string", "description": "The zone of times that name none: UTC, Europe/Berlin."},
    "dates": {"type": "string", "enum": [order.value for order in DateOrder]},
    "mapping": {"type": "string", "description": "The text of a mapping file (TOML)."},
}


class DeviceExportTaken(DoneAnswer, frozen=True, kw_only=True):
    """What became of each line."""

    result: DeviceImportDocument


@calls.post(
    "/import",
    changes(DeviceExportTaken, "device.import", request_body=body(PROPERTIES, file="The export, a CSV file.")),
)
def import_devices(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import devices from the export (CSV) of a device management product. Lines are handled independently, and the
    answer lists the refused ones with the reason. A later export updates the devices; the same one again changes
    nothing."""
    mapping, zone = upload.text("mapping"), upload.word("time_zone")
    data = upload.file.read(MAX_EXPORT + 1)
    if len(data) > MAX_EXPORT:
        raise Refusal("file-too-large", f"the export is larger than {MAX_EXPORT >> 20} MiB")
    if mapping is not None and len(mapping.encode()) > LONGEST_MAPPING:
        raise Refusal("file-too-large", f"the mapping file is larger than {LONGEST_MAPPING >> 10} KiB")
    result = workspace.device_imports.take_in(
        data,
        source=upload.name,
        mapping=NO_MAPPING if mapping is None else read_mapping(mapping.encode()),
        order=_order(upload.word("dates")),
        zone=None if zone is None else zone_named(zone),
    )
    document = device_import_document(result)
    refused = tuple(replace(one, hint=hint_of(one.code, one.hint)) for one in document.refused)
    return answer(DeviceExportTaken, result=replace(document, refused=refused))


def _order(text: str | None) -> DateOrder | None:
    if text is None:
        return None
    try:
        return DateOrder(text)
    except ValueError:
        raise Refusal("request-invalid", f"dates: day-first or month-first is expected, not {text[:40]!r}") from None
