"""Making a certificate signing request, and what was made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static

from ...store.errors import Refusal
from ...store.inventory.requests import KeySpec
from ...store.model.certificate import UseAs
from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file
from ..components.wording import KEYS, USES

_PARTS = (
    ("CN", "Name (CN)", "mdm.example.com"),
    ("O", "Organization", "Example"),
    ("OU", "Unit", "optional"),
    ("L", "City", "optional"),
    ("ST", "State", "optional"),
    ("C", "Country", "two letters"),
)
_USES = (UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER)


class RequestDialog(Dialog[int]):
    """Gives the id of the request that was made, over a new key that stays in the vault."""

    heading = "New certificate signing request"
    confirm_label = "Make it"
    wide = True

    def compose_form(self) -> Iterable[Widget]:
        for part, label, placeholder in _PARTS:
            yield FormRow(label, Input(id=f"part-{part}", placeholder=placeholder, compact=True))
        whole = Input(id="subject", placeholder="or the whole subject: CN=mdm.example.com,O=Example,C=DE", compact=True)
        yield FormRow("Subject", whole)
        names = Input(id="sans", placeholder="mdm.example.com, 192.0.2.7, email:…; commas between", compact=True)
        yield FormRow("Other names", names)
        yield FormRow("Key", Select([(KEYS[key], key) for key in KeySpec], id="key", allow_blank=False, compact=True))
        uses = [(USES[use], use) for use in _USES]
        yield FormRow("Use as", Select(uses, id="use-as", allow_blank=False, compact=True))
        yield FormRow("Description", Input(id="description", placeholder="optional", max_length=1000, compact=True))

    def confirm(self) -> None:
        key, use_as = self.query_one("#key", Select).value, self.query_one("#use-as", Select).value
        sans = re.split(r"[,\s]+", self.query_one("#sans", Input).value.strip())
        job = partial(
            self._create,
            self._subject(),
            [san for san in sans if san],
            KeySpec(str(key)),
            UseAs(str(use_as)),
            self.query_one("#description", Input).value,
        )
        self.perform(job, self.dismiss, saying="Making a key and the request …")

    def _subject(self) -> str:
        if whole := self.query_one("#subject", Input).value.strip():
            return whole
        values = [(part, self.query_one(f"#part-{part}", Input).value.strip()) for part, _, _ in _PARTS]
        return ",".join(f"{part}={_escaped(value)}" for part, value in values if value)

    def _create(self, subject: str, sans: list[str], key: KeySpec, use_as: UseAs, description: str) -> int:
        request = self.workspace.requests.create(
            subject=subject, sans=sans, key=key, use_as=use_as, description=description
        )
        return request.id


def _escaped(value: str) -> str:
    """A value inside an RFC 4514 name (section 2.4)."""
    value = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    return "\\" + value if value.startswith("#") else value


class RequestMadeDialog(Dialog[None]):
    """A request as PEM, to copy or to save."""

    confirm_label = "Save"
    wide = True

    def __init__(self, id: int) -> None:
        super().__init__()
        self._request_id = id
        self.heading = f"Request {id}"

    def compose_form(self) -> Iterable[Widget]:
        request = self.workspace.requests.get(self._request_id)
        name = re.sub(r"[^\w.-]+", "_", request.subject.split(",")[0].partition("=")[2]).strip("._")
        yield Static(printable(request.subject), classes="strong", markup=False)
        if request.completed_by is None:
            yield Static(
                "Have it signed, then import the answer: it finds its key by itself. w lists what waits.",
                classes="quiet",
            )
        yield FormRow("Save to", PathInput(str(Path.cwd() / f"{name or self._request_id}.csr"), id="target"))
        yield Static(self.workspace.requests.pem(self._request_id).decode(), id="pem", markup=False)

    def compose_buttons(self) -> Iterable[Widget]:
        yield Button("Save", id="confirm", variant="primary", compact=True)
        yield Button("Copy", id="copy", compact=True)
        yield Button("Close", id="leave", compact=True)

    @on(Button.Pressed, "#copy")
    def _copy(self, event: Button.Pressed) -> None:
        event.stop()
        self.app.copy_to_clipboard(self.workspace.requests.pem(self._request_id).decode())
        self.show_progress("Handed to the terminal's clipboard.")

    def confirm(self) -> None:
        target = self.query_one("#target", Input).value
        try:
            if not target.strip():
                raise Refusal("file-missing", "no file is named to write to")
            write_file(path_of(target), self.workspace.requests.pem(self._request_id))
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self.show_progress(f"Saved to {path_of(target).name}.")
            self.query_one("#leave").focus()
