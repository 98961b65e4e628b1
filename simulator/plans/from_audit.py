"""The plan of what was done in a workspace, from its audit trail.

Run on the same start it leads to the same state, as far as a plan has an action for what was done; the rest is told
(``left_out``). What followed from an action by itself, such as a component that switched, follows again.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ...store.inventory.sources import ExportFormat
from ...store.model.audit import SYSTEM, AuditLine
from ...store.model.certificate import Certificate
from ...store.model.component import Use
from ...store.model.device import Platform
from ...store.model.device_event import DeviceEvent, EventKind
from ...store.model.push import PushCertificate, PushService
from ...store.start_by.freezes import read_added
from ...store.workspace import Workspace
from ..engine.campaigns.campaign import campaigns
from ..engine.state.simulation_record import simulation_of
from ..fleet.past import PAST
from .new_certificate import STAND_IN
from .plan import (
    AddFreeze,
    AnyAction,
    Bind,
    Choice,
    CompleteTask,
    CreatePolicy,
    DeployPolicy,
    DeployRoot,
    ImportCertificate,
    NewCertificate,
    Plan,
    RefreshAuthority,
    Renew,
    RenewApns,
    ReplaceCertificate,
    SetSite,
    StartCampaign,
    UseComponent,
)
from .settings_text import read_setting

_PAGE = 1000
_ASKED = (EventKind.RENEWAL_REQUESTED, EventKind.RE_ENROLLMENT_REQUIRED)
FOLLOWS = frozenset(
    {
        "authority.provision",
        "certificate.link",
        "component.switch",
        "push.back",
        "push.lost",
        "push.provision",
        "push.supersede",
        "request.complete",
        "task.open",
    }
)
"""What an action causes, and what happens by itself."""

_NOT_THE_DEPLOYMENT = ("account.", "delivery.", "plan.", "simulation.fleet", "vault.", "workspace.")
_READS = frozenset({"certificate.export-key", "certificate.reveal-password", "policy.export-profile"})
_SPOKEN = re.compile(r"requested for ([\d,]+) devices?(?:, refused for ([\d,]+))?")


class AuditPlan(Struct, frozen=True):
    """A plan from an audit trail: the ``files`` that it names, by name, and how often something else was done, which
    no action of a plan does.

    ``lines`` are those of the actions, in the same order, and ``missing`` those of what was left out.
    """

    plan: Plan
    files: Mapping[str, bytes]
    left_out: Mapping[str, int]
    lines: tuple[AuditLine, ...]
    missing: tuple[AuditLine, ...]


def plan_from_audit(workspace: Workspace, name: str, *, since: datetime | None = None, keys: bool = False) -> AuditPlan:
    """The plan of what people did since a time, by default since the fleet was drawn (without one: from the beginning).

    Certificates are in files without their private keys; with ``keys``, which leaves an audit line for each, as PKCS
    #12 whose passwords are in files, too.
    """
    return plan_of_lines(workspace, _lines(workspace, since), name, keys=keys)


def plan_of_lines(workspace: Workspace, lines: Sequence[AuditLine], name: str, *, keys: bool = False) -> AuditPlan:
    """The same for these lines of the audit trail, the oldest first."""
    return _Reconstruction(workspace, lines, keys=keys).made(name)


class _Reconstruction:
    def __init__(self, workspace: Workspace, lines: Sequence[AuditLine], *, keys: bool) -> None:
        self._workspace = workspace
        self._keys = keys
        self._lines = lines
        self._entries = {entry.id: entry for entry in workspace.inventory.list()}
        self._issued = {record.fingerprint_sha256: record for record in workspace.portal.list()}
        self._replacing = {int(found[1]) for line in self._lines if (found := _replaced_by(line)) is not None}
        first = self._lines[0].at if self._lines else workspace.now()
        self._asked = _asked_since(workspace, first)
        self._files: dict[str, bytes] = {}
        self._left_out: Counter[str] = Counter()
        self._missing: list[AuditLine] = []

    def made(self, name: str) -> AuditPlan:
        actions: list[AnyAction] = []
        lines: list[AuditLine] = []
        for line in self._lines:
            action = self._action(line)
            if action is None:
                continue
            before = actions[-1] if actions else None
            if isinstance(action, SetSite) and isinstance(before, SetSite) and before.at == action.at:
                actions[-1] = replace(before, settings={**before.settings, **action.settings})
            else:
                actions.append(action)
                lines.append(line)
        plan = Plan(name=name, title="From the audit trail", actions=tuple(actions))
        left_out = dict(sorted(self._left_out.items()))
        return AuditPlan(plan, self._files, left_out, tuple(lines), tuple(self._missing))

    def _leave_out(self, line: AuditLine, why: str = "") -> None:
        self._left_out[f"{line.action}{why}"] += 1
        self._missing.append(line)

    def _action(self, line: AuditLine) -> AnyAction | None:
        at = line.at.replace(microsecond=0)
        if line.action in FOLLOWS | _READS or line.action.startswith(_NOT_THE_DEPLOYMENT) or line.user == SYSTEM.user:
            return None
        id = int(line.record.rpartition(":")[2])
        found: AnyAction | None = None
        match line.action:
            case "authority.refresh":
                group = next(group for group in self._workspace.authorities.groups() if group.id == id)
                ready_after = group.ready_at - group.requested_at
                found = RefreshAuthority(at=at, name=group.name, ready_after=ready_after)
            case "device.renew":
                return self._renewal(line, at)
            case "certificate.import":
                return self._import(line, id, at)
            case "certificate.replace":
                return self._replacement(line, id, at)
            case "push.renew" | "push.issue":
                return None  # it counts once it is imported
            case "request.create" if self._is_answered_by_the_portal(id):
                return None
            case "component.bind":
                return self._binding(line, id, at)
            case "policy.create":
                found = self._policy(id, at)
            case "policy.deploy":
                known = next((one for one in self._workspace.policies.list() if one.id == id), None)
                found = None if known is None else DeployPolicy(at=at, policy=known.name)
            case "trust.preinstalled" if self._is_stand_in(id):
                return None
            case "trust.deploy" if " deployed in place of " in line.summary or self._is_stand_in(id):
                return None
            case "trust.deploy":
                found = _deployment(line, id, at)
            case "site.set":
                setting = read_setting(line.summary)
                found = None if setting is None else SetSite(at=at, settings=dict((setting,)))
            case "site.freeze" if (freeze := read_added(line.summary)) is not None:
                found = AddFreeze(at=at, first=freeze.first, last=freeze.last, why=freeze.why)
            case "task.done" if not line.summary.endswith(": done"):
                return None  # answered or overtaken
            case "task.done":
                found = CompleteTask(at=at, task=str(id))
            case "simulation.campaign" if line.summary.startswith("campaign started"):
                found = self._campaign(id, at)
        if found is None:
            self._leave_out(line)
        return found

    def _renewal(self, line: AuditLine, at: datetime) -> AnyAction | None:
        """The devices for which a request was new, and the Windows devices that were marked by it."""
        spoken = _SPOKEN.search(line.summary)
        if spoken is None:
            self._leave_out(line)
            return None
        left = dict(zip(_ASKED, (int((part or "0").replace(",", "")) for part in spoken.groups()), strict=True))
        devices = []
        while self._asked and self._asked[0].at <= line.at + timedelta(seconds=1) and left[self._asked[0].kind]:
            event = self._asked.popleft()
            left[event.kind] -= 1
            devices.append(str(event.device_id))
        return Renew(at=at, choice=Choice(devices=tuple(devices))) if devices else None

    def _import(self, line: AuditLine, id: int, at: datetime) -> AnyAction | None:
        entry = self._entries.get(id)
        if entry is None:
            self._leave_out(line, ", deleted since")
            return None
        issued = self._issued.get(entry.fingerprint_sha256)
        if issued is not None and issued.authority_id is not None and not self._was_handed_over(entry):
            if _came_with_the_fleet(self._workspace, issued):
                return None
            need = "apns" if issued.service is PushService.MANAGEMENT else "securemail-apns"
            is_new = not any(record.superseded_by == issued.id for record in self._issued.values())
            create = is_new and need == "apns"
            return RenewApns(at=at, apple_id=issued.apple_id, need=need, create=create, anyway=is_new)
        if id in self._replacing or " with the chain of " in line.summary or entry.source == STAND_IN:
            return None
        like = entry.source.removeprefix("like ") if entry.source.startswith("like ") else None
        new = self._new(entry, at, like)
        return ImportCertificate(at=at, new=new, use_as=entry.use_as, description="" if like else entry.description)

    def _replacement(self, line: AuditLine, id: int, at: datetime) -> AnyAction | None:
        found = _replaced_by(line)
        entry = None if found is None else self._entries.get(int(found[1]))
        if entry is None:
            self._leave_out(line)
            return None
        issued = self._issued.get(entry.fingerprint_sha256)
        if issued is not None and issued.authority_id is not None:
            return None
        new = self._new(entry, at, "" if entry.source == f"like {id}" else None)
        return ReplaceCertificate(at=at, certificate=str(id), new=new)

    def _new(self, entry: Certificate, at: datetime, like: str | None) -> NewCertificate:
        if like is not None:
            return NewCertificate(like=like or None, valid=entry.not_after - at)
        if not (self._keys and entry.has_private_key):
            name = f"certificate-{entry.id}.pem"
            self._files[name] = self._workspace.inventory.export(entry.id, ExportFormat.CHAIN)
            return NewCertificate(file=name)
        name, password = f"certificate-{entry.id}.p12", secrets.token_urlsafe(18)
        self._files[name] = self._workspace.inventory.export(entry.id, ExportFormat.PKCS12, password=password)
        self._files[f"certificate-{entry.id}.password"] = f"{password}\n".encode()
        return NewCertificate(file=name, password_file=f"certificate-{entry.id}.password")

    def _binding(self, line: AuditLine, id: int, at: datetime) -> AnyAction | None:
        component = next((one for one in self._workspace.components.list() if one.id == id), None)
        used = re.search(r" uses certificate (\d+) \(", line.summary)
        wanted = re.search(rf" is ({'|'.join(Use)})$", line.summary)
        if component is not None and used is None and wanted is not None:
            return UseComponent(at=at, need=component.need, name=component.name, use=Use(wanted[1]))
        if component is None or used is None:
            self._leave_out(line)
            return None
        entry = self._entries.get(int(used[1]))
        if (
            entry is not None
            and entry.fingerprint_sha256 in self._issued
            and component.need.endswith("apns")
            and not self._was_handed_over(entry)
        ):
            return None  # the portal's certificate is bound by its import
        return Bind(at=at, need=component.need, name=component.name, certificate=used[1])

    def _policy(self, id: int, at: datetime) -> AnyAction | None:
        """The creation of a policy that hasn't been changed or deleted since."""
        policy = next((one for one in self._workspace.policies.list() if one.id == id), None)
        if policy is None or policy.changed_at != policy.created_at:
            return None
        vpn, meant = policy.vpn, policy.assignment
        return CreatePolicy(
            at=at,
            name=policy.name,
            vpn=replace(vpn, certificate_id=None),
            certificate=None if vpn.certificate_id is None else str(vpn.certificate_id),
            choice=Choice(platform=policy.platforms, search=meant.filter, devices=tuple(map(str, meant.devices))),
            group=meant.group,
        )

    def _campaign(self, id: int, at: datetime) -> AnyAction | None:
        campaign = campaigns(self._workspace).peek(id)
        if campaign is None:
            return None

        def length(seconds: int | None) -> timedelta | None:
            return None if seconds is None else timedelta(seconds=seconds)

        return StartCampaign(
            at=max(at, campaign.first_mail_at),
            platform=campaign.platforms,
            second_mail=length(campaign.second_mail),
            deadline=length(campaign.deadline),
            help_desk=campaign.help_desk,
        )

    def _was_handed_over(self, entry: Certificate) -> bool:
        """Whether it is a push certificate that was there from the beginning, and came in from a file."""
        issued = self._issued.get(entry.fingerprint_sha256)
        is_first = issued is not None and _came_with_the_fleet(self._workspace, issued)
        return is_first and issued is not None and entry.source != f"push certificate {issued.id}"

    def _is_stand_in(self, id: int) -> bool:
        entry = self._entries.get(id)
        return entry is not None and entry.source == STAND_IN

    def _is_answered_by_the_portal(self, id: int) -> bool:
        request = next((one for one in self._workspace.requests.list() if one.id == id), None)
        entry = None if request is None else self._entries.get(request.completed_by or 0)
        return entry is not None and entry.fingerprint_sha256 in self._issued


