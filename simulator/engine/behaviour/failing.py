"""Devices that fail again and again: which do is a function of their record and of the fleet's causes of failure."""

from __future__ import annotations

import math

from msgspec import convert, to_builtins
from msgspec.structs import replace

from ....store.devices.schedule.chance import chance
from ....store.errors import Refusal
from ....store.model.device import Device, PendingAction, WaitsFor
from ....store.model.failures import NO_FAILURES, FailureCause, FailureCohort, Failures
from ....store.model.simulation import FAILURES
from ....store.times import from_unix
from ....store.workspace import Workspace

_NEVER = 501
_TIRED_AFTER, _TIRED_FOR = 12, 8 * 86_400
_NEVER_TEXT = "the keystore of the device refuses a new key"


class Failing:
    """The failing devices of one window. ``began`` has the causes by which devices failed for the first time, and
    when."""

    def __init__(self, failures: Failures = NO_FAILURES) -> None:
        self.failures = failures
        self.began: dict[FailureCause, int] = {}
        self._renewals = [one for one in failures.cohorts if one.cause is not FailureCause.PROFILE]
        self._policies = [one for one in failures.cohorts if one.cause is FailureCause.PROFILE]

    def renewal_error(self, device: Device, at: int) -> str:
        """The error with which the device answers a request to renew now; empty if it doesn't fail."""
        if error := self._error(self._renewals, device, at):
            return error
        assert device.habits is not None
        never = self.failures.never.get(device.platform, 0)
        return _NEVER_TEXT if chance(never, device.habits.schedule.key, _NEVER) else ""

    def policy_error(self, device: Device, at: int) -> str:
        """The error with which it answers when told to install a policy now; empty if it doesn't fail."""
        return self._error(self._policies, device, at)

    def now(self) -> Failures:
        """The causes, with the times at which they began."""
        return replace(self.failures, cohorts=tuple(self._with_beginning(one) for one in self.failures.cohorts))

    def _error(self, cohorts: list[FailureCohort], device: Device, at: int) -> str:
        for cohort in cohorts:
            if is_of(cohort, device):
                over = cohort.ends_at
                if over is None or at < over.timestamp():
                    if cohort.since is None:
                        self.began[cohort.cause] = min(at, self.began.get(cohort.cause, at))
                    return _text(cohort, device)
        return ""

    def _with_beginning(self, cohort: FailureCohort) -> FailureCohort:
        at = self.began.get(cohort.cause)
        return cohort if at is None else replace(cohort, since=from_unix(at))


def taken_from(action: PendingAction) -> int | None:
    """When (Unix time) the device takes a pending action up again; None at its next check-in. After many errors it
    leaves it alone for days, though it could be asked daily."""
    if action.next_try_at is None:
        return None
    tired = action.waits_for is WaitsFor.ERROR and action.attempts >= _TIRED_AFTER
    return math.ceil(action.next_try_at.timestamp()) + (_TIRED_FOR if tired else 0)


def is_of(cohort: FailureCohort, device: Device) -> bool:
    """Whether the device belongs to a cohort. One that got another OS version no longer does."""
    if cohort.cause is FailureCause.CARRIER:
        return device.carrier == cohort.carrier
    if cohort.cause is FailureCause.PROXY:
        return device.habits is not None and device.habits.schedule.zone == cohort.zone
    system = cohort.platform, cohort.model, cohort.os_version
    return (device.platform, device.model, device.os_version) == system


def failures_of(workspace: Workspace) -> Failures:
    """What fails in the workspace's fleet."""
    document = workspace.database.table("simulation").get(doc_id=FAILURES)
    return NO_FAILURES if document is None else convert(dict(document), Failures)


def put_failures(workspace: Workspace, failures: Failures) -> None:
    """Store it, inside a transaction."""
    table = workspace.database.table("simulation")
    table.upsert(table.document_class(to_builtins(failures), FAILURES))


def fix(workspace: Workspace, cause: FailureCause) -> FailureCohort:
    """End a cause of failures now; the devices succeed at their next attempt. Refuses with ``nothing-to-fix`` unless
    devices fail because of it."""
    with workspace.database.transaction():
        failures, now = failures_of(workspace), workspace.now()
        found = next((one for one in failures.cohorts if one.cause is cause), None)
        if found is None or found.since is None or (found.ends_at is not None and found.ends_at <= now):
            raise Refusal(
                "nothing-to-fix",
                f"no device of this fleet fails because of {_CAUSES[cause]}",
                "`certfleet simulate log` shows with which errors devices answer.",
            )
        fixed = replace(found, fixed_at=now)
        cohorts = tuple(fixed if one is found else one for one in failures.cohorts)
        put_failures(workspace, replace(failures, cohorts=cohorts))
        workspace.audit.record("simulation.fix", "fleet:1", f"fixed {_CAUSES[cause]}, on which devices failed")
    return fixed


_CAUSES = {
    FailureCause.OS_VERSION: "an OS version",
    FailureCause.PROXY: "a proxy",
    FailureCause.CARRIER: "a mobile carrier",
    FailureCause.PROFILE: "an OS version that rejects policies",
}


def _text(cohort: FailureCohort, device: Device) -> str:
    system = f"{device.os_name} {device.os_version}"
    match cohort.cause:
        case FailureCause.OS_VERSION:
            return f"{system} refuses the new key: internal error -26276"
        case FailureCause.PROXY:
            return "certificate request rejected by a proxy: 403 Forbidden"
        case FailureCause.CARRIER:
            return f"certificate request lost in the network of {device.carrier}: timed out"
        case FailureCause.PROFILE:
            return f"{system} rejects the profile: internal error 4001"
