"""Refresh: request a new CA group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from textual.widget import Widget

from ...store.authorities.groups import READY_AFTER, next_name
from ..dialogs.choice_fields import RadioField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, whole_number

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
        hours = whole_number("hours-invalid", f"write whole hours from 0 to {LONGEST_WAIT:,}", most=LONGEST_WAIT)
        yield TextField(
            "hours", "Hours", str(_HOURS), check=hours, when=lambda answers: bool(answers["ready"] == "later")
        )

    def command_words(self, name: str, ready: str, hours: int = 0) -> Sequence[object]:
        waits = ("--inactive",) if ready == "waits" else ()
        return "authority", "refresh", *(("--name", name) if name else ()), "--after", f"{hours}h", *waits

    def work(self, name: str, ready: str, hours: int = 0) -> str:
        authorities = self.workspace.authorities
        return authorities.refresh(name=name or None, ready_after=timedelta(hours=hours), waits=ready == "waits").name

    def told(self, result: str) -> None:
        """Nothing: the page shows the group and its state."""