def _deployment(line: AuditLine, id: int, at: datetime) -> AnyAction | None:
    where = line.summary.rpartition(" deployed to ")[2]
    antivirus = where.endswith(", antivirus included")
    names = where.removesuffix(", antivirus included").split(", ")
    everywhere = names == ["every device"]
    if not everywhere and not set(names) <= set(Platform):
        return None
    platforms = () if everywhere else tuple(Platform(name) for name in names)
    return DeployRoot(at=at, certificate=str(id), platform=platforms, antivirus=antivirus)


def made_by(line: AuditLine) -> int | None:
    """The id of the certificate that somebody imported by the act of a line."""
    if line.action == "certificate.import":
        return int(line.record.rpartition(":")[2])
    found = _replaced_by(line)
    return None if found is None else int(found[1])


def _replaced_by(line: AuditLine) -> re.Match[str] | None:
    return re.match(r"replaced by certificate (\d+) ", line.summary) if line.action == "certificate.replace" else None


def _lines(workspace: Workspace, since: datetime | None) -> list[AuditLine]:
    """The lines since a time, oldest first; by default those after the fleet was drawn, and had lived its past."""
    found: list[AuditLine] = []
    record = simulation_of(workspace)
    if since is None and record is not None and record.past:
        since = record.started_at + PAST
    for line in _newest_first(workspace):
        if line.action == "simulation.fleet" if since is None else line.at < since:
            break
        found.append(line)
    return found[::-1]


def _came_with_the_fleet(workspace: Workspace, issued: PushCertificate) -> bool:
    """Whether a push certificate was provided when the fleet was drawn."""
    record = simulation_of(workspace)
    return record is not None and issued.id == 1 and issued.created_at == record.started_at


def _newest_first(workspace: Workspace) -> Iterator[AuditLine]:
    before: int | None = None
    while page := workspace.audit.tail(_PAGE, before):
        yield from page
        before = page[-1].id


def _asked_since(workspace: Workspace, first: datetime) -> deque[DeviceEvent]:
    """The events of devices that were asked to renew, or marked, oldest first."""
    found: deque[DeviceEvent] = deque()
    before: int | None = None
    while page := workspace.devices.events(_PAGE, before):
        for event in page:
            if event.at < first - timedelta(seconds=1):
                return found
            if event.kind in _ASKED:
                found.appendleft(event)
        before = page[-1].id
    return found
