"""Have the server CA issue the workspace's SSL listener certificate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...store.authorities.shown_listener import shown_listener
from ...store.views.certificate import certificate_title
from ...store.words import day
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, listed
from ..shell.keys.keys import keyed


class ListenerDialog(FormDialog[str]):
    """Returns a sentence that names the issued certificate."""

    changes = True
    heading = "Issue the SSL listener certificate"
    confirm_label = "Issue it"
    doing = "Making a key and the certificate …"

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "The server CA of the group that issues signs it, over a new key. It comes into the inventory; one that "
            "was issued here before is replaced by it."
        )
        shown = shown_listener(self.workspace.inventory.list(), self.workspace.now())
        said = "none" if shown is None else f"{certificate_title(shown)}, until {day(shown.not_after)}"
        yield Note(f"In use now: {said}.", "apart")
        several = "such as mdm.example.com, 192.0.2.7"
        yield TextField("hosts", "Host names", placeholder=several, check=listed, to_blame=["host-*"])

    def command_words(self, hosts: Sequence[str]) -> Sequence[object]:
        named = [word for host in hosts for word in ("--host", host)]
        return ("authority", "issue-listener", *named) if named else ()

    def work(self, hosts: Sequence[str]) -> str:
        certificate = self.workspace.authorities.issue_listener(hosts)
        issued = f"{certificate_title(certificate)} issued, valid until {day(certificate.not_after)}."
        return f"{issued} {keyed('{screen-2} shows it.')}"
