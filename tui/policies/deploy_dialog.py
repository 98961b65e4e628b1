"""Deploying a policy again."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.model.device import Device
from ...store.model.policy import Policy
from ...store.policies.rollout import Deployed
from ...store.words import plural
from ..components.counting_dialog import CountingDialog
from .figures import DeploymentPlan, plan_of
from .wording import name_of_policy, whom


class PolicyDeployDialog(CountingDialog[Deployed]):
    """Says what it would change, and does it."""

    confirm_label = "Deploy"
    AUTO_FOCUS = "#confirm"

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy
        self.heading = f"Deploy {name_of_policy(policy)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            f"It is found out again which devices it is for ({whom(self._policy.assignment)}). Those that lack it get "
            "it at their next check-in; it is taken off those that it is for no more.",
            classes="quiet",
            markup=False,
        )
        yield Static("", id="plan", classes="sentence", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        devices = [row.device for row in self.console.fleet.rows.values()]
        self.perform(lambda: self._plan(devices), self._planned, saying="Looking at the devices …")

    def _plan(self, devices: list[Device]) -> DeploymentPlan:
        return plan_of(self.workspace, self.workspace.policies.get(self._policy.id), devices)

    def _planned(self, plan: DeploymentPlan) -> None:
        said = []
        if plan.gets:
            said.append(f"{plural(plan.gets, 'device')} would get it at the next check-in.")
        if plan.loses:
            said.append(f"{plural(plan.loses, 'device')} would lose it.")
        said = said or ["Nothing would change: each device that it is for has it, or it is pending there."]
        if not self.console.fleet.loaded:
            said.append("Devices are still being read: there may be more.")
        self.query_one("#plan", Static).update(" ".join(said))

    def confirm(self) -> None:
        policies, id = self.workspace.policies, self._policy.id
        self.perform(lambda: policies.deploy(id, self.count), self.dismiss, saying="Deploying …")
