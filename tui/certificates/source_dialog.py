"""The common part of importing and replacing: the file, its type, its key or its password."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text
from textual import on, work
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, RadioButton, RadioSet, Static

from ...store.certificates.folders import holds_pem_files
from ...store.errors import Refusal
from ...store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from ...store.keystores.keystore_type import KeystoreType
from ...store.views.certificate import status_text
from ...store.words import days_text
from ..components.text_styles import Tone, styled
from ..dialogs.background_work import Result
from ..dialogs.choice_fields import ChoiceField, RadioField, RadioOption
from ..dialogs.file_field import FileField
from ..dialogs.file_inspection import (
    TYPE_NAMES,
    Inspection,
    OpenedKeystore,
    inspect_file,
    load_source,
    open_keystore,
)
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, FormField, PasswordField, PathField
from ..shell.keys.keys import keyed
from .certificate_rows import CertificateRow


class SourceDialog(FormDialog[Result]):
    """Subclasses compose ``source_fields`` and ``SameKeyField``, and read the chosen file with ``load``."""

    changes = True
    wide = True

    def __init__(self) -> None:
        super().__init__()
        self.inspection: Inspection | None = None
        self.opened: OpenedKeystore | None = None
        self._inspected: dict[Path, Inspection] = {}

    def source_fields(self) -> Iterable[Widget]:
        """The fields for the file and its options."""

        def known(answers: Answers) -> bool:
            return self.inspection is not None and self.inspection.refusal is None

        def is_keystore(answers: Answers) -> bool:
            return known(answers) and answers["kind"]

        def is_certificate(answers: Answers) -> bool:
            return known(answers) and not answers["kind"]

        def is_java(answers: Answers) -> bool:
            return answers["type"] is not KeystoreType.PKCS12

        def has_aliases(answers: Answers) -> bool:
            return is_keystore(answers) and (is_java(answers) if self.opened is None else self.opened.wants_alias)

        def has_key_password(answers: Answers) -> bool:
            return known(answers) and (is_java(answers) or not answers["kind"])

        yield FileField(
            "file", "File", self._inspect, preview=self._look, takes_folder=holds_pem_files, takes_pasted=True
        )
        yield RadioField("kind", "It is a", {False: "Certificate", True: "Keystore"}, across=True, when=known)
        yield ChoiceField("type", "Type", TYPE_NAMES, KeystoreType.PKCS12, when=is_keystore)
        blame = ["wrong-password", "password-needed"]
        yield PasswordField("password", "Password", placeholder="of the keystore", when=is_keystore, to_blame=blame)
        yield ChoiceField("alias", "Alias", {}, prompt="the first entry", when=has_aliases, to_blame=["alias-*"])
        key = "optional; when it is in another file"
        yield PathField("key", "Private key", placeholder=key, when=is_certificate)
        own = "only if it has its own"
        blame = ["wrong-password", "key-password-needed"]
        yield PasswordField("key-password", "Key password", placeholder=own, when=has_key_password, to_blame=blame)

    @property
    def public_keys(self) -> tuple[str, ...]:
        """The keys known to be in the file."""
        found = self.opened if self.answers["kind"] else self.inspection
        return () if found is None else found.public_keys

    def load(self, file: Path, kind: bool = False, **answers: Any) -> CertificateSource | KeystoreSource:
        """Load what the answers name; called in a thread. Refuses to pick an entry of a keystore that holds several and
        whose aliases nobody has seen."""
        if kind and self.opened is None and self.inspection is not None:
            opened = open_keystore(self.inspection.data, answers.get("password"))
            self.app.call_from_thread(self._opened, self.inspection, opened)
            if opened.wants_alias and len(opened.choices) > 1:
                raise Refusal(
                    "alias-needed",
                    f"the keystore holds {len(opened.choices)} entries",
                    "Choose one as the alias, or confirm again for the first.",
                )
        return load_source(file, is_keystore=kind, pasted=self._pasted(file), **answers)

    def _pasted(self, file: Path) -> bytes | None:
        return self.query_one(FileField).pasted(file)

    def source_words(
        self,
        file: Path,
        kind: bool = False,
        type: KeystoreType | None = None,
        password: str | None = None,
        alias: str | None = None,
        key: Path | None = None,
        key_password: str | None = None,
        on_conflict: OnConflict = OnConflict.FAIL,
        description: str = "",
    ) -> list[object]:
        """The words of the command line that name the same file in the same way."""
        is_file = self._pasted(file) is None
        words: list[object] = [file.absolute() if is_file else "-"]
        if kind and type is not None and self.inspection is not None and type is not self.inspection.keystore:
            words += ["--type", type]
        words += ["--password-file", "-" if is_file else "PASSWORD-FILE"] if password else []
        words += ["--alias", alias] if alias is not None else []
        words += ["--key", key.absolute()] if key is not None else []
        if key_password:  # there is but one standard input
            words += ["--key-password-file", "KEY-PASSWORD-FILE" if password or not is_file else "-"]
        words += ["--on-conflict", on_conflict] if on_conflict is not OnConflict.FAIL else []
        return [*words, *(["--description", description] if description else [])]

    def change(self) -> Callable[[], object] | None:
        if self.inspection is None or (self.answers["kind"] and self.opened is None):
            return None  # the file's contents aren't known yet
        return super().change()

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        if refusal.code in ("same-key", "same-key-in-file"):
            keys = self.public_keys
            rows = self.console.certificates.rows.values()
            holders = [row for row in rows if row.certificate.public_key_sha256 in keys]
            choice = self.query_one(SameKeyField)
            choice.open(holders, only_keep=refusal.code == "same-key-in-file")
            self.call_after_refresh(self._show_why)

    def _show_why(self) -> None:
        """The sentence below the choice tells certificates apart: on a small screen it is scrolled to."""
        self.query_one("#refusal").scroll_visible(animate=False)

    # Inspecting the file

    def _inspect(self, path: Path) -> Text:
        inspection = self._inspected[path] = inspect_file(path, self._pasted(path))
        if inspection.refusal is not None:
            raise inspection.refusal
        return self._said(inspection.sentence)

    def _look(self, path: Path) -> str:
        inspection = inspect_file(path)
        if inspection.refusal is not None:
            raise inspection.refusal
        return inspection.sentence

    def _said(self, sentence: str) -> Text:
        return styled(self.app, ("● ", Tone.VALID), sentence)

    @on(FileField.Inspected)
    def _file_inspected(self, event: FileField.Inspected) -> None:
        self.opened, self.inspection = None, self._inspected.pop(event.path)
        self.query_one(SameKeyField).display = False
        type = self.inspection.keystore
        if event.refusal is None:
            self.query_one("#row-kind", RadioField).choose(type is not None)
        if type is not None:
            self.query_one("#row-type", ChoiceField).select.value = type
            self._open(self.inspection, None)
        self.follow_answers()
        if type is not None and self.query_one("#path").has_focus:
            self.query_one("#password").focus()

    # Opening a keystore for its aliases

    @on(Input.Blurred, "#password")
    def _password_left(self, event: Input.Blurred) -> None:
        if event.value and self.inspection is not None:
            self._open(self.inspection, event.value)

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _open(self, inspection: Inspection, password: str | None) -> None:
        try:
            opened = open_keystore(inspection.data, password)
        except Refusal as refusal:
            if password is not None:  # without a password the failure is no news
                self.app.call_from_thread(self._not_opened, inspection, refusal)
        else:
            self.app.call_from_thread(self._opened, inspection, opened)

    def _not_opened(self, inspection: Inspection, refusal: Refusal) -> None:
        if self.is_attached and inspection is self.inspection:
            self.clear_refusal()
            self.query_one(FileField).say(refusal)

    def _opened(self, inspection: Inspection, opened: OpenedKeystore) -> None:
        if self.is_attached and inspection is self.inspection:
            self.opened = opened
            self.query_one(FileField).say(self._said(f"{inspection.sentence}, {opened.sentence}"))
            self.query_one("#row-alias", ChoiceField).offer({one.alias: one.label for one in opened.choices})
            self.follow_answers()


class SameKeyField(FormField):
    """Asks what to do about an entry with the same key pair. Hidden until ``open``; from then on an answer is
    required."""

    CHOICES = (
        (OnConflict.REPLACE, "Replace: that entry keeps its number, use, description and key"),
        (OnConflict.DELETE, "Delete: that entry goes with its key, this comes in as a new one"),
        (OnConflict.KEEP, "Keep: the chain's CA stays as it is here, what it issued is linked"),
    )

    def __init__(self) -> None:
        self._holder = Static("", id="holder", markup=False)
        self._radio = RadioSet(*(RadioOption(text) for _, text in self.CHOICES), compact=True)
        cancel = Static(keyed("{Back} cancels, and nothing changes."), classes="quiet")
        super().__init__(None, Vertical(self._holder, self._radio, cancel, id="on-conflict"))
        self.display = False

    @property
    def now(self) -> OnConflict | None:
        return None if self._radio.pressed_index < 0 else self.CHOICES[self._radio.pressed_index][0]

    @property
    def answer(self) -> OnConflict:
        if (chosen := self.now) is None:
            raise Refusal("choice-missing", "choose what to do with the entry that holds the key")
        return chosen

    def open(self, holders: Sequence[CertificateRow], *, only_keep: bool = False) -> None:
        """Offer the choice; ``holders`` are the entries that may hold the key. ``only_keep``: two certificates of the
        file have one key, and no entry has to make room."""
        lines = [f"#{row.id} {row.name}  {status_text(row.status)}, {days_text(row.days)}" for row in holders[:3]]
        if lines:
            title = "The entry that holds the key" if len(holders) == 1 else "Entries of the keys in the file"
            self._holder.update("\n  ".join((f"{title}:", *lines)))
        self._holder.display = bool(lines) and not only_keep
        for (choice, _), button in zip(self.CHOICES, self._radio.query(RadioButton), strict=True):
            button.display = choice is OnConflict.KEEP or not only_keep
            button.disabled = not button.display
        self.display = True
        self._radio.focus(scroll_visible=False)
