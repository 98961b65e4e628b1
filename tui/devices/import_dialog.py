"""Importing devices from the export of a device management product."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path

from textual.widget import Widget

from ...store.certificates.files import read_input
from ...store.devices_import.columns import LONGEST_MAPPING, NO_MAPPING, layout_of, read_mapping
from ...store.devices_import.csv_reading import MAX_EXPORT, open_export
from ...store.devices_import.dates import DateOrder, zone_named
from ...store.devices_import.importing import DeviceImportResult, Progress
from ...store.effects.effects import Effects
from ...store.workspace import Workspace
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.effects_panel import EffectsPanel
from ..dialogs.file_field import FileField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, PathField, TextField
from ..dialogs.trial_copy import TrialCopy

LARGE = 4 * 1024 * 1024  # bytes: a larger file takes seconds to try, and is tried when it is imported
_ORDERS = {DateOrder.DAY_FIRST: "the day first", DateOrder.MONTH_FIRST: "the month first"}


class DeviceImportDialog(FormDialog[DeviceImportResult]):
    """Returns what became of each line."""

    changes = True
    heading = "Import devices"
    confirm_label = "Import"
    doing = "Reading the export …"
    wide = True
    AUTO_FOCUS = "#path"

    def __init__(self) -> None:
        super().__init__()
        self._copy = TrialCopy(lambda: self.workspace)

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "The export (CSV) of Citrix Endpoint Management, Intune, Jamf Pro or Workspace ONE, or any other with a "
            "mapping file. Every line is judged alone; a later export updates the devices.",
            "quiet",
        )
        yield Note()
        yield FileField("file", "Export", self._inspect, to_blame=["columns-*", "export-*"])
        yield PathField("mapping", "Mapping", placeholder="a TOML file that names the columns; optional")
        yield TextField(
            "zone",
            "Time zone",
            placeholder="of times that name none: UTC, Europe/Berlin",
            check=lambda text: zone_named(text) if text else None,
            to_blame=["time-zone-*"],
        )
        yield ChoiceField("order", "03/04/2026", _ORDERS, prompt="as other dates of the file show")

    def _inspect(self, path: Path) -> str:
        export = open_export(read_input(path, MAX_EXPORT))
        mapping = self.answers["mapping"]
        if mapping is not None:
            return f"{len(export.header)} columns, by the mapping file"
        return layout_of(export.header).format.title

    def change(self) -> Callable[..., object] | None:
        return None if self._is_large else super().change()

    @property
    def _is_large(self) -> bool:
        path = self.query_one(FileField).now
        try:
            return path is not None and path.stat().st_size > LARGE
        except OSError:
            return False

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        assert isinstance(change, partial)
        return self._copy.carry_out(partial(_import, **change.keywords), stop)

    def look_ahead(self) -> None:
        super().look_ahead()
        if self._is_large:
            self._look_no_further()
            self.query_one(EffectsPanel).say("What so large a file would change isn't worked out here.")

    def on_unmount(self) -> None:
        super().on_unmount()
        self._copy.close()

    def work(
        self, file: Path, mapping: Path | None, zone: tzinfo | None, order: DateOrder | None
    ) -> DeviceImportResult:
        return _import(self.workspace, file, mapping, zone, order, progress=self.count)

    def command_words(
        self, file: Path, mapping: Path | None, zone: tzinfo | None, order: DateOrder | None
    ) -> Sequence[object]:
        words: list[object] = ["device", "import", file.absolute()]
        words += ["--mapping", mapping.absolute()] if mapping is not None else []
        words += ["--time-zone", self.answers["zone"]] if zone is not None else []
        return [*words, *(["--dates", order] if order is not None else [])]


def _import(
    workspace: Workspace,
    file: Path,
    mapping: Path | None,
    zone: tzinfo | None,
    order: DateOrder | None,
    *,
    progress: Progress | None = None,
) -> DeviceImportResult:
    return workspace.device_imports.take_in(
        read_input(file, MAX_EXPORT),
        source=file.name,
        mapping=NO_MAPPING if mapping is None else read_mapping(read_input(mapping, LONGEST_MAPPING)),
        order=order,
        zone=zone,
        progress=progress,
    )
