"""The plan of a renewal: its outcome by platform, before it is carried out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from ..authorities.groups import Rotation
from ..model.device import Device, Platform
from .change import Change
from .renewal import request_renewal


class PlatformRenewal(Struct, kw_only=True):
    """The devices of a platform; each counts once.

    ``on_newest`` hold a certificate of the newest group already: Windows devices are refused, others get another one
    of it. ``re_enroll`` are Windows devices whose users must re-enroll them.
    """

    to_renew: int = 0
    pending: int = 0
    on_newest: int = 0
    re_enroll: int = 0
    refused: int = 0


class RenewalPlan(Struct, kw_only=True):
    """The devices of a renewal, counted.

    ``asked`` is the number of devices for which a renewal becomes pending; ``again`` of them get a certificate of the
    group whose certificate they hold. ``marked`` is the number of newly marked Windows devices. ``refusals`` counts the
    refused ones by code. ``newest`` is the issuing group, ``upcoming`` the requested one that is ready at ``ready_at``.
    """

    at: datetime
    newest: str | None
    upcoming: str | None
    ready_at: datetime | None
    asked: int = 0
    again: int = 0
    marked: int = 0
    platforms: dict[Platform, PlatformRenewal] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls, rotation: Rotation, now: datetime) -> RenewalPlan:
        """The plan for no devices."""
        newest, upcoming = rotation
        return cls(
            at=now,
            newest=None if newest is None else newest.name,
            upcoming=None if upcoming is None else upcoming.name,
            ready_at=None if upcoming is None else upcoming.ready_at,
        )

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return bool(self.asked or self.marked)

    def count(self, device: Device, change: Change) -> None:
        """Count a device by the renewal rule's result for it."""
        figures = self.platforms.setdefault(device.platform, PlatformRenewal())
        changed = change.device is not device
        if change.refusal is not None:
            code = change.refusal.code
            self.refusals[code] = self.refusals.get(code, 0) + 1
            self.marked += changed
            if code == "windows-is-current":
                figures.on_newest += 1
            elif code == "windows-must-re-enroll":
                figures.re_enroll += 1
            else:
                figures.refused += 1
        elif not changed:
            figures.pending += 1
        else:
            self.asked += 1
            if device.issuer_group == self.newest:
                self.again += 1
                figures.on_newest += 1
            else:
                figures.to_renew += 1


def plan_renewal(devices: Iterable[Device], rotation: Rotation, now: datetime) -> RenewalPlan:
    """The plan of a renewal of these devices at ``now``; nothing is changed."""
    plan = RenewalPlan.empty(rotation, now)
    for device in devices:
        plan.count(device, request_renewal(device, now, "", plan.newest))
    return plan
