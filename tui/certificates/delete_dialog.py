"""Deleting certificates, or saying why they can't be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.model.certificate import Certificate
from ...store.printable import printable
from ...store.words import plural
from ..components.question import Question
from ..components.refusal_panel import refusal_text
from ..components.text_styles import Tone, style_of
from ..components.wording import title_of

LISTED = 12


class DeleteDialog(Question[list[Certificate]]):
    """Gives what was deleted. Entries that can't be are listed with the reason, and left alone."""

    confirm_label: str | None = "Delete"

    def __init__(self, certificates: Sequence[Certificate]) -> None:
        super().__init__()
        self._asked = list(certificates)
        self._allowed: list[Certificate] = []
        self._refused: list[tuple[Certificate, Refusal]] = []

    def compose(self) -> Iterable[Widget]:
        inventory = self.workspace.inventory
        for certificate in self._asked:
            refusal = inventory.can_delete(certificate.id)
            if refusal is None:
                self._allowed.append(certificate)
            else:
                self._refused.append((certificate, refusal))
        one = title_of(self._asked[0]) if len(self._asked) == 1 else plural(len(self._asked), "certificate")
        if not self._allowed:
            self.confirm_label = None
            self.heading = f"{one} can't be deleted"
        else:
            self.heading = f"Delete {one}?"
        return super().compose()

    def compose_form(self) -> Iterable[Widget]:
        if self._allowed:
            keys = sum(certificate.has_private_key for certificate in self._allowed)
            lost = " Its private key is deleted with it." if keys else ""
            if len(self._asked) > 1:
                lost = f" {plural(keys, 'private key')} of them deleted too." if keys else ""
                yield from self._list([title_of(certificate) for certificate in self._allowed])
            yield Static(f"This can't be undone.{lost}", classes="strong")
        if len(self._asked) == 1 and self._refused:
            panel = Static()
            panel.update(refusal_text(self, self._refused[0][1]))
            yield panel
        elif self._refused:
            yield Static(f"{plural(len(self._refused), 'certificate')} can't be deleted:", classes="section")
            yield from self._list([printable(refusal.message) for _, refusal in self._refused], Tone.EXPIRING)

    def _list(self, lines: Sequence[str], tone: Tone | None = None) -> Iterable[Widget]:
        style = "" if tone is None else style_of(self.app, tone)
        for line in lines[:LISTED]:
            yield Static(Text(line, style), classes="item")
        if len(lines) > LISTED:
            yield Static(f"and {len(lines) - LISTED:,} more", classes="item quiet")

    def confirm(self) -> None:
        self.perform(self._delete, self.dismiss, saying="Deleting …")

    def _delete(self) -> list[Certificate]:
        return [self.workspace.inventory.delete(certificate.id) for certificate in self._allowed]
