"""Secure: the security actions, what each would do to the devices that are chosen, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import RadioSet, Static

from ...store.devices.devices import Requested
from ...store.model.device import ActionKind, Device
from ..fleet_figures import PLATFORMS
from ..looks import Ink
from ..secure_plan import SecurePlan, plan_of
from ..widgets.choices import Choice
from ..widgets.inks import ink_style
from ..wording import ACTIONS, plural
from .dialog import Dialog
from .question import Question

_KINDS = (ActionKind.CERTIFICATE_RENEWAL, ActionKind.REVOKE)
_SAYS = {
    ActionKind.CERTIFICATE_RENEWAL: "At its next check-in each device gets a new certificate from the newest ready CA "
    "group, without disruption; the old one works until the new one is used.",
    ActionKind.REVOKE: "Each device's certificates go on the revocation list, and it is turned away from now on.",
}
_LABELS = {ActionKind.CERTIFICATE_RENEWAL: "Renew", ActionKind.REVOKE: "Revoke …"}
_ASKED = {ActionKind.CERTIFICATE_RENEWAL: "to renew", ActionKind.REVOKE: "to revoke"}
_ALREADY = {ActionKind.CERTIFICATE_RENEWAL: "pending already", ActionKind.REVOKE: "revoked already"}


@dataclass(frozen=True)
class Secured:
    """A security action that was carried out."""

    kind: ActionKind
    requested: Requested


class ActionChoice(RadioSet, inherit_bindings=False):
    """The arrows choose; Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "choose(1)", "Next action", show=False),
        Binding("up", "choose(-1)", "Action before", show=False),
    ]

    def action_choose(self, by: int) -> None:
        buttons = list(self.query(Choice))
        buttons[(self.pressed_index + by) % len(buttons)].value = True


class SecureDialog(Dialog[Secured]):
    """Gives what came of it. ``hidden`` of the devices are not shown in the list."""

    AUTO_FOCUS = "ActionChoice"
    confirm_label = _LABELS[ActionKind.CERTIFICATE_RENEWAL]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "Do it", show=False)]

    def __init__(self, devices: Sequence[Device], hidden: int = 0) -> None:
        super().__init__()
        self._devices, self._hidden = devices, hidden
        self._plans: dict[ActionKind, SecurePlan] = {}
        self._progress: tuple[int, int] | None = None
        what = devices[0].name if len(devices) == 1 else plural(len(devices), "device")
        self.heading = f"Secure: {what}"

    def compose_form(self) -> Iterable[Widget]:
        yield ActionChoice(*(Choice(ACTIONS[kind], value=kind is _KINDS[0]) for kind in _KINDS), compact=True)
        yield Static(id="says", classes="quiet", markup=False)
        yield Static(id="plan")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(0.2, self._show_progress)
        self._look()

    @property
    def kind(self) -> ActionKind:
        """The action that is chosen."""
        return _KINDS[max(0, self.query_one(ActionChoice).pressed_index)]

    @on(RadioSet.Changed)
    def _kind_changed(self) -> None:
        self._look()

    def _look(self) -> None:
        kind = self.kind
        self.query_one("#says", Static).update(_SAYS[kind])
        self.query_one("#confirm").label = _LABELS[kind]  # type: ignore[attr-defined]
        if kind in self._plans:
            self._show_plan(self._plans[kind])
            return
        devices, now = self._devices, self.console.fleet.moment.now
        self.perform(lambda: plan_of(kind, devices, now), self._planned, saying="Looking at the devices …")

    def _planned(self, plan: SecurePlan) -> None:
        self._plans[plan.kind] = plan
        if plan.kind is self.kind:
            self._show_plan(plan)
        else:
            self._look()

    def _show_plan(self, plan: SecurePlan) -> None:
        self.query_one("#plan", Static).update(self._table(plan))
        self.query_one("#confirm").disabled = not plan.changes

    def _table(self, plan: SecurePlan) -> Table:
        dim = ink_style(self.app, Ink.DIM)
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_row("", *(Text(title, dim) for title in (_ASKED[plan.kind], _ALREADY[plan.kind], "refused")))
        for _ in range(3):
            grid.columns[-1 - _].justify = "right"
        for platform, name in PLATFORMS.items():
            if figures := plan.platforms.get(platform):
                refused = Text(f"{figures.refused:,}", ink_style(self.app, Ink.EXPIRING) if figures.refused else dim)
                grid.add_row(name, f"{figures.asked:,}", f"{figures.already:,}", refused)
        outer = Table.grid(expand=True)
        outer.add_row("")
        outer.add_row(grid)
        if plan.refusals or self._hidden or not plan.changes:
            outer.add_row("")
        for sentence in plan.sentences():
            outer.add_row(Text(f"◆ {sentence}", ink_style(self.app, Ink.EXPIRING)))
        if self._hidden:
            outer.add_row(Text(f"◆ {plural(self._hidden, 'selected device')} not shown by the filter: included."))
        if not plan.changes:
            outer.add_row(Text("Nothing would change."))
        return outer

    # Doing it

    def action_confirm(self) -> None:
        self.press_confirm()

    def confirm(self) -> None:
        plan = self._plans.get(self.kind)
        if plan is None or not plan.changes:
            return
        if plan.kind is ActionKind.REVOKE:
            self.app.push_screen(RevokeQuestion(plan.asked), self._answered)
        else:
            self._carry_out(plan.kind, self.workspace.devices.renew)

    def _answered(self, sure: bool | None) -> None:
        if sure:
            self._carry_out(ActionKind.REVOKE, self.workspace.devices.revoke)

    def _carry_out(
        self, kind: ActionKind, act: Callable[[Iterable[int], Callable[[int, int], None]], Requested]
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
            self.show_progress(f"{ACTIONS[self.kind]}: {what} …")


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
