"""What each act cost: in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from ...store.components.capabilities import CAPABILITIES, Capability
from ...store.words import length_text, minute, plural
from .act_cost import ActCost, ActCosts
from .standing import ScenarioStanding


def costs_document(costs: ActCosts) -> dict[str, Any]:
    """The costs as JSON types."""
    return {"points": costs.points, "acts": [cost_document(one) for one in costs.acts]}


def cost_document(cost: ActCost) -> dict[str, Any]:
    """One of them."""
    return {**asdict(cost), "what": act_text(cost), "cost": cost_text(cost)}


def cost_lines(costs: ActCosts, now: ScenarioStanding) -> Iterator[str]:
    """What each act cost."""
    if not costs.acts:
        return
    yield "What each act cost, found by running the rest once without it:"
    yield from (f"  {minute(one.at)}  {act_text(one)}: {cost_text(one)}" for one in costs.acts)
    reached = sum(one.points for one in now.objectives if one.state == "met")
    if costs.points != reached:
        yield f"  Run again, these acts get {plural(costs.points, 'point')}; you got {reached} before hints."
    yield ""


def act_text(cost: ActCost) -> str:
    """What somebody did, or how long they waited before it."""
    return cost.said if cost.until is None else f"waiting {length_text(cost.until - cost.at)}, then: {cost.said}"


def cost_text(cost: ActCost) -> str:
    """``214.0 device-days without management of devices``; ``none``."""
    if cost.unable:
        return f"can't be run again: {cost.unable}"
    told = [*_points(cost.points), *_losses(cost, 1)]
    if cost.points < 0:
        told.append(f"it brought {plural(-cost.points, 'point')}")
    if saved := list(_losses(cost, -1)):
        told.append(f"it saved {', '.join(saved)}")
    if cost.later_refused > 0:
        told.append(f"without it {plural(cost.later_refused, 'later act')} would be refused")
    return "; ".join(told) or "none"


def _points(points: int) -> Iterator[str]:
    if points > 0:
        yield plural(points, "point")


def _losses(cost: ActCost, sign: int) -> Iterator[str]:
    """The devices, and the most device-days without something, on one side."""
    if cost.stranded * sign > 0:
        yield plural(cost.stranded * sign, "stranded device")
    days = {id: round(count * sign, 1) for id, count in cost.device_days.items() if count * sign > 0}
    if days:
        most = max(days.values())
        without = [CAPABILITIES[Capability(id)] for id, count in days.items() if count == most]
        yield f"{most:,.1f} device-days without {' and '.join(without)}"
