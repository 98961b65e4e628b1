"""The make-up of a fleet while it is simulated, and its samples: every six hours, if it has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter

from ....store.model.device import Device, DeviceState
from ....store.times import from_unix
from ....store.workspace import Workspace
from ..by_id import ById
from ..state.simulation_record import BETWEEN_SAMPLES, Sample, add_sample, history
from ..windows.batch import SampleTraits, TraitsFrom, traits_of

SAMPLE = BETWEEN_SAMPLES // timedelta(seconds=1)
_NEED_PERSON = frozenset(str(state) for state in DeviceState if state.needs_person)


class FleetSampler:
    """The devices by CA group and state; ``_traits`` has those of each, by id."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._groups, self._states = Counter[str](), Counter[str]()
        self._traits = ById[SampleTraits]()
        self._shared: dict[SampleTraits, SampleTraits] = {}  # one of each, since a large fleet has few
        samples = history(workspace)
        self._sampled: Sample | None = samples[-1] if samples else None

    def __len__(self) -> int:
        return len(self._traits)

    @property
    def is_news(self) -> bool:
        """Whether the make-up differs from the last sample."""
        return self._differ(self._groups, self._states)

    def states(self) -> Counter[str]:
        """The devices by state."""
        return +self._states

    def needing_person(self) -> list[int]:
        """The devices that their users must re-enroll."""
        return [id for id, traits in self._traits.items() if traits.state in _NEED_PERSON]

    def begin(self, ids: Sequence[int], traits: Sequence[SampleTraits], which: Sequence[int]) -> None:
        """Record devices that were not known yet: each has the traits at a place (``which``) of a list."""
        shared = [self._shared.setdefault(one, one) for one in traits]
        for id, place in zip(ids, which, strict=True):
            self._traits.put(id, shared[place])
        for place, count in Counter(which).items():
            _count(self._groups, self._states, shared[place], count)

    def begin_with(self, devices: Iterable[Device]) -> None:
        """The same, and what samples count of them is in their records."""
        places, ids, which = dict[tuple[str | None, DeviceState], int](), list[int](), list[int]()
        for device in devices:
            ids.append(device.id)
            which.append(places.setdefault((device.issuer_group, device.state), len(places)))
        self.begin(ids, [SampleTraits(group, str(state)) for group, state in places], which)

    def note(self, device: Device) -> None:
        """Record what samples count of a device."""
        self.note_traits(device.id, traits_of(device))

    def note_traits(self, id: int, traits: SampleTraits) -> None:
        """The same, if that is known already."""
        before = self._traits.get(id)
        if traits != before:
            self._traits.put(id, self._shared.setdefault(traits, traits))
            _count(self._groups, self._states, before, -1)
            _count(self._groups, self._states, traits, 1)

    def forget(self, ids: Iterable[int]) -> None:
        """Leave out devices that have been deleted."""
        for id in ids:
            _count(self._groups, self._states, self._traits.pop(id), -1)

    def sample(self, changed: Sequence[TraitsFrom], after: int, until: int) -> None:
        """Store the samples of a span of time (its start excluded) in which these devices changed: one at each time for
        a sample at which the make-up differs from the last one. Inside a transaction."""
        groups, states, moved = self._groups.copy(), self._states.copy(), dict[int, SampleTraits]()
        to_come = sorted(changed, key=attrgetter("at"))  # a device's own stay in their order
        place, at = 0, next_sample(after)
        while at <= until:
            moment = from_unix(at)
            while place < len(to_come) and to_come[place].at <= moment:
                id, traits = to_come[place].device_id, to_come[place].traits
                _count(groups, states, moved.get(id) or self._traits.get(id), -1)
                _count(groups, states, traits, 1)
                moved[id] = traits
                place += 1
            if self._differ(groups, states):
                add_sample(self._workspace, moment, groups, states)
                self._sampled = Sample(at=moment, groups=dict(+groups), states=dict(+states))
            if place == len(to_come):
                return
            at = next_sample(int(to_come[place].at.timestamp()) - 1)

    def _differ(self, groups: Counter[str], states: Counter[str]) -> bool:
        last = self._sampled
        return last is None or last.groups != dict(+groups) or last.states != dict(+states)


def next_sample(after: int) -> int:
    """The first time for a sample after a time."""
    return after // SAMPLE * SAMPLE + SAMPLE


def _count(groups: Counter[str], states: Counter[str], traits: SampleTraits | None, by: int) -> None:
    if traits is not None:
        states[traits.state] += by
        if traits.group is not None:
            groups[traits.group] += by
