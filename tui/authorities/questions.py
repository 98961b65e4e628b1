"""The questions before a CA group is made the one that issues, and before one is deleted, with the effects."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.authorities.ca_groups import GroupSummary
from ...store.authorities.groups import GroupState
from ...store.model.authority import AuthorityGroup
from ...store.printable import printable
from ...store.words import plural
from ..components.text_styles import Tone
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..dialogs.undo_note import UndoNote
from ..shell.keys.keys import keyed


class ActivationQuestion(Question[AuthorityGroup]):
    """Asks whether a group should issue."""

    def __init__(self, summary: GroupSummary) -> None:
        self._group_name = summary.group.name
        super().__init__(f"Activate {printable(self._group_name)}?", "Activate", doing="Activating …", grave=False)
        self.changes = True

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "New device certificates come from it from now on, whichever group is newer. Enrolled devices keep working "
            "with the certificates that they have."
        )

    def work(self) -> AuthorityGroup:
        return self.workspace.ca_groups.activate(self._group_name)

    def told(self, result: AuthorityGroup) -> str:
        return f"New device certificates come from {printable(result.name)}."


class GroupDeletionQuestion(Question[AuthorityGroup]):
    """Asks whether to delete a group; says why it can't be, while it issues or devices hold its certificates."""

    def __init__(self, summary: GroupSummary) -> None:
        self._group_name, self._devices = summary.group.name, summary.devices
        self._issues = summary.state is GroupState.ISSUING
        name = printable(self._group_name)
        if self._issues or self._devices:
            super().__init__(f"{name} can't be deleted", None)
        else:
            super().__init__(f"Delete {name}?", "Delete", doing="Deleting …")
            self.changes = True

    def compose_form(self) -> Iterable[Widget]:
        if self._issues:
            yield Note([("× ", Tone.EXPIRED), keyed("It issues device certificates now. {activate} lets another one.")])
        elif self._devices:
            held = "holds a certificate" if self._devices == 1 else "hold certificates"
            told = f"{plural(self._devices, 'device')} {held} of it. Renew them before: {{follow}} shows them."
            yield Note([("× ", Tone.EXPIRED), keyed(told)])
        else:
            yield UndoNote("Its three keys are deleted with it.")

    def work(self) -> AuthorityGroup:
        return self.workspace.ca_groups.delete(self._group_name)

    def told(self, result: AuthorityGroup) -> str:
        return f"CA group {printable(result.name)} deleted."
