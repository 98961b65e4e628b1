"""Refresh: requesting a new CA group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input, RadioSet, Static

from ...store.authorities.groups import READY_AFTER, next_name
from ...store.errors import Refusal
from ..components.choices import RadioOption
from ..components.dialog import Dialog
from ..components.form import FormRow

LONGEST_WAIT = 24 * 365
_HOURS = int(READY_AFTER.total_seconds()) // 3600

EXPLANATION = (
    "A refresh makes a new CA group: a root, a device and a server CA, with new keys. Once it is ready, new device "
    "certificates come from it, and a notice says so."
)
CONSEQUENCE = (
    "Enrolled devices keep working with the certificates that they have, until those are renewed (on Devices: "
    "Secure, Certificate Renewal) or expire. Windows devices have to re-enroll."
)


class RefreshDialog(Dialog[str]):
    """Gives the name of the group that was requested."""

    heading = "Refresh: a new CA group"
    confirm_label = "Request it"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(EXPLANATION)
        yield Static(CONSEQUENCE, classes="sentence quiet")
        yield Static("")
        groups = self.workspace.authorities.groups()
        usual = f"{next_name(groups)}, unless you name it" if groups else "optional"
        yield FormRow("Name", Input(id="name", placeholder=usual, compact=True))
        later = RadioOption("after a while, as with the real service", value=True)
        yield FormRow("Ready", RadioSet(later, RadioOption("at once"), id="ready", compact=True))
        yield FormRow("Hours", Input(str(_HOURS), id="hours", compact=True), id="row-hours")

    @on(RadioSet.Changed, "#ready")
    def _ready_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        self.query_one("#row-hours").display = event.index == 0

    def confirm(self) -> None:
        name = self.query_one("#name", Input).value.strip() or None
        hours = self.query_one("#hours", Input).value.strip()
        if self.query_one("#ready", RadioSet).pressed_index == 1:
            hours = "0"
        if not (hours.isascii() and hours.isdecimal() and len(hours) < 6 and int(hours) <= LONGEST_WAIT):
            self.refused(Refusal("hours-invalid", f"write whole hours from 0 to {LONGEST_WAIT:,}"))
            return
        self.perform(partial(self._refresh, name, int(hours)), self.dismiss, saying="Making three keys …")

    def _refresh(self, name: str | None, hours: int) -> str:
        return self.workspace.authorities.refresh(name=name, ready_after=timedelta(hours=hours)).name
