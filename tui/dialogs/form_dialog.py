"""FormDialog: a box over the screen with fields, a place for a refusal, and buttons to confirm and to cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, RadioSet, Select, Static

from ...store.errors import Refusal
from ..shell.keys.keys import bound
from ..shell.keys.way_out import take
from ..shell.page import still_cursors
from .background_work import Result
from .effects_ahead import EffectsAhead
from .effects_panel import EffectsPanel
from .form_fields import FormField, Note, TextField
from .plan_panel import PlanPanel
from .refusal_panel import RefusalPanel

_A_MOMENT = 0.2  # seconds after the last key


class FormDialog(EffectsAhead[Result]):
    """Esc cancels, Enter confirms. A dialog defines three things: its fields, its work with the answers, and the
    message afterwards.

    ``compose_form`` yields the fields and the sentences between them. ``work`` is called in a thread with the answers
    of all visible fields, as keyword arguments by ``key``; its result is the dialog's. ``told`` turns the result into a
    sentence for the top line; a result that is a sentence is shown unchanged.

    ``more_buttons`` stand between the two others: pairs of action and label. ``heading``, ``confirm_label`` (None:
    nothing to confirm) and ``doing`` (shown while ``work`` runs) may be set in ``__init__``.
    """

    leave_label: str | None = None
    doing = "Working …"
    more_buttons: Sequence[tuple[str, str]] = ()
    wide = False
    refusal_above = False  # for many fields, so that the refused one stays in view with the reason
    work: Callable[..., Result]
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("back", "leave", "Cancel"),
        bound("open", "enter", "Confirm", show=False),
        bound("left", "app.focus_previous", "Field before", show=False),
        bound("right", "app.focus_next", "Next field", show=False),
        bound("complete", "app.focus_next", "Next field", show=False),
        bound("complete-back", "app.focus_previous", "Field before", show=False),
        bound("way-out", "way_out", "Go where the hint leads", show=False),
        bound("yes", "yes", "Go ahead", show=False),
        bound("details-down", "turn_effects(1)", "More of what it would change", show=False),
        bound("details-up", "turn_effects(-1)", "Back in what it would change", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._followed: dict[str, Any] | None = None
        self._laid_out = False

    # Layout

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="-wide" if self.wide else ""):
            yield Static(self.heading, id="heading", markup=False)
            with VerticalScroll(id="form", can_focus=False):
                if self.refusal_above:
                    yield RefusalPanel(id="refusal")
                yield from self.compose_form()
                if not self.refusal_above:
                    yield RefusalPanel(id="refusal")
            yield EffectsPanel()
            with Horizontal(id="buttons"):
                yield Static("", id="progress", markup=False)
                yield from self.compose_buttons()

    def compose_form(self) -> Iterable[Widget]:
        """The fields, and the sentences between them."""
        yield from ()

    def compose_buttons(self) -> Iterable[Widget]:
        """The buttons at the bottom."""
        if self.confirm_label is not None:
            yield Button(self._confirm_text, id="confirm", variant=self.confirm_variant, compact=True)
        for action, label in self.more_buttons:
            yield Button(label, id=action, compact=True)
        label = self.leave_label or ("Close" if self.confirm_label is None else "Cancel")
        yield Button(label, id="leave", compact=True)

    async def mount_composed_widgets(self, widgets: list[Widget]) -> None:
        """Mount them and set them to the first answers before the first layout, which is the slowest step."""
        with self.app.batch_update():
            await super().mount_composed_widgets(widgets)
            still_cursors(self)
            if self.changes:
                self.query_one(EffectsPanel).wait()
            self._changed()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False  # they are kept behind another dialog: other themes reach it there

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)
        if not self._laid_out and event.size == self.app.size:
            event.prevent_default()  # the layout for this size is done
        elif self._laid_out:
            self.query_one(EffectsPanel).refit()
        self._laid_out = True

    def _fit(self, height: int) -> None:
        """Limit the form's height: frame, heading, effects and buttons take their rows, and the form gets the rest."""
        effects = self.query_one(EffectsPanel)
        around = 6 + self.query_one("#heading").size.height + (effects.size.height + 1 if effects.display else 0)
        self.query_one("#form").styles.max_height = max(3, height - around)

    @on(EffectsPanel.Resized)
    def _effects_resized(self) -> None:
        self._fit(self.size.height)

    # Answers

    @property
    def fields(self) -> list[FormField]:
        """The fields in their order, hidden ones included."""
        return list(self.query(FormField))

    @property
    def answers(self) -> dict[str, Any]:
        """The current answers, unchecked."""
        return {field.key: field.now for field in self.fields}

    @on(Input.Changed)
    @on(Select.Changed)
    @on(RadioSet.Changed)
    @on(Checkbox.Changed)
    def _changed(self) -> None:
        # Fields also report the answers that they start with.
        if (answers := self.answers) != self._followed:
            self._followed = answers
            self.follow_answers()

    def follow_answers(self) -> None:
        """Update whatever depends on the answers: fields, suggestions, and the plan."""
        answers = self.answers
        for part in (*self.query(FormField), *self.query(Note)):
            if part.when is not None:
                part.display = part.when(answers)
            if isinstance(part, TextField):
                part.follow(answers)
        for panel in self.query(PlanPanel):
            panel.follow(answers)
        if self._again is None or answers != self._asked:  # a question about these very answers stays
            self.look_ahead()

    def change(self) -> Callable[..., object] | None:
        """What confirming would do with the answers now, as ``try_out`` takes it; None while it can't be said."""
        answers = self.unrefused()
        return None if answers is None else partial(self.work, **answers)

    def unrefused(self) -> dict[str, Any] | None:
        """The answers of the visible fields; None while one of them would be refused."""
        answers = {}
        for field in self.fields:
            if field.display:
                try:
                    answers[field.key] = field.answer
                except Refusal:
                    return None
        return answers

    # Confirming

    def action_enter(self) -> None:
        """Handle Enter that no widget handles."""
        if self.confirm_label is None:
            self.action_leave()
        else:
            self.press("confirm")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.press("confirm")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "leave":
            self.action_leave()
        else:
            self.press(event.button.id or "confirm")

    def action_press(self, action: str) -> None:
        """Handle a key as if it were the button of this action."""
        self.press(action)

    def press(self, action: str) -> None:
        """Run ``action_…``, unless work is running or the dialog waits for y."""
        if self._again is not None and action == "confirm":
            self.set_focus(self.query_one("#leave"))
        elif not self.working:
            self.clear_refusal()
            getattr(self, f"action_{action}")()

    def checked(self) -> dict[str, Any] | None:
        """The answers of the visible fields; None if one of them is refused."""
        answers = {}
        for field in self.fields:
            if field.display:
                try:
                    answers[field.key] = field.answer
                except Refusal as refusal:
                    self.refused(refusal)
                    field.take_focus()
                    return None
        return answers

    def action_confirm(self) -> None:
        """Check the answers, and submit them."""
        if (answers := self.checked()) is not None:
            self.submit(answers)

    def submit(self, answers: dict[str, Any]) -> None:
        """Run ``work`` with the answers."""
        self.perform(partial(self.work, **answers), partial(self.did, answers), saying=self.doing)

    def did(self, answers: dict[str, Any], result: Result) -> None:
        """Keep the command line of what was done with these answers, for who wants it afterwards."""
        if not self.asks_on and (command := self.said_command(answers)):
            self.console.keep_command(command)
        self.done(result)

    def done(self, result: Result) -> None:
        """Close with the result, and show its message."""
        if sentence := self.told(result):
            self.console.note(sentence)
        self.dismiss(result)

    def told(self, result: Result) -> str | None:
        """The message for the top line afterwards."""
        return result if isinstance(result, str) else None

    # Refusals

    def refused(self, refusal: Refusal) -> None:
        """Show the refusal, and go to the field to blame; the answers stay."""
        self.tell_no_effects()
        self.query_one("#refusal", RefusalPanel).show(refusal)
        for field in self.fields:
            field.said_below(refusal)
        for field in self.fields:
            if field.display and field.is_to_blame(refusal.code):
                field.take_focus()
                return

    def clear_refusal(self) -> None:
        """Hide the last refusal."""
        self.query_one("#refusal", RefusalPanel).clear()

    def action_way_out(self) -> None:
        """Leave, and go where the hint of the refusal leads."""
        way = self.query_one("#refusal", RefusalPanel).way
        if way is not None and not self.working:
            take(self.app, way)
