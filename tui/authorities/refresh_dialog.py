"""Refresh: request a new CA group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from textual.widget import Widget

from ...store.authorities.authorities import LONGEST_WAIT
from ...store.authorities.groups import READY_AFTER, next_name
from ...store.durations import duration_text
from ..dialogs.choice_fields import RadioField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, duration

NOW = timedelta()

EXPLANATION = (
    "A refresh makes a new CA group: a root, a device and a server CA, with new keys. Once it is ready, new device "
    "certificates come from it, and a notice says so."
)
CONSEQUENCE = (
    "Enrolled devices keep working with the certificates that they have, until those are renewed (on Devices: "
    "Secure, Certificate Renewal) or expire. Windows devices have to re-enroll."
)


_WHEN = {
    "later": "after a while, as with the real service",
    "now": "at once",
    "waits": "at once, and it issues once you activate it",
}


class RefreshDialog(FormDialog[str]):
    """Returns the name of the requested group."""

    changes = True
    heading = "Refresh: a new CA group"
    confirm_label = "Request it"
    doing = "Making three keys …"

    def compose_form(self) -> Iterable[Widget]:
        yield Note(EXPLANATION)
        yield Note(CONSEQUENCE, "sentence quiet")
        yield Note()
        groups = self.workspace.authorities.groups()
        usual = f"{next_name(groups)}, unless you name it" if groups else "optional"
        yield TextField("name", "Name", placeholder=usual, to_blame=["group-*"])
        yield RadioField("ready", "Ready", _WHEN)
        after, usual = duration("hours-invalid", "h", LONGEST_WAIT), f"{READY_AFTER // timedelta(hours=1)}h"
        yield TextField("hours", "After", usual, check=after, when=lambda answers: bool(answers["ready"] == "later"))

    def command_words(self, name: str, ready: str, hours: timedelta = NOW) -> Sequence[object]:
        waits = ("--inactive",) if ready == "waits" else ()
        return "authority", "refresh", *(("--name", name) if name else ()), "--after", duration_text(hours), *waits

    def work(self, name: str, ready: str, hours: timedelta = NOW) -> str:
        authorities = self.workspace.authorities
        return authorities.refresh(name=name or None, ready_after=hours, waits=ready == "waits").name

    def told(self, result: str) -> None:
        """Nothing: the page shows the group and its state."""
