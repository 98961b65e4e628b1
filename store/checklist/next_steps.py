"""The next step of each row of the checklist."""

from __future__ import annotations

from collections.abc import Sequence

from ..components.needs import Need, not_there
from ..consequences.consequences import Consequence
from ..consequences.landscape import Landscape
from ..model.certificate import Status
from ..model.component import Component, Use
from ..model.task import Task
from ..served.seen_certificates import SeenCertificate, lagging, lagging_words
from .checklist_row import Mark

NOTHING = "Nothing."


def next_step(
    landscape: Landscape,
    need: Need,
    component: Component | None,
    status: str,
    tasks: tuple[Task, ...],
    stopped: tuple[Consequence, ...],
) -> str:
    """What to do about a row, in a sentence."""
    behind = () if component is None else lagging(component, landscape.seen.get(component.id, ()))
    if tasks:
        seen = f" {lagging_words(behind)}." if behind else ""
        return f"{tasks[0].title} (task {tasks[0].id}).{seen}"
    if behind and component is not None and component.use is not Use.NOT_USED:
        return _put_in_place(component, behind)
    match status:
        case Mark.NOT_USED:
            return "Nothing: this deployment doesn't have it."
        case Mark.MANAGED:
            return f"Nothing: {need.without}."
        case Mark.MISSING:
            known = f" Now: {need.without}." if need.without and not landscape.of(need) else ""
            return f"{not_there(need)}{known}"
        case Status.VALID if not stopped:
            return NOTHING
        case Status.NOT_YET_VALID:
            return "Wait until it is valid, or bind another."
        case _:
            return need.renewal


def _put_in_place(component: Component, behind: Sequence[SeenCertificate]) -> str:
    """What to do about addresses that serve something else than what is bound."""
    if component.certificate_id is not None:
        return f"Put certificate {component.certificate_id} in place: {lagging_words(behind)}."
    return f"Bind what is served: {lagging_words(behind)} (`certfleet endpoint import {behind[0].endpoint_id}`)."
