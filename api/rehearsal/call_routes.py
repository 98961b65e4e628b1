"""Which call of the surfaces a request is."""

from __future__ import annotations

import re
from functools import cache

from ..server.application import CALLS
from ..server.calls import Call


def call_of(method: str, path: str) -> Call | None:
    """The call that a method and a path stand for; None for pages, and for what there is not."""
    wanted = "GET" if method == "HEAD" else method
    path = path.rstrip("/")
    return next((call for form, call in _forms() if call.method == wanted and form.fullmatch(path)), None)


@cache
def _forms() -> list[tuple[re.Pattern[str], Call]]:
    """Paths without places first: ``devices/renew`` is not the device ``renew``."""
    calls = sorted(CALLS, key=lambda call: len(call.in_path))
    return [(re.compile(_PLACE.sub(r"[^/]+", re.escape(call.path))), call) for call in calls]


_PLACE = re.compile(r"\\\{\w+\\\}")
