"""FormDialog: a box over the screen with fields, a place for a refusal, and buttons to confirm and to cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual import work as in_background
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, RadioSet, Select, Static
from textual.widgets._button import ButtonVariant

from ...simulator.scenarios.said_first import asks
from ...store.effects.effects import Effects
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..shell.keys.keys import bound, keyed
from ..shell.keys.way_out import take
from ..shell.page import still_cursors
from .background_work import Result
from .dialog_commands import DialogCommands
from .effects_panel import EffectsPanel
from .form_fields import FormField, Note, TextField
from .plan_panel import PlanPanel
from .refusal_panel import RefusalPanel

_A_MOMENT = 0.2  # seconds after the last key


class FormDialog(DialogCommands[Result]):
    """Esc cancels, Enter confirms. A dialog defines three things: its fields, its work with the answers, and the
    message afterwards.

    ``compose_form`` yields the fields and the sentences between them. ``work`` is called in a thread with the answers
    of all visible fields, as keyword arguments by ``key``; its result is the dialog's. ``told`` turns the result into a
    sentence for the top line; a result that is a sentence is shown unchanged.

    ``more_buttons`` stand between the two others: pairs of action and label. ``heading``, ``confirm_label`` (None:
    nothing to confirm) and ``doing`` (shown while ``work`` runs) may be set in ``__init__``.

    The button that confirms is red where that takes something down, and has ``(y)`` where only y goes ahead.
    """

    confirm_variant: ButtonVariant = "primary"
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
        self._again: Callable[[], None] | None = None  # does the harmful change, once the person agrees
        self._asked: dict[str, Any] = {}  # the answers that the question is about
        self._harms = False  # the difference that is shown takes something down
        self._tried: object = None
        self._superseded = threading.Event()  # set when nobody waits for the trial that runs
        self._timer: Timer | None = None

    @property
    def workspace(self) -> Workspace:
        return self.console.workspace

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

    @property
    def _confirm_text(self) -> str:
        label = self.confirm_label or ""
        return f"{label.removesuffix(' …')} {keyed('({yes})')}" if self.waits_for_yes else label

    def mark_confirm(self, *, harms: bool | None = None) -> None:
        """Say on the button that confirms what confirming means now; ``harms`` as in ``_harms``, None: as before."""
        if harms is not None:
            self._harms = harms
        for button in self.query("#confirm").results(Button):
            if str(button.label) != self._confirm_text:
                button.label = self._confirm_text
                button.refresh(layout=True)
            button.variant = "error" if self._harms else self.confirm_variant

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

    # Effects of confirming

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

    def look_ahead(self) -> None:
        """Show the effects of confirming, a moment after the last change of the answers. Discards effects and questions
        shown before."""
        self._again, self.noted = None, frozenset()
        self.seen.clear()
        self.mark_confirm()
        self._look_no_further()
        self.query_one(EffectsPanel).outdate()
        if self.changes and self.asks_first and asks(self.workspace):
            self.query_one(EffectsPanel).say("You say first what it will stop; then you see what it would change.")
        elif self.changes:
            self._timer = self.set_timer(_A_MOMENT, self._look_ahead)

    def _look_no_further(self) -> None:
        self._tried = None
        self._superseded.set()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _look_ahead(self) -> None:
        if self.working or self._again is not None:
            return
        if (change := self.change()) is None:
            self.query_one(EffectsPanel).clear()
            self.mark_confirm(harms=False)
        else:
            self._tried, self._superseded = change, threading.Event()
            self.query_one(EffectsPanel).work_out()
            self._try_change(change, self._superseded)

    @in_background(thread=True, exit_on_error=False, group="effects")
    def _try_change(self, change: Callable[..., object], stop: threading.Event) -> None:
        try:
            with self.console.feed.own():
                effects = None if stop.is_set() else self.try_out(change, stop)
        except Refusal:
            effects = None  # it is told when somebody confirms
        except Exception:
            self.app.call_from_thread(self._found, change, None)
            raise
        if not stop.is_set():
            self.app.call_from_thread(self._found, change, effects)

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        """What ``change`` would do; called in a thread. ``stop`` is set when nobody waits for it any more.

        Nobody else can write meanwhile. A dialog whose changes take long tries them on a copy.
        """
        return self.workspace.trials.try_out(change)

    def _found(self, change: Callable[..., object], effects: Effects | None) -> None:
        if not self.is_attached or change is not self._tried or self.working:
            return
        self.mark_confirm(harms=effects is not None and effects.is_harmful)
        if effects is None:
            self.query_one(EffectsPanel).clear()
        else:
            self.told_of(effects)

    def action_turn_effects(self, by: int) -> None:
        """Show the next page of the difference, or the one before."""
        self.query_one(EffectsPanel).turn(by)

    def on_unmount(self) -> None:
        self._superseded.set()

    def told_of(self, effects: Effects) -> None:
        """Show the difference that confirming would make."""
        self.noted = frozenset(effects.notes)
        self.query_one(EffectsPanel).show(effects)

    def would_harm(self, effects: Effects, again: Callable[[], None]) -> None:
        self._again, self._asked = again, self.answers
        self._look_no_further()
        self.mark_confirm(harms=True)
        self.query_one(EffectsPanel).show(effects, asks=True)
        self.set_focus(self.query_one("#leave"))  # at once: the next Enter may already be coming

    @property
    def waits_for_yes(self) -> bool:
        """Whether the dialog has asked about a harmful change."""
        return self._again is not None

    def action_yes(self) -> None:
        """Go ahead with the harmful change, if the dialog has asked."""
        if self._again is not None and not self.working:
            again, self._again = self._again, None
            again()

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
        """Show the refusal, and go to the field to blame; the answers stay. What is refused makes no difference that
        could be told."""
        self._look_no_further()
        self.query_one(EffectsPanel).clear()
        self.mark_confirm(harms=False)
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
