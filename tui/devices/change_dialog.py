"""Changing what is on record of a device: its identities and its owner."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.devices.changing import LONGEST, TITLES
from ...store.model.device import Device, Platform
from ...store.printable import printable
from ...store.views.device import device_title
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField

_ALWAYS = ("owner", "upn", "device_name", "serial_number", "wifi_mac")
"""The fields that every device has. Other identities are shown where it has one, or its platform may."""
_OF_PLATFORM = {
    Platform.IOS: ("imei", "meid", "udid"),
    Platform.MACOS: ("udid",),
    Platform.ANDROID: ("imei", "meid", "android_id"),
    Platform.WINDOWS: ("windows_device_id",),
}


class DeviceChangeDialog(FormDialog[Device]):
    """Returns the device with its new record."""

    changes = True
    refusal_above = True
    confirm_label = "Change"

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self.heading = f"Change {printable(device_title(device))}"

    def compose_form(self) -> Iterable[Widget]:
        yield Note("Its certificates stay. With a new board it has lost its key, and has to enroll again.", "quiet")
        shown = (*_ALWAYS, *_OF_PLATFORM[self._device.platform])
        for field in sorted(TITLES, key=lambda field: (field not in _ALWAYS[:3], list(TITLES).index(field))):
            value = getattr(self._device, field) or ""
            if field in shown or value:
                title = TITLES[field]
                yield TextField(field.replace("_", "-"), f"{title[0].upper()}{title[1:]}", value, longest=LONGEST)

    def work(self, **said: str) -> Device:
        changed = {field: text for field, text in said.items() if text != (getattr(self._device, field) or "")}
        if not changed:
            return self.workspace.devices.get(self._device.id)
        return self.workspace.device_changes.change(self._device.id, changed)

    def told(self, result: Device) -> str:
        return f"{printable(device_title(result))} changed."
