"""Say first: what an act will stop, for how many devices, and how sure one is; then the mark, and the difference."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...simulator.scenarios.said_first import NOTHING, THINGS, MarkedAnswer, Said, keep_said, mark, mark_text
from ...store.effects.effects import Effects
from .choice_fields import ChoiceField
from .effects_panel import EffectsPanel
from .form_dialog import FormDialog
from .form_fields import FormField, Note, TextField, whole_number

_SURE = (100, 95, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0)
_USUAL = 50
_MOST = 1_000_000


class SayFirstDialog(FormDialog[bool]):
    """Asks about ``act``, whose difference is known and not shown yet. Returns True to go ahead with it; the answer is
    kept either way."""

    heading = "Say first: what will it stop?"
    confirm_label = "Say it"

    def __init__(self, act: str, effects: Effects) -> None:
        super().__init__()
        self._act, self._effects = act, effects
        self._answer: MarkedAnswer | None = None

    def compose_form(self) -> Iterable[Widget]:
        yield Note(f"{self._act}. Nothing has been changed yet.", "strong")
        yield Note("What will it stop, at once or within ten days? Name one thing; it may be one of several.")
        yield Note()
        yield ChoiceField("what", "It stops", {NOTHING: NOTHING, **THINGS})
        yield TextField(
            "stopped-for",
            "Devices",
            "0",
            check=whole_number("say-unclear", "write for how many devices, a whole number", most=_MOST),
            when=lambda answers: answers["what"] != NOTHING,
        )
        yield ChoiceField("sure", "Sure of it", {sure: f"{sure} %" for sure in _SURE}, _USUAL)
        yield Note(id="mark", classes="strong")

    def work(self, what: str, sure: int, stopped_for: int = 0) -> bool:
        said = Said(what=() if what == NOTHING else (what,), devices=stopped_for, sure=sure)
        answer = mark(said, self._effects, self._act, self.workspace.now())
        keep_said(self.workspace, answer)
        self._answer = answer
        return True

    def _go_ahead(self) -> None:
        self.dismiss(True)

    def action_confirm(self) -> None:
        if self._answer is not None:
            self._go_ahead()
        else:
            super().action_confirm()

    def done(self, result: bool) -> None:
        """It stays, to show the mark and the difference."""
        assert self._answer is not None
        for field in self.query(FormField):
            field.display = False
        text = mark_text(self._answer)
        self.query_one("#mark", Note).update(f"{text[:1].upper()}{text[1:]}.")
        self.confirm_label = "Go ahead"
        if self._effects.is_harmful:
            self.would_harm(self._effects, self._go_ahead)
        else:
            self.mark_confirm()
            self.query_one(EffectsPanel).show(self._effects)
            self.set_focus(self.query_one("#confirm"))
