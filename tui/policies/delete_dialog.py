"""Deleting a policy."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.model.policy import Policy
from ...store.policies.rollout import Deployed
from ...store.words import plural
from ..components.counting_dialog import CountingDialog
from ..components.old_question import Question
from .figures import has_it
from .wording import name_of_policy


class PolicyDeleteDialog(Question[Deployed], CountingDialog[Deployed]):
    """Names the number of devices that lose it."""

    confirm_label = "Delete"

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy
        self.heading = f"Delete {name_of_policy(policy)}?"

    def compose_form(self) -> Iterable[Widget]:
        yield Static("", id="loses", classes="strong", markup=False)
        yield Static(
            "This can't be undone. The device certificates stay here; a policy that is added anew brings them again.",
            markup=False,
        )

    def on_mount(self) -> None:
        super().on_mount()
        devices = [row.device for row in self.console.fleet.rows.values()]
        id = self._policy.id
        self.perform(lambda: has_it(id, devices), self._counted, saying="Counting devices …")

    def _counted(self, count: int) -> None:
        if count:
            they = "lose" if count > 1 else "loses"
            at = "their" if count > 1 else "its"
            text = f"{plural(count, 'device')} {they} it at {at} next check-in, with the certificate that came with it."
        else:
            text = "No device has it."
        if not self.console.fleet.loaded:
            text += " Devices are still being read: there may be more."
        self.query_one("#loses", Static).update(text)

    def confirm(self) -> None:
        policies, id = self.workspace.policies, self._policy.id
        self.perform(lambda: policies.delete(id, self.count), self.dismiss, saying="Deleting …")
