"""Binding a provisioning profile to its app: from a file, or one that was bound before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.text import Text
from textual.widget import Widget

from ...store.certificates.files import read_input
from ...store.errors import Refusal
from ...store.inventory.status import days_until, status_within
from ...store.model.component import Component
from ...store.model.expiry import ExpiryUse
from ...store.printable import printable
from ...store.profiles.profiles import OnOlder
from ...store.profiles.reading import read_profile
from ...store.profiles.wrapping import unwrap
from ...store.views.certificate import status_text
from ...store.words import day, days_text, plural
from ..components.text_styles import STATUS_TONES, styled
from ..dialogs.choice_fields import ChoiceField, TickField
from ..dialogs.file_field import FileField, no_file
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note


class BoundProfile(NamedTuple):
    """The result; ``notes`` are for the person."""

    component: Component
    notes: tuple[str, ...] = ()


class ProfileDialog(FormDialog[BoundProfile]):
    """``app_id`` is the expected app, if known; the profile itself names its app."""

    changes = True
    confirm_label = "Bind"
    doing = "Binding …"
    wide = True
    AUTO_FOCUS = "#path"

    def __init__(self, app_id: str = "") -> None:
        super().__init__()
        self._app_id = app_id
        self._older: Path | None = None  # the file that was refused because its profile expires earlier
        self.heading = f"Provisioning profile {printable(app_id)}".rstrip()

    def compose_form(self) -> Iterable[Widget]:
        yield Note("Bring the .mobileprovision file. It says itself which app it is for.", "quiet")
        yield FileField("file", "File", self._inspect, optional=True)
        yield TickField(
            "older",
            "take it although it ends earlier than the one here",
            label=None,
            when=lambda answers: self._older is not None and answers["file"] == self._older,
            to_blame=["profile-older"],
        )
        if known := self.workspace.profiles.list():
            options = {
                one.id: f"{printable(one.app_id)}: {printable(one.name)}, until {day(one.not_after)}" for one in known
            }
            mine = next((one.id for one in known if one.app_id == self._app_id), None)
            yield ChoiceField("known", "Or one here", options, mine, prompt="none")

    def _inspect(self, path: Path) -> Text:
        facts, now = read_profile(unwrap(read_input(path))), self.workspace.now()
        status = status_within(facts.valid_from, facts.not_after, now, self.workspace.expiry()[ExpiryUse.PROFILE])
        signers = plural(len(facts.developer_certificates), "developer certificate")
        standing = f"{status_text(status)}, {days_text(days_until(facts.not_after, now))}"
        told = f"{printable(facts.name)}, for {printable(facts.app_id)}: {facts.kind}, {signers}. "
        return styled(self.app, told, (standing, STATUS_TONES[status]))

    def command_words(self, file: Path | None, older: bool = False, known: int | None = None) -> Sequence[object]:
        if file is None:
            return () if known is None else ("component", "bind", "provisioning-profile", "--profile", known)
        return "profile", "import", file.absolute(), *(("--on-older", "replace") if older else ())

    def work(self, file: Path | None, older: bool = False, known: int | None = None) -> BoundProfile:
        if file is None:
            if known is None:
                raise no_file()
            return BoundProfile(self.workspace.components.bind_profile(known))
        data = read_input(file)
        with self.workspace.database.transaction():
            on_older = OnOlder.REPLACE if older else OnOlder.FAIL
            imported = self.workspace.profiles.import_file(data, source=file.name, on_older=on_older)
            component = self.workspace.components.bind_profile(imported.profile.id)
        notes = imported.notes
        if self._app_id and component.name != self._app_id:
            notes = (f"The file was for another app than {self._app_id}: it is bound to {component.name}.", *notes)
        return BoundProfile(component, notes)

    def refused(self, refusal: Refusal) -> None:
        if refusal.code == "profile-older":
            self._older = self.answers["file"]
            self.follow_answers()
        super().refused(refusal)
