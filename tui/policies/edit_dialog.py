"""Adding a policy, and changing one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.model.bulk import IdentityType
from ...store.model.device import Platform
from ...store.model.policy import Policy, VpnSettings
from ...store.policies.rollout import Deployed
from ...store.policies.rules import usable_key
from ..components.counting_dialog import CountingDialog
from ..components.refusal_panel import RefusalPanel
from ..components.wording import title_of
from .form import FIELDS_OF, FITTING, NAMED, PolicyAnswers, PolicyForm
from .wording import name_of_policy

_USUAL = PolicyAnswers("", (Platform.IOS,), VpnSettings(identity_type=IdentityType.SERIAL_NUMBER))


class PolicyDialog(CountingDialog[Deployed]):
    """Gives what it came to. A new one is *IKEv2 Always On* for iOS, with the device certificate based on the device
    identity, unless it is chosen otherwise."""

    wide = True
    AUTO_FOCUS = "#name"

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__()
        self._policy = policy
        self.heading = "Add a VPN policy" if policy is None else f"Change {name_of_policy(policy)}"
        self.confirm_label = "Add" if policy is None else "Change"

    def compose_form(self) -> Iterable[Widget]:
        if self._policy is not None:
            says = "Devices that have it get it anew at their next check-in; those that it is for no more lose it."
            yield Static(says, classes="quiet")
        yield PolicyForm(self._before, self._certificates())

    @property
    def _before(self) -> PolicyAnswers:
        policy = self._policy
        if policy is None:
            return _USUAL
        assignment = policy.assignment
        devices = tuple(f"#{id}" for id in assignment.devices)
        return PolicyAnswers(policy.name, policy.platforms, policy.vpn, assignment.group, assignment.filter, devices)

    def _certificates(self) -> dict[int, str]:
        """What devices could prove themselves by, and what they do now."""
        now = None if self._policy is None else self._policy.vpn.certificate_id
        entries = [row.certificate for row in self.console.certificates.rows.values()]
        return {
            entry.id: title_of(entry)
            for entry in entries
            if entry.id == now
            or (entry.has_private_key and entry.replaced_by is None and usable_key(entry.key_algorithm))
        }

    def on_mount(self) -> None:
        super().on_mount()
        # Above the fields: where there is little room, one that was refused is in view with the reason.
        self.query_one("#form").move_child(self.query_one(RefusalPanel), before=0)

    def confirm(self) -> None:
        form = self.query_one(PolicyForm)
        answers = form.answers()
        if form.whom == NAMED and not answers.devices:
            self.refused(Refusal("device-unknown", "no device is named", "Type ids or identities, commas between."))
            return
        if form.whom == FITTING and not answers.filter:  # else it would be for every device
            self.refused(Refusal("assignment-invalid", "the filter is empty", "Say which devices it is for."))
            return
        job = partial(self._add, answers) if self._policy is None else partial(self._change, self._policy, answers)
        self.perform(job, self.dismiss, saying="Deploying …")

    def _add(self, answers: PolicyAnswers) -> Deployed:
        workspace = self.workspace
        return workspace.policies.create(
            answers.name,
            vpn=answers.vpn,
            platforms=answers.platforms,
            assignment=answers.assignment(workspace),
            progress=self.count,
        )

    def _change(self, policy: Policy, answers: PolicyAnswers) -> Deployed:
        """Only what was changed here: somebody else may have changed the rest meanwhile."""
        workspace = self.workspace
        assignment = answers.assignment(workspace)
        return workspace.policies.change(
            policy.id,
            name=None if answers.name == policy.name else answers.name,
            vpn=None if answers.vpn == policy.vpn else answers.vpn,
            platforms=None if answers.platforms == policy.platforms else answers.platforms,
            assignment=None if assignment == policy.assignment else assignment,
            progress=self.count,
        )

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        if (id := FIELDS_OF.get(refusal.code)) is not None:
            field = self.query_one(f"#{id}")
            if field.focusable:
                field.focus(scroll_visible=False)  # the reason is to be in view
