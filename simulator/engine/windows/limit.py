"""How far a window may reach: to the next time at which something else becomes possible."""

from __future__ import annotations

import math

from ....store.model.authority import AuthorityRole
from ....store.times import from_unix, next_week
from ....store.workspace import Workspace
from ...scenarios.course import next_turn
from ..campaigns.campaign import next_mail


def window_limit(workspace: Workspace, now: int, end: int) -> int:
    """The latest end of a window that begins ``now``, at most ``end`` (Unix times)."""
    authorities = workspace.authorities
    turns = [math.ceil(group.ready_at.timestamp()) - 1 for group in authorities.groups()]
    turns.append(int(next_week(from_unix(now)).timestamp()))
    turns += [int(ca.not_after.timestamp()) for ca in authorities.all() if ca.role is AuthorityRole.DEVICE]
    if (turn := workspace.impact.next_turn(from_unix(now))) is not None:
        turns.append(int(turn.timestamp()))
    dated = (next_mail(workspace), next_turn(workspace))
    turns += [math.ceil(due.timestamp()) for due in dated if due is not None]
    return min((turn for turn in turns if now < turn < end), default=end)
