"""Exporting the configuration profile that a device receives by a policy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.errors import Refusal
from ...store.model.policy import Policy
from ...store.printable import printable
from ..components.choices import Tick
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file
from ..devices.find_device import find_device
from .wording import name_of_policy


class PolicyExportDialog(Dialog[str]):
    """Gives a sentence that says what was written."""

    confirm_label = "Export"
    AUTO_FOCUS = "#device"

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy
        self.heading = f"Export the profile of {name_of_policy(policy)}"
        self._suggestion = self._suggested("")

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "The configuration profile (.mobileconfig) that the device receives: the VPN, and the certificate with its "
            "private key and the password to it. Only you can read the file; an audit line is left.",
            classes="quiet",
            markup=False,
        )
        yield Static("")
        yield FormRow("Device", Input(id="device", placeholder="id, serial number, IMEI, MEID or UDID", compact=True))
        yield FormRow("To file", PathInput(self._suggestion, id="target"))
        yield FormRow("", Tick("overwrite a file that is there", id="overwrite", compact=True))

    def _suggested(self, device: str) -> str:
        words = re.findall(r"[A-Za-z0-9]+", f"{self._policy.name} {device}")
        return str(Path.cwd() / f"{'-'.join(words)[:80].lower() or 'policy'}.mobileconfig")

    @on(Input.Changed, "#device")
    def _device_changed(self, event: Input.Changed) -> None:
        event.stop()
        target = self.query_one("#target", Input)
        if target.value == self._suggestion:
            target.value = self._suggestion = self._suggested(event.value)

    def confirm(self) -> None:
        device, target = self.query_one("#device", Input).value, self.query_one("#target", Input).value
        if not device.strip():
            self.refused(Refusal("value-missing", "no device is named", "Type its id, or one of its identities."))
        elif not target.strip():
            self.refused(Refusal("file-missing", "no file is named to write to"))
        else:
            overwrite = self.query_one("#overwrite", Tick).value
            job = partial(self._export, device, path_of(target), overwrite)
            self.perform(job, self.dismiss, saying="Exporting …")

    def _export(self, named: str, path: Path, overwrite: bool) -> str:
        device = find_device(self.workspace, named)
        data = self.workspace.policies.profile_for(device.id, self._policy.id)
        write_file(path, data, private=True, overwrite=overwrite)
        return f"The profile of #{device.id} {printable(device.name)} is in {path}"
