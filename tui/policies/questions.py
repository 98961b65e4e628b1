"""The questions before deploying a policy again and before deleting it, with the effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...store.model.device import Device
from ...store.model.policy import Policy
from ...store.policies.rollout import Deployed
from ...store.views.policy import assigned_to
from ...store.words import plural
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..dialogs.plan_panel import PlanPanel
from ..dialogs.question import Question
from ..dialogs.undo_note import UndoNote
from .figures import DeploymentPlan, has_it, plan_of
from .wording import name_of_policy


class PolicyDeployDialog(FormDialog[Deployed]):
    """Shows what deploying would change, and deploys."""

    changes = True
    confirm_label = "Deploy"
    doing = "Deploying …"
    AUTO_FOCUS = "#confirm"

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy
        self.heading = f"Deploy {name_of_policy(policy)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            f"It is found out again which devices it is for ({assigned_to(self._policy.assignment)}). Those that lack "
            "it get it at their next check-in; it is taken off those that it is for no more.",
            "quiet",
        )
        devices = self.console.fleet.devices()
        yield PlanPanel(lambda: self._plan(devices), self._shown, classes="sentence")

    def _plan(self, devices: Sequence[Device]) -> DeploymentPlan:
        return plan_of(self.workspace, self.workspace.policies.get(self._policy.id), devices)

    def _shown(self, plan: DeploymentPlan) -> str:
        said = []
        if plan.gets:
            said.append(f"{plural(plan.gets, 'device')} would get it at the next check-in.")
        if plan.loses:
            said.append(f"{plural(plan.loses, 'device')} would lose it.")
        said = said or ["Each device that it is for has it, or it is pending there."]
        if not self.console.fleet.loaded:
            said.append("Devices are still being read: there may be more.")
        return " ".join(said)

    def work(self) -> Deployed:
        return self.workspace.policies.deploy(self._policy.id, self.count)


class PolicyDeleteQuestion(Question[Deployed]):
    """Tells how many devices lose the policy."""

    def __init__(self, policy: Policy) -> None:
        said = UndoNote("The device certificates stay here; a policy that is put back brings them again.", kept=True)
        super().__init__(f"Delete {name_of_policy(policy)}?", "Delete", said, doing="Deleting …")
        self._policy, self.changes = policy, True

    def compose_form(self) -> Iterable[Widget]:
        devices = self.console.fleet.devices()
        id = self._policy.id
        yield PlanPanel(lambda: has_it(id, devices), self._shown, saying="Counting devices …", classes="strong")
        yield from super().compose_form()

    def _shown(self, count: int) -> str:
        they, at = ("lose", "their") if count > 1 else ("loses", "its")
        text = f"{plural(count, 'device')} {they} it at {at} next check-in, with the certificate that came with it."
        text = text if count else "No device has it."
        return text if self.console.fleet.loaded else f"{text} Devices are still being read: there may be more."

    def work(self) -> Deployed:
        return self.workspace.policies.delete(self._policy.id, self.count)
