"""Secure: the security actions, and what each would do to the chosen devices."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.widget import Widget

from ...store.devices.results import SecurityActionResult
from ...store.effects.effects import Effects
from ...store.model.device import ActionKind, Device
from ...store.views.certificate import certificate_name, certificate_title
from ...store.views.device import ACTION_TITLES
from ...store.views.platforms import PLATFORMS
from ...store.words import plural
from ...store.workspace import Workspace
from ..components.text_styles import Tone, style_of
from ..dialogs.choice_fields import ChoiceField, RadioField, TickField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note
from ..dialogs.plan_panel import PlanPanel
from ..dialogs.trial_copy import MANY, TrialCopy
from .command_words import MOST, words_of
from .secure_actions import WORDS, SecurityAction, authorities_shown
from .secure_plan import Rule, SecurePlan, installing, plan_of, plan_of_renewal, refreshing, revoking


@dataclass(frozen=True)
class Secured:
    """A security action that was carried out."""

    kind: ActionKind
    requested: SecurityActionResult


class SecureDialog(FormDialog[Secured | str]):
    """Returns the result, or a sentence if that is enough. The list doesn't show ``hidden`` of the devices."""

    changes = True
    AUTO_FOCUS = "ArrowChoice"
    confirm_label = WORDS[SecurityAction.RENEW].label

    def __init__(self, devices: Sequence[Device], hidden: int = 0) -> None:
        super().__init__()
        self._devices, self._hidden = devices, hidden
        self._copy = TrialCopy(lambda: self.workspace)
        what = devices[0].name if len(devices) == 1 else plural(len(devices), "device")
        self.heading = f"Secure: {what}"

    def compose_form(self) -> Iterable[Widget]:
        authorities = {entry.id: certificate_title(entry) for entry in authorities_shown(self.workspace)}

        def installs(answers: Answers) -> bool:
            return bool(authorities) and answers["action"] is SecurityAction.INSTALL

        yield RadioField("action", None, {action: words.title for action, words in WORDS.items()})
        yield Note(id="says", classes="quiet")
        yield ChoiceField("authority", "Certificate", authorities, prompt=None if authorities else "", when=installs)
        yield TickField("antivirus", "and let their antivirus trust it", when=installs)
        yield PlanPanel(self._plan, self._shown, of=["action", "authority", "antivirus"])

    def follow_answers(self) -> None:
        answers = self.answers
        words = WORDS[answers["action"]]
        self.confirm_label = words.label
        super().follow_answers()
        none = "No chain that devices are shown has a CA certificate in the inventory. Import it first."
        missing = answers["action"] is SecurityAction.INSTALL and answers["authority"] is None
        self.query_one("#says", Note).update(none if missing else words.says)

    # The plan

    def _plan(self, action: SecurityAction, authority: int | None, antivirus: bool) -> SecurePlan | None:
        now, words = self.console.fleet.moment.now, WORDS[action]
        if action is SecurityAction.RENEW:
            return plan_of_renewal(self._devices, self.workspace.authorities.rotation(), now)
        rule: Rule = refreshing if action is SecurityAction.REFRESH else revoking
        if action is SecurityAction.INSTALL:
            if authority is None:
                return None
            rule = installing(authority, antivirus=antivirus)
        return plan_of(rule, self._devices, now, (words.asked, words.already, "refused"))

    def _shown(self, plan: SecurePlan | None) -> RenderableType:
        self.query_one("#confirm").disabled = plan is None or not plan.changes
        return "" if plan is None else self._table(plan)

    def _table(self, plan: SecurePlan) -> Table:
        dim = style_of(self.app, Tone.DIM)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row("", *(Text(title, dim) for title in plan.columns))
        for column in grid.columns[1:]:
            column.justify = "right"
        for platform, name in PLATFORMS.items():
            if figures := plan.platforms.get(platform):
                *others, refused = figures
                style = style_of(self.app, Tone.EXPIRING) if refused else dim
                grid.add_row(name, *(f"{count:,}" for count in others), Text(f"{refused:,}", style))
        outer = Table.grid(expand=True)
        outer.add_row("")
        # What surprises stands first: a small terminal may show no more without scrolling.
        if self._hidden:
            outer.add_row(Text(f"◆ {plural(self._hidden, 'selected device')} not shown by the filter: included."))
        sentences = plan.sentences()
        for sentence in sentences:
            outer.add_row(Text(f"◆ {sentence}", style_of(self.app, Tone.EXPIRING)))
        if sentences or self._hidden:
            outer.add_row("")
        outer.add_row(grid)
        return outer

    # Carrying it out

    def command_words(
        self, action: SecurityAction, authority: int | None = None, antivirus: bool = False
    ) -> Sequence[object]:
        if action is not SecurityAction.INSTALL:
            return "device", action, *words_of(self._ids)
        if authority is None:
            return ()
        devices = self._ids if len(self._ids) <= MOST else ["DEVICE"]
        return "trust", "install", authority, *devices, *(("--antivirus",) if antivirus else ())

    def change(self) -> Callable[[Workspace], object] | None:
        answers, ids = self.answers, self._ids
        match answers["action"]:
            case SecurityAction.REVOKE:
                return lambda workspace: workspace.devices.revoke(ids)
            case SecurityAction.REFRESH:
                return lambda workspace: workspace.devices.refresh(ids)
            case SecurityAction.INSTALL:
                authority, antivirus = answers["authority"], answers["antivirus"]
                if authority is None:
                    return None
                return lambda workspace: workspace.trust.install(authority, ids, antivirus=antivirus)
            case _:
                return lambda workspace: workspace.devices.renew(ids)

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        if len(self._devices) > MANY:
            return self._copy.try_out(change, stop)
        return super().try_out(partial(change, self.workspace), stop)

    def on_unmount(self) -> None:
        threading.Thread(target=self._copy.close, daemon=True).start()  # it waits for the trial that runs

    @property
    def _ids(self) -> list[int]:
        return [device.id for device in self._devices]

    def submit(self, answers: dict[str, Any]) -> None:
        plan: SecurePlan | None = self.query_one(PlanPanel).plan
        if plan is None or not plan.changes:
            return
        devices = self.workspace.devices
        match answers["action"]:
            case SecurityAction.REVOKE:
                self._carry_out(answers, ActionKind.REVOKE, devices.revoke)
            case SecurityAction.REFRESH:
                self.perform(self._refresh, partial(self.did, answers), saying="Deploying …")
            case SecurityAction.INSTALL:
                job = partial(self._install, answers["authority"], answers["antivirus"], plan.asked)
                self.perform(job, partial(self.did, answers), saying="Installing …")
            case _:
                self._carry_out(answers, ActionKind.CERTIFICATE_RENEWAL, devices.renew)

    def _refresh(self) -> str:
        pending = self.workspace.devices.refresh(self._ids, self.count).pending
        return f"Deploying what is pending for {plural(len(pending), 'device')}."

    def _install(self, authority: int, antivirus: bool, count: int) -> str:
        self.workspace.trust.install(authority, self._ids, antivirus=antivirus)
        return f"Installed on {plural(count, 'device')}: {certificate_name(self.workspace.inventory.get(authority))}."

    def _carry_out(
        self,
        answers: dict[str, Any],
        kind: ActionKind,
        act: Callable[[Iterable[int], Callable[[int, int], None]], SecurityActionResult],
    ) -> None:
        ids, then = self._ids, partial(self.did, answers)
        self.perform(lambda: Secured(kind, act(ids, self.count)), then, saying=f"{ACTION_TITLES[kind]} …")
