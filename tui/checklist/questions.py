"""The questions before a component is unbound, marked as not used, or removed."""

from __future__ import annotations

from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.model.component import Component, Use
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from .wording import short_name_of, stops_text, title_of_row


def unbind_question(workspace: Workspace, row: ChecklistRow) -> Question[Component]:
    """Returns the component, which then uses nothing."""
    profile = "" if row.profile is None else row.profile.name
    used = printable(profile) if row.certificate is None else certificate_title(row.certificate)
    return Question(
        f"Unbind: {title_of_row(row)}",
        "Unbind",
        Note(f"{used} stays where it is, but nothing uses it here any more."),
        job=lambda: workspace.components.unbind(row.need.id, name=row.name),
        told=lambda component: f"{short_name_of(component)} uses nothing any more.",
    )


def use_question(workspace: Workspace, row: ChecklistRow) -> Question[Component]:
    """Ask whether to mark a component as not used, or as used again. Returns the component."""
    component, again = row.component, row.status == Mark.NOT_USED
    bound = component is not None and (component.certificate_id is not None or component.profile_id is not None)
    if again:
        label, use = "Used again", Use.REQUIRED if bound else Use.AS_NEEDED
        said = [Note("It counts again: what stops when its certificate is missing or has expired is told.")]
    else:
        label, use = "Not used", Use.NOT_USED
        said = [Note("This deployment doesn't have it: nothing of it is stopped, and nobody is told of it.")]
        if row.stopped:
            said.append(Note(f"No longer told: {stops_text(row.need)}.", "strong"))
    return Question(
        f"{label}: {title_of_row(row)}",
        label,
        *said,
        job=lambda: workspace.components.set_use(row.need.id, use, name=row.name),
        told=lambda now: f"{short_name_of(now)} {'is not used' if now.use is Use.NOT_USED else 'counts again'}.",
        grave=False,
    )


def remove_question(workspace: Workspace, row: ChecklistRow, component: Component) -> Question[Component]:
    """Returns the removed component. Built-in needs keep their row, and only lose their binding and settings."""
    if component.name:
        said = "It goes from the checklist, and nobody is told any more what stops without it."
    else:
        said = "What it uses and whether it is used is forgotten: it is as in a new workspace."
    return Question(
        f"Remove: {title_of_row(row)}",
        "Remove",
        Note(said),
        Note("Its certificate stays in the inventory.", "quiet"),
        job=lambda: workspace.components.remove(component.id),
        told=lambda removed: f"{short_name_of(removed)} removed.",
    )
