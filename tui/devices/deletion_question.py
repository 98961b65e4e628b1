"""The question before devices are deleted, with what it does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from ...store.devices.deletion import DeletionResult
from ...store.effects.effects import Effects
from ...store.model.device import Device
from ...store.views.device import device_title
from ...store.views.device_deletion import deleted_text, enrolls_again
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..dialogs.trial_copy import MANY, TrialCopy
from ..dialogs.undo_note import UndoNote
from .command_words import words_of


class DeviceDeletionQuestion(Question[DeletionResult]):
    """Asks whether to delete the devices, ``hidden`` of which the list doesn't show."""

    def __init__(self, devices: Sequence[Device], hidden: int = 0) -> None:
        what = device_title(devices[0]) if len(devices) == 1 else plural(len(devices), "device")
        self._ids, self._hidden = [device.id for device in devices], hidden
        command = ("device", "delete", *words_of(self._ids))
        super().__init__(f"Delete {what}?", "Delete", doing="Deleting …", command=command)
        self.changes = True
        self._copy = TrialCopy(lambda: self.workspace)

    def compose_form(self) -> Iterable[Widget]:
        if self._hidden:
            yield Note(f"◆ {plural(self._hidden, 'selected device')} not shown by the filter: included.", "strong")
        whose = "Its" if len(self._ids) == 1 else "Their"
        yield UndoNote(
            f"{whose} certificates are revoked. {enrolls_again(len(self._ids))}. {whose} events stay in the log."
        )

    def work(self) -> DeletionResult:
        return self.workspace.deletions.delete(self._ids, self.count)

    def told(self, result: DeletionResult) -> str:
        said = deleted_text(result) or "the devices are no longer there"
        return f"{said[0].upper()}{said[1:]}."

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        if len(self._ids) <= MANY:
            return super().try_out(change, stop)
        return self._copy.try_out(self._delete_in, stop)

    def _delete_in(self, workspace: Workspace) -> DeletionResult:
        return workspace.deletions.delete(self._ids)

    def on_unmount(self) -> None:
        threading.Thread(target=self._copy.close, daemon=True).start()  # it waits for the trial that runs
