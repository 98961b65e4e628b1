"""What to do about an entry that holds the same key pair."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import RadioSet, Static

from ...store.errors import Refusal
from ...store.inventory.sources import OnConflict
from ...store.words import days_text
from ..components.choices import RadioOption
from ..components.wording import status_text
from .certificate_rows import CertificateRow

_CHOICES = (
    (OnConflict.REPLACE, "Replace: that entry keeps its number, use, description and key"),
    (OnConflict.DELETE, "Delete: that entry goes with its key, this comes in as a new one"),
)


class ConflictChoice(Vertical):
    """Hidden until ``open``; from then on ``choice`` refuses until one was made."""

    def compose(self) -> ComposeResult:
        yield Static("", id="holder", markup=False)
        yield RadioSet(*(RadioOption(text) for _, text in _CHOICES), compact=True)
        yield Static("Esc cancels, and nothing changes.", classes="quiet")

    def on_mount(self) -> None:
        self.display = False

    def open(self, holders: Sequence[CertificateRow]) -> None:
        """Offer the choice; ``holders`` are the entries that may hold the key."""
        lines = [f"#{row.id} {row.name}  {status_text(row.status)}, {days_text(row.days)}" for row in holders[:3]]
        if lines:
            title = "The entry that holds the key" if len(holders) == 1 else "Entries of the keys in the file"
            self.query_one("#holder", Static).update("\n  ".join((f"{title}:", *lines)))
        self.display = True
        radio = self.query_one(RadioSet)
        radio.focus()
        self.call_after_refresh(radio.scroll_visible, animate=False)

    def close(self) -> None:
        """Take the choice back, for another file."""
        self.display = False

    def choice(self) -> OnConflict:
        """What was chosen; refuses ``choice-missing`` where one is due."""
        if not self.display:
            return OnConflict.FAIL
        index = self.query_one(RadioSet).pressed_index
        if index < 0:
            raise Refusal("choice-missing", "choose what to do with the entry that holds the key")
        return _CHOICES[index][0]
