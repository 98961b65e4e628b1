"""Which devices get a policy without having what it brings, which is told before."""

from __future__ import annotations

from collections.abc import Collection

from ..devices.identity import canonical
from ..model.bulk import IdentityType
from ..model.device import ActionKind, Device
from ..model.policy import Policy
from ..words import plural
from .rules import IDENTITY_TITLES


class Lacking:
    """Counts the devices in whose queue a policy is, and those without an identity of ``kind`` or without a bulk device
    certificate for it. ``certified`` are the identities of that kind that have one."""

    def __init__(self, policy: Policy, kind: IdentityType, certified: Collection[str]) -> None:
        self._policy, self._kind, self._certified = policy, kind, certified
        self._queued = self._nameless = self._without = 0

    def count(self, device: Device) -> None:
        """Count a device as it is after the change."""
        waiting = device.policy_pending(self._policy.id)
        if waiting is None or waiting.kind is not ActionKind.POLICY:
            return
        self._queued += 1
        value = getattr(device, self._kind.field)
        if not value:
            self._nameless += 1
        elif canonical(self._kind.field, value) not in self._certified:
            self._without += 1

    def notes(self) -> tuple[str, ...]:
        """``127 of the 150 devices that wait for it have no device certificate for the serial number: …``; none if none
        lacks it."""
        title = IDENTITY_TITLES[self._kind]
        of = f"the {plural(self._queued, 'device')} that wait{'s' if self._queued == 1 else ''} for it"
        said = []
        if self._without:
            said.append(
                f"{self._without:,} of {of} {'has' if self._without == 1 else 'have'} no device certificate for the "
                f"{title}: the policy is installed there once one is imported"
            )
        if self._nameless:
            said.append(f"{self._nameless:,} of {of} {'has' if self._nameless == 1 else 'have'} no {title}")
        return tuple(said)
