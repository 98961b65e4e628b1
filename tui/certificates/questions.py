"""The questions before deleting certificates and before showing a keystore password."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Button

from ...store.errors import Refusal
from ...store.model.certificate import Certificate
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ...store.workspace import Workspace
from ..components.text_styles import Tone, style_of
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..dialogs.refusal_panel import RefusalPanel
from ..dialogs.undo_note import UndoNote

LISTED = 12


def delete_question(workspace: Workspace, certificates: Sequence[Certificate]) -> Question[list[Certificate]]:
    """Returns the deleted entries. Entries that can't be deleted are listed with the reason and kept."""
    inventory = workspace.inventory
    judged = [(certificate, inventory.can_delete(certificate.id)) for certificate in certificates]
    allowed = [certificate for certificate, refusal in judged if refusal is None]
    refused = [refusal for _, refusal in judged if refusal is not None]

    def named(found: Sequence[Certificate]) -> str:
        return certificate_title(found[0]) if len(found) == 1 else plural(len(found), "certificate")

    def delete() -> list[Certificate]:
        with workspace.database.transaction():  # all or none: others may have deleted one of them meanwhile
            return [inventory.delete(certificate.id) for certificate in allowed]

    return Question(
        f"Delete {named(certificates)}?" if allowed else f"{named(certificates)} can't be deleted",
        "Delete" if allowed else None,
        *_lost(allowed, alone=len(certificates) == 1),
        *_kept(refused, alone=len(certificates) == 1),
        job=delete,
        doing="Deleting …",
        told=lambda deleted: f"{named(deleted)} deleted.",
    )


def _lost(allowed: Sequence[Certificate], *, alone: bool) -> Iterable[Widget]:
    if not allowed:
        return
    keys = sum(certificate.has_private_key for certificate in allowed)
    lost = "Its private key is deleted with it." if alone else f"{plural(keys, 'private key')} of them deleted too."
    if not alone:
        yield from _listed([certificate_title(certificate) for certificate in allowed])
    yield UndoNote(lost if keys else "", "strong", kept=not keys)


def _kept(refused: Sequence[Refusal], *, alone: bool) -> Iterable[Widget]:
    if refused and alone:
        yield RefusalPanel(refused[0])
    elif refused:
        yield Note(f"{plural(len(refused), 'certificate')} can't be deleted:", "section")
        yield from _listed([printable(refusal.message) for refusal in refused], Tone.EXPIRING)


def _listed(lines: Sequence[str], tone: Tone | None = None) -> Iterable[Widget]:
    for line in lines[:LISTED]:
        yield Note(line if tone is None else [(line, tone)], "item")
    if len(lines) > LISTED:
        yield Note(f"and {len(lines) - LISTED:,} more", "item quiet")


class PasswordDialog(Question[str]):
    """Asks first: showing a password adds a line to the audit trail, and others may see the screen."""

    def __init__(self, certificate: Certificate) -> None:
        said = "It is shown on this screen, and the audit trail keeps that you looked."
        super().__init__(
            f"Keystore password of {certificate_title(certificate)}",
            "Show it",
            Note(said, id="shown-password"),
            grave=False,
            command=("certificate", "password", certificate.id),
        )
        self._certificate = certificate

    def work(self) -> str:
        return self.workspace.inventory.reveal_password(self._certificate.id)

    def done(self, result: str) -> None:
        text = Text("The password is\n\n  ").append(_visible(result), style_of(self.app, Tone.STRONG))
        text.append("\n\nClose it when you have it." if result else "\n\nIt is empty.", style_of(self.app, Tone.DIM))
        self.query_one("#shown-password", Note).update(text)
        self.query_one("#confirm").remove()
        leave = self.query_one("#leave", Button)
        leave.label = "Close"
        leave.focus()


def _visible(password: str) -> str:
    """The password with control characters escaped."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in password)
