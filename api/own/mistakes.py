"""The mistakes of a plan or a scenario, with hints in REST's words."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ...simulator.plans.table_reading import Mistake
from ..server.hints import in_routes


def in_routes_all(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The mistakes, whose hints name routes in place of commands."""
    return [replace(one, hint=in_routes(one.hint)) for one in mistakes]
