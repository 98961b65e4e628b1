"""What a security action would do to devices, by the rules that carry it out, with nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ...store.devices.change import Change
from ...store.devices.renewal import request_renewal
from ...store.devices.revocation import revoke
from ...store.devices.trust import installed
from ...store.model.device import ActionKind, Device, Platform
from ...store.words import plural

Rule = Callable[[Device, datetime], Change]

RULES: Mapping[ActionKind, Rule] = {
    ActionKind.CERTIFICATE_RENEWAL: lambda device, now: request_renewal(device, now, ""),
    # Which certificates would go on the list makes no difference to whether there would be any.
    ActionKind.REVOKE: lambda device, now: revoke(device, now, "", ()),
}


def installing(certificate_id: int, *, antivirus: bool) -> Rule:
    """The rule for installing a CA certificate by hand; ``antivirus``: trusted by it as well."""
    return lambda device, now: installed(device, certificate_id, now, antivirus=antivirus)


# Why devices are refused: the sentence after "12 devices", for one and for several.
_REASONS = {
    "windows-must-re-enroll": (
        "runs Windows, which can't be renewed: it is marked re-enrollment required, and its user must re-enroll it.",
        "run Windows, which can't be renewed: they are marked re-enrollment required, and their users must re-enroll "
        "them.",
    ),
    "certificate-expired": (
        "has an expired certificate: its user must re-enroll it.",
        "have an expired certificate: their users must re-enroll them.",
    ),
    "must-re-enroll": (
        "was turned away before: its user must re-enroll it.",
        "were turned away before: their users must re-enroll them.",
    ),
    "device-revoked": ("has been revoked.", "have been revoked."),
    "not-enrolled": ("is not enrolled.", "are not enrolled."),
}


@dataclass
class PlatformPlan:
    """The devices of a platform: those that would be asked, those that change nothing, those that are refused."""

    asked: int = 0
    already: int = 0
    refused: int = 0


@dataclass
class SecurePlan:
    """The same for all of them. ``marked``: refused, and changed all the same (Windows)."""

    platforms: dict[Platform, PlatformPlan] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    marked: int = 0

    @property
    def asked(self) -> int:
        """How many would be asked in all."""
        return sum(figures.asked for figures in self.platforms.values())

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return bool(self.asked or self.marked)

    def sentences(self) -> list[str]:
        """A sentence for each reason of refusal."""
        return [reason_text(code, count) for code, count in self.refusals.most_common()]


def plan_of(rule: Rule, devices: Iterable[Device], now: datetime) -> SecurePlan:
    """What an action with this rule would do to these devices at ``now``."""
    plan = SecurePlan()
    for device in devices:
        figures = plan.platforms.setdefault(device.platform, PlatformPlan())
        change = rule(device, now)
        changed = change.device is not device
        if change.refusal is not None:
            figures.refused += 1
            plan.refusals[change.refusal.code] += 1
            plan.marked += changed
        elif changed:
            figures.asked += 1
        else:
            figures.already += 1
    return plan


def reason_text(code: str, count: int) -> str:
    """``12 devices run Windows, which can't be renewed: …``."""
    one, several = _REASONS.get(code, (f"is refused ({code}).", f"are refused ({code})."))
    return f"{plural(count, 'device')} {one if count == 1 else several}"
