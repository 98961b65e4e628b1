"""``certfleet device import``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ...store.devices_import.columns import LONGEST_MAPPING, NO_MAPPING, read_mapping
from ...store.devices_import.csv_reading import MAX_EXPORT
from ...store.devices_import.dates import DateOrder, zone_named
from ...store.devices_import.importing import DeviceImportResult
from ...store.views.device_import import NAMED, device_import_document, import_lines, refusal_hints
from ...store.words import plural
from ..frame.answer import Answer, Text
from ..frame.changing import Preview
from ..frame.command import command
from ..frame.input_file import input_name, read_file
from ..frame.parameters import FILE, TEXT, EnumChoice
from ..frame.progress import progress
from ..frame.session import Session
from ..frame.tables import Listing


@command(
    "import",
    examples=[
        "certfleet --workspace real device import intune.csv",
        "certfleet --workspace real device import citrix.csv --time-zone Europe/Berlin --dates month-first",
        "certfleet --workspace real device import other.csv --mapping other.toml --dry-run",
    ],
    changes=True,
)
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--mapping", "mapping_file", type=FILE, metavar="FILE", help="A TOML file that names the columns.")
@click.option("--time-zone", type=TEXT, metavar="ZONE", help="The zone of times that name none: UTC, Europe/Berlin.")
@click.option(
    "--dates",
    type=EnumChoice(list(DateOrder)),
    help="Which number of 03/04/2026 is the day. Default: what other dates of the file show.",
)
def import_export(
    session: Session, file: Path, mapping_file: Path | None, time_zone: str | None, dates: DateOrder | None
) -> Answer:
    """Import devices from the export (CSV) of a device management product. The exports of Citrix Endpoint Management,
    Microsoft Intune, Jamf Pro and Workspace ONE are recognised by their columns; any other can be read by certfleet's
    own column names, or with a mapping file. No keys are needed: devices and their certificates are known by what the
    export says. Lines are handled independently of each other; refused ones are listed with the reason. A later export
    updates the devices; the same one again changes nothing. Exits with 1 if every line is refused."""
    mapping = NO_MAPPING if mapping_file is None else read_mapping(read_file(mapping_file, LONGEST_MAPPING))
    zone = None if time_zone is None else zone_named(time_zone)
    data = read_file(file, MAX_EXPORT)
    workspace = session.open(create=True)
    with progress(data.count(b"\n"), "Importing") as advance:
        result = workspace.device_imports.take_in(
            data,
            source=input_name(file),
            mapping=mapping,
            order=dates,
            zone=zone,
            progress=lambda done, _: advance(done),
        )
    document = device_import_document(result, provisional=session.is_trial)
    session.tell_preview(Preview("import", document, list(import_lines(result))))
    return Answer(
        lambda: {name: getattr(document, name) for name in document.__struct_fields__},
        _text(result),
        status=1 if result.refused and len(result.refused) == result.total else 0,
    )


def _text(result: DeviceImportResult) -> Iterator[Text]:
    if result.refused:
        rows = [
            {"LINE": str(one.line), "WHY": f"{one.refusal.code}: {one.refusal.message}"}
            for one in result.refused[:NAMED]
        ]
        yield Listing(rows, right=("LINE",), least={"WHY": 30}, wraps=("WHY",))
        if len(result.refused) > NAMED:
            yield f"and {plural(len(result.refused) - NAMED, 'more refused line')}; --json lists all of them"
    for note in result.notes:
        yield f"note: {note}"
    for hint in refusal_hints(result):
        yield f"hint: {hint}"
    yield from import_lines(result)
