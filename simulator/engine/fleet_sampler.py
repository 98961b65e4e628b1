"""The make-up of a fleet while it is simulated, and its samples: every six hours, if it has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ...store.model.device import Device, DeviceState
from ...store.workspace import Workspace
from .simulation_record import Sample, add_sample, history

SAMPLE = 6 * 3600  # seconds between two samples of the fleet
_NEED_PERSON = frozenset(str(state) for state in DeviceState if state.needs_person)


class FleetSampler:
    """The devices by CA group and state; ``standing`` has those of each, by id."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._groups, self._states = Counter[str](), Counter[str]()
        self._standing: dict[int, tuple[str | None, str]] = {}
        samples = history(workspace)
        self._sampled: Sample | None = samples[-1] if samples else None

    def __len__(self) -> int:
        return len(self._standing)

    @property
    def is_news(self) -> bool:
        """Whether the make-up differs from the last sample."""
        return self._differ(self._groups, self._states)

    def needing_person(self) -> list[int]:
        """The devices that their users must re-enroll."""
        return [id for id, (_, state) in self._standing.items() if state in _NEED_PERSON]

    def note(self, device: Device) -> None:
        """Record where a device stands."""
        standing = device.issuer_group, str(device.state)
        before = self._standing.get(device.id)
        if standing != before:
            self._standing[device.id] = standing
            _count(self._groups, self._states, before, -1)
            _count(self._groups, self._states, standing, 1)

    def forget(self, ids: Iterable[int]) -> None:
        """Leave out devices that have been deleted."""
        for id in ids:
            _count(self._groups, self._states, self._standing.pop(id, None), -1)

    def sample(self, changed: Mapping[int, Device], until: int) -> None:
        """Store a sample after these changes, if it is time and something has changed. Inside a transaction."""
        if until % SAMPLE:
            return
        groups, states = self._groups.copy(), self._states.copy()
        for device in changed.values():
            _count(groups, states, self._standing.get(device.id), -1)
            _count(groups, states, (device.issuer_group, str(device.state)), 1)
        if self._differ(groups, states):
            at = datetime.fromtimestamp(until, UTC)
            add_sample(self._workspace, at, groups, states)
            self._sampled = Sample(at=at, groups=dict(+groups), states=dict(+states))

    def _differ(self, groups: Counter[str], states: Counter[str]) -> bool:
        last = self._sampled
        return last is None or last.groups != dict(+groups) or last.states != dict(+states)


def _count(groups: Counter[str], states: Counter[str], standing: tuple[str | None, str] | None, by: int) -> None:
    if standing is not None:
        group, state = standing
        states[state] += by
        if group is not None:
            groups[group] += by
