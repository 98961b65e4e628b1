"""Secure: the security actions, what each would do to the devices that are chosen, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Checkbox, RadioSet, Select, Static

from ...store.devices.devices import SecurityActionResult
from ...store.model.certificate import Certificate
from ...store.model.device import ActionKind, Device
from ...store.views.platforms import PLATFORMS
from ...store.words import plural
from ..components.choices import RadioOption, Tick
from ..components.dialog import Dialog
from ..components.form import FormRow
from ..components.old_question import Question
from ..components.text_styles import Tone, style_of
from ..components.wording import ACTIONS, name_of, title_of
from .secure_actions import KINDS, WORDS, ChosenAction, SecurityAction, authorities_shown
from .secure_plan import RULES, SecurePlan, installing, plan_of


@dataclass(frozen=True)
class Secured:
    """A security action that was carried out."""

    kind: ActionKind
    requested: SecurityActionResult


class ActionChoice(RadioSet, inherit_bindings=False):
    """The arrows choose; Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "choose(1)", "Next action", show=False),
        Binding("up", "choose(-1)", "Action before", show=False),
    ]

    def action_choose(self, by: int) -> None:
        buttons = list(self.query(RadioOption))
        buttons[(self.pressed_index + by) % len(buttons)].value = True


class SecureDialog(Dialog[Secured | str]):
    """Gives what came of it, a sentence where that is enough. ``hidden`` of the devices are not shown in the list."""

    AUTO_FOCUS = "ActionChoice"
    confirm_label = WORDS[SecurityAction.RENEW].label
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "Do it", show=False)]

    def __init__(self, devices: Sequence[Device], hidden: int = 0) -> None:
        super().__init__()
        self._devices, self._hidden = devices, hidden
        self._plans: dict[ChosenAction, SecurePlan] = {}
        self._authorities: list[Certificate] = []
        self._progress: tuple[int, int] | None = None
        what = devices[0].name if len(devices) == 1 else plural(len(devices), "device")
        self.heading = f"Secure: {what}"

    def compose_form(self) -> Iterable[Widget]:
        self._authorities = authorities_shown(self.workspace)
        choices = (RadioOption(words.title, value=action is SecurityAction.RENEW) for action, words in WORDS.items())
        yield ActionChoice(*choices, compact=True)
        yield Static(id="says", classes="quiet", markup=False)
        if self._authorities:
            options = [(title_of(entry), entry.id) for entry in self._authorities]
            select = Select[int](options, id="authority", allow_blank=False, compact=True)
            yield FormRow("Certificate", select, id="row-authority")
            tick = Tick("and let their antivirus trust it", id="antivirus", compact=True)
            yield FormRow("", tick, id="row-antivirus")
        yield Static(id="plan")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(0.2, self._show_progress)
        self._look()

    @property
    def chosen(self) -> ChosenAction:
        """What is chosen."""
        action = list(SecurityAction)[max(0, self.query_one(ActionChoice).pressed_index)]
        if action is not SecurityAction.INSTALL or not self._authorities:
            return ChosenAction(action)
        chosen = self.query_one("#authority", Select).value
        id = chosen if isinstance(chosen, int) else self._authorities[0].id
        return ChosenAction(action, id, self.query_one("#antivirus", Checkbox).value)

    @on(RadioSet.Changed)
    @on(Select.Changed, "#authority")
    @on(Checkbox.Changed, "#antivirus")
    def _task_changed(self) -> None:
        self._look()

    def _look(self) -> None:
        chosen = self.chosen
        words = WORDS[chosen.action]
        for row in self.query("#row-authority, #row-antivirus"):
            row.display = chosen.action is SecurityAction.INSTALL
        self.query_one("#confirm").label = words.label  # type: ignore[attr-defined]
        if chosen.action is SecurityAction.INSTALL and chosen.certificate_id is None:
            none = "No chain that devices are shown has a CA certificate in the inventory. Import it first."
            self.query_one("#says", Static).update(none)
            self.query_one("#plan", Static).update("")
            self.query_one("#confirm").disabled = True
            return
        self.query_one("#says", Static).update(words.says)
        if chosen in self._plans:
            self._show_plan(chosen, self._plans[chosen])
            return
        devices, now = self._devices, self.console.fleet.moment.now
        rule = (
            RULES[KINDS[chosen.action]]
            if chosen.certificate_id is None
            else installing(chosen.certificate_id, antivirus=chosen.antivirus)
        )
        self.perform(
            lambda: plan_of(rule, devices, now), partial(self._planned, chosen), saying="Looking at the devices …"
        )

    def _planned(self, chosen: ChosenAction, plan: SecurePlan) -> None:
        self._plans[chosen] = plan
        if chosen == self.chosen:
            self._show_plan(chosen, plan)
        else:
            self._look()

    def _show_plan(self, chosen: ChosenAction, plan: SecurePlan) -> None:
        self.query_one("#plan", Static).update(self._table(chosen, plan))
        self.query_one("#confirm").disabled = not plan.changes

    def _table(self, chosen: ChosenAction, plan: SecurePlan) -> Table:
        dim, words = style_of(self.app, Tone.DIM), WORDS[chosen.action]
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_row("", *(Text(title, dim) for title in (words.asked, words.already, "refused")))
        for _ in range(3):
            grid.columns[-1 - _].justify = "right"
        for platform, name in PLATFORMS.items():
            if figures := plan.platforms.get(platform):
                refused = Text(f"{figures.refused:,}", style_of(self.app, Tone.EXPIRING) if figures.refused else dim)
                grid.add_row(name, f"{figures.asked:,}", f"{figures.already:,}", refused)
        outer = Table.grid(expand=True)
        outer.add_row("")
        outer.add_row(grid)
        if plan.refusals or self._hidden or not plan.changes:
            outer.add_row("")
        for sentence in plan.sentences():
            outer.add_row(Text(f"◆ {sentence}", style_of(self.app, Tone.EXPIRING)))
        if self._hidden:
            outer.add_row(Text(f"◆ {plural(self._hidden, 'selected device')} not shown by the filter: included."))
        if not plan.changes:
            outer.add_row(Text("Nothing would change."))
        return outer

    # Doing it

    def action_confirm(self) -> None:
        self.press_confirm()

    def confirm(self) -> None:
        chosen = self.chosen
        plan = self._plans.get(chosen)
        if plan is None or not plan.changes:
            return
        match chosen.action:
            case SecurityAction.REVOKE:
                self.app.push_screen(RevokeQuestion(plan.asked), self._answered)
            case SecurityAction.INSTALL:
                self.perform(partial(self._install, chosen, plan.asked), self.dismiss, saying="Installing …")
            case _:
                self._carry_out(ActionKind.CERTIFICATE_RENEWAL, self.workspace.devices.renew)

    def _install(self, chosen: ChosenAction, count: int) -> str:
        assert chosen.certificate_id is not None
        ids = [device.id for device in self._devices]
        self.workspace.trust.install(chosen.certificate_id, ids, antivirus=chosen.antivirus)
        name = name_of(self.workspace.inventory.get(chosen.certificate_id))
        return f"Installed on {plural(count, 'device')}: {name}."

    def _answered(self, sure: bool | None) -> None:
        if sure:
            self._carry_out(ActionKind.REVOKE, self.workspace.devices.revoke)

    def _carry_out(
        self, kind: ActionKind, act: Callable[[Iterable[int], Callable[[int, int], None]], SecurityActionResult]
    ) -> None:
        ids = [device.id for device in self._devices]
        self.query_one(ActionChoice).disabled = True
        self.perform(lambda: Secured(kind, act(ids, self._note_progress)), self.dismiss, saying=f"{ACTIONS[kind]} …")

    def _ended(self, then: Callable[..., object], value: object) -> None:
        self._progress = None
        self.query_one(ActionChoice).disabled = False
        super()._ended(then, value)

    def _note_progress(self, done: int, total: int) -> None:
        # Called beside the screen, which must not be waited for: it may itself wait for the store.
        self._progress = (done, total)

    def _show_progress(self) -> None:
        if self._progress is not None:
            done, total = self._progress
            what = f"{done:,} of {total:,}" if done < total else f"{total:,}, writing"
            self.show_progress(f"{WORDS[self.chosen.action].title}: {what} …")


class RevokeQuestion(Question[bool]):
    """Whether these devices are really to be shut out."""

    heading = "Revoke"
    confirm_label = "Revoke"
    grave: ClassVar[bool] = True

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose_form(self) -> Iterable[Widget]:
        them, each = ("it", "its user") if self._count == 1 else ("them", "each user")
        yield Static(
            f"Revoke the certificates of {plural(self._count, 'device')}?\n\n"
            f"The server turns {them} away from the next check-in on, and nothing that needs a device certificate "
            f"works any more. It can't be taken back: {each} has to enroll again.",
            markup=False,
        )

    def confirm(self) -> None:
        self.dismiss(True)
