"""Creating a certificate signing request, and showing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from textual.widget import Widget

from ...store.confinement import working_folder
from ...store.model.certificate import UseAs
from ...store.model.request import KeySpec
from ...store.printable import printable
from ...store.views.certificate import KEYS, USES, name_text
from ...store.views.request import request_notes
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, PathField, TextField, listed, needed
from ..dialogs.output_file import file_name, write_file
from ..shell.keys.keys import keyed

_PARTS = (
    ("CN", "Name (CN)", "mdm.example.com"),
    ("O", "Organization", "Example"),
    ("OU", "Unit", "optional"),
    ("L", "City", "optional"),
    ("ST", "State", "optional"),
    ("C", "Country", "two letters"),
)
_USES = (UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER)


class RequestDialog(FormDialog[int]):
    """Returns the id of the new request. Its new key stays in the vault."""

    heading = "New certificate signing request"
    confirm_label = "Make it"
    doing = "Making a key and the request …"
    wide = True

    def compose_form(self) -> Iterable[Widget]:
        for part, label, placeholder in _PARTS:
            yield TextField(f"part-{part}", label, placeholder=placeholder)
        whole = "or the whole subject: CN=mdm.example.com,O=Example,C=DE"
        yield TextField("subject", "Subject", placeholder=whole, to_blame=["subject-*"])
        names = "such as mdm.example.com, 192.0.2.7, email:…"
        yield TextField("sans", "Other names", placeholder=names, check=listed, to_blame=["san-*"])
        yield ChoiceField("key", "Key", {key: KEYS[key] for key in KeySpec})
        yield ChoiceField("use-as", "Use as", {use: USES[use] for use in _USES})
        yield TextField("description", "Description", placeholder="optional", longest=1000)

    def work(
        self, subject: str, sans: Sequence[str], key: KeySpec, use_as: UseAs, description: str, **parts: str
    ) -> int:
        requests, name = self.workspace.requests, subject or _named(parts)
        return requests.create(subject=name, sans=sans, key=key, use_as=use_as, description=description).id

    def command_words(
        self, subject: str, sans: Sequence[str], key: KeySpec, use_as: UseAs, description: str, **parts: str
    ) -> Sequence[object]:
        if not (name := subject or _named(parts)):
            return ()
        named = [word for san in sans for word in ("--san", san)]
        said = ("--description", description) if description else ()
        return "certificate", "request", "--subject", name, *named, "--key", key, "--use-as", use_as, *said


def _named(parts: Mapping[str, str]) -> str:
    """The subject that the parts make (RFC 4514)."""
    values = ((part, parts[f"part_{part}"]) for part, _, _ in _PARTS)
    return ",".join(f"{part}={_escaped(value)}" for part, value in values if value)


def _escaped(value: str) -> str:
    """A value escaped for an RFC 4514 name (section 2.4)."""
    value = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    return "\\" + value if value.startswith("#") else value


class RequestMadeDialog(FormDialog[Path]):
    """A request as PEM, to copy or to save."""

    confirm_label = "Save"
    leave_label = "Close"
    more_buttons = (("copy", "Copy"),)
    wide = True

    def __init__(self, id: int) -> None:
        super().__init__()
        self._request_id = id
        self.heading = f"Request {id}"

    def compose_form(self) -> Iterable[Widget]:
        request = self.workspace.requests.get(self._request_id)
        name = file_name(request.subject.split(",")[0].partition("=")[2], request.id)
        yield Note(name_text(request.subject), "strong")
        for note in request_notes(request):
            yield Note(printable(f"Note: {note}."))
        if request.completed_by is None:
            yield Note(
                keyed("Have it signed, then import the answer: it finds its key by itself. {to-do} lists what waits."),
                "quiet",
            )
        no_file = needed("file-missing", "no file is named to write to")
        yield PathField("target", "Save to", str(working_folder() / f"{name}.csr"), check=no_file)
        yield Note(self._pem().decode(), id="pem")

    def _pem(self) -> bytes:
        return self.workspace.requests.pem(self._request_id)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._pem().decode())
        self.show_progress("Handed to the terminal's clipboard.")

    def command_words(self, target: Path) -> Sequence[object]:
        return "certificate", "requests", "--pem", self._request_id  # to standard output

    def work(self, target: Path) -> Path:
        write_file(target, self._pem())
        return target

    def done(self, result: Path) -> None:
        self.show_progress(f"Saved to {result.name}.")
        self.query_one("#leave").focus()
