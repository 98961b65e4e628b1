"""The summary of several notices: one message on a channel that was set up after they were given."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.notice import Notice, Urgency
from ..words import minute

KIND = "summary"
_ORDER = (Urgency.URGENT, Urgency.WARNING, Urgency.INFO)


def summary(notices: Sequence[Notice]) -> Notice:
    """One notice that tells of all of them, the most urgent first. It is in no inbox, so it has no id."""
    ordered = sorted(notices, key=lambda one: (_ORDER.index(one.urgency), one.id))
    lines = [f"These {len(notices)} notices were given before, and still hold."]
    for one in ordered:
        lines += ["", f"{one.title} ({one.urgency}, notice {one.id} of {minute(one.at)} UTC)", one.text]
    return Notice(
        id=0,
        at=max(one.at for one in notices),
        kind=KIND,
        record="workspace:1",
        title=f"{len(notices)} notices that still hold",
        text="\n".join(lines),
        urgency=ordered[0].urgency,
    )
