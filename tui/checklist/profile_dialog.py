"""Binding a provisioning profile to its app: from its file, or one that is here already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual import on, work
from textual.widget import Widget
from textual.widgets import Select, Static

from ...store.certificates.files import read_input
from ...store.errors import Refusal
from ...store.inventory.status import days_until, status_within
from ...store.model.component import Component
from ...store.model.profile import ProfileFacts
from ...store.printable import printable
from ...store.profiles.profiles import ImportedProfile, OnOlder
from ...store.profiles.reading import read_profile
from ...store.profiles.wrapping import unwrap
from ...store.words import day, days_text, plural
from ..components.choices import Tick
from ..components.dialog import Dialog
from ..components.file_chooser import FileChooser
from ..components.form import FormRow
from ..components.refusal_panel import refusal_text
from ..components.text_styles import STATUS_TONES, styled
from ..components.wording import status_text


class BoundProfile(NamedTuple):
    """What came of it; ``notes`` are for the person who asked."""

    component: Component
    notes: tuple[str, ...] = ()


class ProfileDialog(Dialog[BoundProfile]):
    """``app_id`` is the app that it is meant for, as far as that is known: the profile itself says which it is for."""

    confirm_label = "Bind"
    wide = True
    AUTO_FOCUS = "#path"

    def __init__(self, app_id: str = "") -> None:
        super().__init__()
        self._app_id = app_id
        self.heading = f"Provisioning profile {printable(app_id)}".rstrip()

    def compose_form(self) -> Iterable[Widget]:
        yield Static("Bring the .mobileprovision file. It says itself which app it is for.", classes="quiet")
        yield FormRow("File", FileChooser(id="file"))
        yield Static("", id="found")
        yield Tick("take it although it ends earlier than the one here", id="older", compact=True)
        if known := self.workspace.profiles.list():
            options = [
                (f"{printable(one.app_id)}: {printable(one.name)}, until {day(one.not_after)}", one.id) for one in known
            ]
            mine = next((one.id for one in known if one.app_id == self._app_id), Select.NULL)
            field = Select[int](options, value=mine, prompt="none", id="known", compact=True)
            yield FormRow("Or one here", field)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#older").display = False

    # Looking into the file

    @on(FileChooser.Chosen)
    def _chosen(self, event: FileChooser.Chosen) -> None:
        event.stop()
        self.query_one("#found", Static).update("looking into it …")
        self.query_one("#older").display = False
        self._look(event.path)

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self, path: Path) -> None:
        try:
            facts: ProfileFacts | Refusal = read_profile(unwrap(read_input(path)))
        except Refusal as refusal:
            facts = refusal
        self.app.call_from_thread(self._looked, facts, self.workspace.now())

    def _looked(self, facts: ProfileFacts | Refusal, now: datetime) -> None:
        if not self.is_attached:
            return
        found = self.query_one("#found", Static)
        if isinstance(facts, Refusal):
            found.update(refusal_text(found, facts))
            return
        status = status_within(facts.valid_from, facts.not_after, now)
        signers = plural(len(facts.developer_certificates), "developer certificate")
        standing = f"{status_text(status)}, {days_text(days_until(facts.not_after, now))}"
        told = f"{printable(facts.name)}, for {printable(facts.app_id)}: {facts.kind}, {signers}. "
        found.update(styled(self.app, told, (standing, STATUS_TONES[status])))

    # Binding

    def confirm(self) -> None:
        path = self.query_one(FileChooser).path
        known = next((select.value for select in self.query("#known").results(Select)), None)
        if path is not None:
            older = self.query_one("#older", Tick).value
            self.perform(partial(self._import, path, older), self.dismiss, saying="Reading and binding …")
        elif isinstance(known, int):
            self.perform(partial(self._bind, known), self.dismiss, saying="Binding …")
        else:
            self.refused(Refusal("file-missing", "no file is named yet", "Type its path, or pick it in the tree."))

    def _import(self, path: Path, older: bool) -> BoundProfile:
        data = read_input(path)
        with self.workspace.database.transaction():
            imported: ImportedProfile = self.workspace.profiles.import_file(
                data, source=path.name, on_older=OnOlder.REPLACE if older else OnOlder.FAIL
            )
            component = self.workspace.components.bind_profile(imported.profile.id)
        notes = imported.notes
        if self._app_id and component.name != self._app_id:
            notes = (f"The file was for another app than {self._app_id}: it is bound to {component.name}.", *notes)
        return BoundProfile(component, notes)

    def _bind(self, profile_id: int) -> BoundProfile:
        return BoundProfile(self.workspace.components.bind_profile(profile_id))

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        if refusal.code == "profile-older":
            older = self.query_one("#older", Tick)
            older.display = True
            older.focus()
