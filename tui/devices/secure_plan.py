"""The effect of a security action on devices, by the rules that carry it out. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from ...store.authorities.groups import Rotation
from ...store.devices.change import Change
from ...store.devices.refreshing import refreshed
from ...store.devices.renewal_plan import plan_renewal
from ...store.devices.revocation import revoke
from ...store.devices.trust import installed
from ...store.model.device import Device, Platform
from ...store.views.renewal import COLUMNS, group_text, refusal_text

Rule = Callable[[Device, datetime], Change]


def revoking(device: Device, now: datetime) -> Change:
    """The rule for revoking. It ignores which certificates would go on the list, since the counts don't depend on
    it."""
    return revoke(device, now, "", ())


def refreshing(device: Device, now: datetime) -> Change:
    """The rule for deploying now. What is asked already goes out again, so a device with something pending counts."""
    change = refreshed(device, now, "")
    return change if not device.pending or change.refusal else Change(replace(device), events=change.events)


def installing(certificate_id: int, *, antivirus: bool) -> Rule:
    """The rule for installing a CA certificate by hand; ``antivirus``: their antivirus trusts it as well."""
    return lambda device, now: installed(device, certificate_id, now, antivirus=antivirus)


@dataclass
class SecurePlan:
    """The number of devices per platform in each column (the last one counts refusals), how many would be asked, and
    whether anything would change."""

    columns: Sequence[str]
    platforms: Mapping[Platform, Sequence[int]] = field(default_factory=dict)
    refusals: Mapping[str, int] = field(default_factory=Counter)
    asked: int = 0
    changes: bool = False
    note: str | None = None

    def sentences(self) -> list[str]:
        """A sentence per reason of refusal, after the plan's note."""
        most_first = sorted(self.refusals.items(), key=lambda item: -item[1])
        said = [refusal_text(code, count) for code, count in most_first]
        return said if self.note is None else [f"{self.note}.", *said]


def plan_of(rule: Rule, devices: Iterable[Device], now: datetime, columns: Sequence[str]) -> SecurePlan:
    """The effect of an action with this rule on these devices at ``now``: asked, unchanged, refused."""
    platforms: dict[Platform, list[int]] = {}
    refusals, asked = Counter[str](), 0
    for device in devices:
        figures = platforms.setdefault(device.platform, [0, 0, 0])
        change = rule(device, now)
        if change.refusal is not None:
            figures[2] += 1
            refusals[change.refusal.code] += 1
        elif change.device is not device:
            figures[0] += 1
            asked += 1
        else:
            figures[1] += 1
    return SecurePlan(columns, platforms, refusals, asked, bool(asked))


def plan_of_renewal(devices: Iterable[Device], rotation: Rotation, now: datetime) -> SecurePlan:
    """The effect of a Certificate Renewal on these devices at ``now``."""
    plan = plan_renewal(devices, rotation, now)
    platforms = {one: [getattr(figures, name) for name in COLUMNS] for one, figures in plan.platforms.items()}
    return SecurePlan(list(COLUMNS.values()), platforms, plan.refusals, plan.asked, plan.changes, group_text(plan))
