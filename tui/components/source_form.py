"""The part of a form that names what to import: the file, what it is, its key or its password."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, RadioSet, Select, Static

from ...store.errors import Refusal
from ...store.keystores.reading import KeystoreType
from .choices import RadioOption
from .file_chooser import FileChooser, PathInput
from .file_inspection import TYPE_NAMES, Inspection, OpenedKeystore, SourceAnswers, inspect_file, open_keystore, path_of
from .form import FormRow
from .refusal_panel import refusal_text
from .text_styles import Tone, styled

CERTIFICATE, KEYSTORE = 0, 1


class SourceForm(Vertical):
    """``answers`` gives what was answered. ``KindChanged`` tells when it becomes a keystore, or a certificate."""

    class KindChanged(Message):
        """The file is, or is said to be, a keystore or not."""

        def __init__(self, is_keystore: bool) -> None:
            super().__init__()
            self.is_keystore = is_keystore

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.inspection: Inspection | None = None
        self.opened: OpenedKeystore | None = None

    def compose(self) -> ComposeResult:
        yield FormRow("File", FileChooser(id="file"), id="row-file")
        yield Static("", id="found")
        kinds = RadioSet(RadioOption("Certificate", value=True), RadioOption("Keystore"), id="kind", compact=True)
        yield FormRow("It is a", kinds, id="row-kind")
        types = [(TYPE_NAMES[type], type) for type in KeystoreType]
        yield FormRow("Type", Select(types, value=KeystoreType.PKCS12, allow_blank=False, id="type", compact=True))
        yield FormRow("Password", Input(password=True, id="password", placeholder="of the keystore", compact=True))
        yield FormRow("Alias", Select[str]([], id="alias", prompt="the first entry", compact=True), id="row-alias")
        key_file = PathInput(id="key", placeholder="optional; when it is in another file")
        yield FormRow("Private key", key_file, id="row-key")
        key_password = Input(password=True, id="key-password", placeholder="only if it has its own", compact=True)
        yield FormRow("Key password", key_password, id="row-key-password")

    def on_mount(self) -> None:
        self._arrange()

    @property
    def is_keystore(self) -> bool:
        """Whether it is imported as a keystore."""
        return self.query_one("#kind", RadioSet).pressed_index == KEYSTORE

    @property
    def public_keys(self) -> tuple[str, ...]:
        """The keys that the file is known to hold."""
        found = self.opened if self.is_keystore else self.inspection
        return () if found is None else found.public_keys

    def answers(self) -> SourceAnswers:
        """What was answered; refuses ``file-missing`` while no file is named."""
        path = self.query_one("#file", FileChooser).path
        if path is None:
            raise Refusal("file-missing", "no file is named yet", "Type its path, or pick it in the tree below.")
        key = self.query_one("#key", PathInput).value
        alias = self.query_one("#alias", Select).value
        return SourceAnswers(
            path=path,
            is_keystore=self.is_keystore,
            key_path=path_of(key) if key.strip() and not self.is_keystore else None,
            type=self._type(),
            alias=alias if isinstance(alias, str) and self.query_one("#row-alias").display else None,
            # An empty field is no password; a keystore with an empty one opens either way.
            password=self.query_one("#password", Input).value or None,
            key_password=self.query_one("#key-password", Input).value or None,
        )

    def _type(self) -> KeystoreType:
        value = self.query_one("#type", Select).value
        return value if isinstance(value, KeystoreType) else KeystoreType.PKCS12

    def _arrange(self) -> None:
        """Show the rows that the kind of file asks for."""
        keystore = self.is_keystore
        known = self.inspection is not None and self.inspection.refusal is None
        java = self._type() is not KeystoreType.PKCS12
        for row in self.query(FormRow):
            field = row.field.id
            if field in ("type", "password"):
                row.display = known and keystore
            elif field == "alias":
                row.display = known and keystore and (self.opened.wants_alias if self.opened else java)
            elif field == "key":
                row.display = known and not keystore
            elif field == "key-password":
                row.display = known and (java or not keystore)
            elif field == "kind":
                row.display = known

    # Looking into the file

    @on(FileChooser.Chosen)
    def _chosen(self, event: FileChooser.Chosen) -> None:
        event.stop()
        self.look_into(event.path)

    def look_into(self, path: Path) -> None:
        """Find out what a file is, beside the screen."""
        self.opened = None
        self.query_one("#found", Static).update("looking into it …")
        self._look(path)

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self, path: Path) -> None:
        inspection = inspect_file(path)
        self.app.call_from_thread(self._looked, inspection)

    def _looked(self, inspection: Inspection) -> None:
        if not self.is_attached:
            return
        self.inspection = inspection
        found = self.query_one("#found", Static)
        if inspection.refusal is not None:
            found.update(refusal_text(found, inspection.refusal))
            self._arrange()
            return
        found.update(self._said(inspection.sentence))
        is_keystore = inspection.keystore is not None
        kinds = list(self.query_one("#kind", RadioSet).query(RadioOption))
        kinds[KEYSTORE if is_keystore else CERTIFICATE].value = True
        if inspection.keystore is not None:
            self.query_one("#type", Select).value = inspection.keystore
            self.try_to_open(None)
        self._arrange()
        if is_keystore and self.query_one("#path").has_focus:
            self.query_one("#password").focus()
        self.post_message(self.KindChanged(is_keystore))

    def _said(self, sentence: str) -> Text:
        return styled(self.app, ("● ", Tone.VALID), sentence)

    @on(RadioSet.Changed, "#kind")
    def _kind_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        self._arrange()
        self.post_message(self.KindChanged(self.is_keystore))

    @on(Select.Changed, "#type")
    def _type_changed(self, event: Select.Changed) -> None:
        event.stop()
        self._arrange()

    # Opening a keystore

    @on(Input.Blurred, "#password")
    def _password_left(self, event: Input.Blurred) -> None:
        if event.value:
            self.try_to_open(event.value)

    def try_to_open(self, password: str | None) -> None:
        """Open the keystore beside the screen, to offer its aliases; without a password failing is no news."""
        if self.inspection is not None:
            self._open(self.inspection, password)

    def ask_which(self, answers: SourceAnswers) -> None:
        """Before an import, beside the screen: refuse to pick the first of several entries that nobody has seen."""
        if not answers.is_keystore or self.opened is not None or self.inspection is None:
            return
        opened = open_keystore(self.inspection.data, answers.password)
        self.app.call_from_thread(self._opened, self.inspection, opened)
        if opened.wants_alias and len(opened.choices) > 1:
            raise Refusal(
                "alias-needed",
                f"the keystore holds {len(opened.choices)} entries",
                "Choose one as the alias, or confirm again for the first.",
            )

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _open(self, inspection: Inspection, password: str | None) -> None:
        try:
            opened = open_keystore(inspection.data, password)
        except Refusal as refusal:
            if password is not None:
                self.app.call_from_thread(self._not_opened, inspection, refusal)
        else:
            self.app.call_from_thread(self._opened, inspection, opened)

    def _not_opened(self, inspection: Inspection, refusal: Refusal) -> None:
        if self.is_attached and inspection is self.inspection:
            found = self.query_one("#found", Static)
            found.update(refusal_text(found, refusal))

    def _opened(self, inspection: Inspection, opened: OpenedKeystore) -> None:
        if not self.is_attached or inspection is not self.inspection:
            return
        self.opened = opened
        self.query_one("#found", Static).update(self._said(f"{inspection.sentence}, {opened.sentence}"))
        alias = self.query_one("#alias", Select)
        chosen = alias.value
        alias.set_options((Content(choice.label), choice.alias) for choice in opened.choices)
        if any(choice.alias == chosen for choice in opened.choices):
            alias.value = chosen
        self._arrange()
