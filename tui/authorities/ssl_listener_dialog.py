"""Issuing the workspace's SSL listener certificate by the server CA."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.words import day
from ..components.dialog import Dialog
from ..components.form import FormRow
from ..components.wording import title_of


class ListenerDialog(Dialog[str]):
    """Gives a sentence that says what was issued."""

    heading = "Issue the SSL listener certificate"
    confirm_label = "Issue it"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "The server CA of the group that issues signs it, over a new key. It comes into the inventory; one that "
            "was issued here before is replaced by it."
        )
        yield Static("")
        hosts = Input(id="hosts", placeholder="mdm.example.com, 192.0.2.7; commas between", compact=True)
        yield FormRow("Host names", hosts)

    def confirm(self) -> None:
        hosts = [host for host in re.split(r"[,\s]+", self.query_one("#hosts", Input).value) if host]
        self.perform(partial(self._issue, hosts), self.dismiss, saying="Making a key and the certificate …")

    def _issue(self, hosts: list[str]) -> str:
        certificate = self.workspace.authorities.issue_listener(hosts)
        return f"{title_of(certificate)} issued, valid until {day(certificate.not_after)}. 2 shows it."
