"""What a plan names that a workspace doesn't know: found before it is run, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ...store.authorities.groups import next_name
from ...store.errors import Refusal
from ...store.model.authority import AuthorityGroup
from ...store.words import minute, plural
from ...store.workspace import Workspace
from ..engine.state.simulation_record import simulation_of
from .choosing import find_certificate, unknown_devices
from .new_certificate import beside
from .plan import (
    AnyAction,
    Bind,
    Choice,
    CreatePolicy,
    DeployPolicy,
    DeployRoot,
    ImportCertificate,
    ImportDeviceCertificates,
    ImportProfile,
    NewCertificate,
    Plan,
    RefreshAuthority,
    Renew,
    RenewApns,
    RenewInRings,
    ReplaceCertificate,
    StartCampaign,
    name_of,
)
from .table_reading import Mistake
from .values import did_you_mean


def doubts(workspace: Workspace, plan: Plan, *, folder: Path | None, now: datetime | None = None) -> list[Mistake]:
    """What of a plan can't be carried out in this workspace, as far as can be told beforehand: actions before it change
    what there is then. ``now`` is when it begins, by default the workspace's time."""
    checking = _Checking(workspace, folder, now or workspace.now())
    ordered = sorted(plan.actions, key=lambda action: action.due(checking.now))
    found = [Mistake(action.line, said, hint) for action in ordered for said, hint in checking.of(action)]
    return sorted(found, key=lambda mistake: mistake.line)


Doubt = tuple[str, str]


class _Checking:
    """Goes through a plan's actions in the order in which they are due."""

    def __init__(self, workspace: Workspace, folder: Path | None, now: datetime) -> None:
        self.now = now
        self._workspace = workspace
        self._folder = folder
        self._groups: list[AuthorityGroup] = workspace.authorities.groups()
        self._policies = {policy.name.lower() for policy in workspace.policies.list()}
        self._imports = False

    def of(self, action: AnyAction) -> Iterator[Doubt]:
        """What is doubtful about an action."""
        if action.at is not None and action.at < self.now:
            yield (
                f"{name_of(action)}: it is {minute(self.now)} already, after {minute(action.at)}",
                "Give it a later day.",
            )
        match action:
            case Renew() | RenewInRings():
                yield from self._choice(action.choice)
                for ring in action.rings if isinstance(action, RenewInRings) else ():
                    yield from self._choice(ring.choice)
            case RefreshAuthority():
                yield from self._refresh(action)
            case ReplaceCertificate():
                yield from self._certificate(action.certificate)
                yield from self._files(action.new)
            case ImportCertificate():
                yield from self._files(action.new)
                if action.new.like is not None:
                    yield from self._certificate(action.new.like)
                self._imports = self._imports or action.new.file is not None
            case Bind() | DeployRoot():
                yield from self._certificate(action.certificate)
            case ImportProfile() | ImportDeviceCertificates():
                yield from self._named_files(action.file)
            case CreatePolicy():
                yield from self._policy(action)
            case DeployPolicy():
                yield from self._created(action.policy)
            case RenewApns():
                yield from self._apple_id(action)
            case StartCampaign() if simulation_of(self._workspace) is None:
                yield "there is no simulated fleet, whose users could be told", "It is for a simulation, or a forecast."
            case _:
                pass

    def _choice(self, choice: Choice) -> Iterator[Doubt]:
        names = [group.name for group in self._groups]
        for issuer in choice.issuer:
            if issuer not in names:
                yield f"there is no CA group {issuer}", did_you_mean(issuer, names)
        if unknown := unknown_devices(self._workspace, choice):
            named = ", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")
            yield f"{plural(len(unknown), 'device')} unknown: {named}", "`certfleet device list` shows them."

    def _refresh(self, action: RefreshAuthority) -> Iterator[Doubt]:
        name = next_name(self._groups) if action.name is None else action.name
        if any(group.name == name for group in self._groups):
            yield f"there is a CA group {name} already", "Leave the name out, or choose another."
            return
        at = action.due(self.now)
        self._groups.append(
            AuthorityGroup(id=0, name=name, requested_at=at, requested_by="", ready_at=at + action.ready_after)
        )

    def _certificate(self, name: str) -> Iterator[Doubt]:
        try:
            entry = find_certificate(self._workspace, name)
        except Refusal as refusal:
            if not self._imports:  # an action before it may bring it
                yield refusal.message, refusal.hint or ""
            return
        if entry.replaced_by is not None:
            yield f"certificate {entry.id} has been replaced by {entry.replaced_by}", f"Name {entry.replaced_by}."

    def _policy(self, action: CreatePolicy) -> Iterator[Doubt]:
        yield from self._choice(action.choice)
        if action.certificate is not None:
            yield from self._certificate(action.certificate)
        if action.name.lower() in self._policies:
            yield f"there is a policy {action.name} already", "Choose another name."
        self._policies.add(action.name.lower())

    def _created(self, policy: str) -> Iterator[Doubt]:
        if policy.lower() not in self._policies:
            try:
                self._workspace.policies.find(policy)
            except Refusal as refusal:
                yield refusal.message, refusal.hint or ""

    def _files(self, new: NewCertificate) -> Iterator[Doubt]:
        yield from self._named_files(new.file, new.key, new.password_file)

    def _named_files(self, *names: str | None) -> Iterator[Doubt]:
        for name in names:
            if name is not None and not beside(self._folder, name).is_file():
                yield f"there is no file {name}", "Files are named relative to the plan's folder."

    def _apple_id(self, action: RenewApns) -> Iterator[Doubt]:
        try:
            warning = self._workspace.apns.warning(action.apple_id, action.need, create=action.create)
        except Refusal as refusal:
            yield refusal.message, refusal.hint or ""
            return
        if warning is not None and not action.anyway:
            yield warning, "Name the Apple ID that created the certificate, or add anyway = true if you mean it."
