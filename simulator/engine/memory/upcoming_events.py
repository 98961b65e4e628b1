"""The next events of the devices, the earliest first.

With a million devices each object counts. So an event is one number, made of its time, its device and its kind: the
earlier one of two is the lesser number.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from ..behaviour.next_step import Next, NextStep
from ..by_id import ById

_STEPS = tuple(NextStep)
_PLACES = {step: place for place, step in enumerate(_STEPS)}
_STEP_BITS, _ID_BITS = 3, 40
_STEP, _ID = (1 << _STEP_BITS) - 1, (1 << _ID_BITS) - 1


class UpcomingEvents:
    """At most one event of each device, by the device's id."""

    def __init__(self) -> None:
        self._next = ById[int]()
        self._heap: list[int] = []  # also what has been replaced meanwhile

    @property
    def first_at(self) -> int | None:
        """The time of the earliest event; None if there is none."""
        while self._heap:
            event = self._heap[0]
            if self._next.get(_id(event)) == event:
                return _at(event)
            heappop(self._heap)
        return None

    def put(self, id: int, step: Next | None) -> None:
        """Replace a device's event; None if it has none any more."""
        if step is None:
            self._next.pop(id)
        else:
            self._next.put(id, event := _event(id, step))
            heappush(self._heap, event)

    def put_all(self, steps: Iterable[tuple[int, Next]]) -> None:
        """Begin with these events."""
        self._next = ById[int]()
        for id, step in steps:
            self._next.put(id, _event(id, step))
        self._heap = [event for _, event in self._next.items()]
        heapify(self._heap)

    def take(self, most: int, limit: int) -> tuple[dict[int, Next], int]:
        """Take out events up to a time, and the time up to which none is left: ``limit``, or earlier if there are more
        than so many. Simultaneous ones stay together."""
        taken: dict[int, Next] = {}
        last = limit
        while (at := self.first_at) is not None and at <= limit:
            if len(taken) >= most and at > last:
                return taken, last
            event = heappop(self._heap)
            id = _id(event)
            taken[id] = Next(at, _STEPS[event & _STEP])
            self._next.pop(id)
            last = at
        return taken, limit


def _event(id: int, step: Next) -> int:
    return (step.at << _ID_BITS | id) << _STEP_BITS | _PLACES[step.step]


def _id(event: int) -> int:
    return event >> _STEP_BITS & _ID


def _at(event: int) -> int:
    return event >> _STEP_BITS + _ID_BITS
