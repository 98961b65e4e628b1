"""Endpoints close the loop: a follow-up is done when every address of the endpoints shows the new certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..components.tasks import Tasks
from ..consequences.landscape import Landscape
from ..model.component import Component
from ..model.task import Task, TaskKind
from ..served.seen_certificates import SeenCertificate, lagging

SHOWN = (TaskKind.LOAD_BALANCER, TaskKind.SUPPORT)
"""The follow-ups whose result an endpoint shows."""


class FollowUpSeen(NamedTuple):
    """An open follow-up whose result every endpoint of the component shows."""

    task: Task
    seen: tuple[SeenCertificate, ...]

    @property
    def how(self) -> str:
        """How it was found to be done: ``gw.example.com:443 serves certificate 5``."""
        places = list(dict.fromkeys(one.where for one in self.seen))
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        return f"{places[0]}{more} serves certificate {self.seen[0].certificate_id}"


class EndpointFollowUps:
    """Closes the follow-ups of a workspace that endpoints show to be done."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def are_due(self, landscape: Landscape) -> bool:
        """Whether one is open that is done."""
        return any(True for _ in self._found(landscape))

    def close(self, landscape: Landscape) -> bool:
        """Close them, inside a transaction; returns whether there were any."""
        found = list(self._found(landscape))
        for one in found:
            self._tasks.seen_done(one.task.id, one.how)
        return bool(found)

    def _found(self, landscape: Landscape) -> Iterator[FollowUpSeen]:
        if not landscape.seen:
            return
        components = {one.id: one for one in landscape.components if one.id in landscape.seen}
        for task in self._tasks.list(done=False):
            component = components.get(task.component_id or 0)
            if task.kind in SHOWN and component is not None:
                seen = landscape.seen[component.id]
                if _is_shown(task, component, seen):
                    yield FollowUpSeen(task, seen)


def _is_shown(task: Task, component: Component, seen: tuple[SeenCertificate, ...]) -> bool:
    return task.certificate_id == component.certificate_id is not None and not lagging(component, seen)
