"""Saying first: before each act, what it will stop, for how many devices, and how sure one is of that.

The difference that the act makes is computed before it is kept (``store.effects.trials``), and marks the answer. Front
ends ask where they get that difference: ``asks`` says whether, ``keep_said`` keeps the answer with its mark. Answers
stay when somebody goes back to a moment, as hints do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ...store.components.capabilities import CAPABILITIES, Capability
from ...store.effects.effects import Effects
from ...store.errors import Refusal
from ...store.model.simulated_outage import OutageOf
from ...store.persistence.records import RecordTable
from ...store.words import plural
from ...store.workspace import Workspace
from ..plans.values import did_you_mean

TABLE = "scenario_said"
NOTHING = "nothing"
ADMISSION = "admission"
THINGS: Mapping[str, str] = {
    **{str(one.value): title for one, title in CAPABILITIES.items()},
    ADMISSION: "admission: devices are shut out or deleted",
}
"""What an act can stop, besides nothing."""

FORM = "Write WHAT:DEVICES:SURE, like check-in+enrollment:40:80% or nothing:90%. WHAT is nothing, or one or more of "
_NEAR = 0.1
"""A number of devices is right within this share of it, and within one."""
_SURE = re.compile(r"(\d{1,3})\s*%?")


class Said(Struct, frozen=True, kw_only=True):
    """An answer: what stops (nothing, if empty), for how many devices, and how sure, in percent."""

    what: tuple[str, ...] = ()
    devices: int = 0
    sure: int


class MarkedAnswer(Struct, frozen=True, kw_only=True):
    """An answer with its mark. ``act`` is what it was about, ``at`` the workspace's time. ``stopped`` is what the act
    stops, ``stopped_devices`` for how many devices at most, ``code`` that of its consequences. ``right``: nothing stops
    and that was said, or everything that was said stops; ``count_right``: the number of devices is right, too."""

    id: int
    at: datetime
    act: str
    said: Said
    stopped: tuple[str, ...]
    stopped_devices: int
    code: str
    right: bool
    count_right: bool


def asks(workspace: Workspace) -> bool:
    """Whether acts in a workspace wait for an answer: it has a scenario that was begun so, and that isn't over."""
    row = workspace.database.table("scenario").get(doc_id=1)
    if row is None or not row.get("say_first"):
        return False
    return workspace.now() < datetime.fromisoformat(row["ends_at"])


def is_answered(workspace: Workspace, act: str, effects: Effects) -> bool:
    """Whether the last answer was about this act, at this time: nobody is asked again because they hesitated."""
    last = _last(workspace)
    return last is not None and (last.act, last.code, last.at) == (act, effects.code, workspace.now())


def read_said(text: str) -> Said:
    """An answer as it is written: ``check-in+enrollment:40:80%``, ``nothing:90%``. Refuses with ``say-unclear``."""
    parts = [part.strip().lower() for part in text.split(":")]
    named = tuple(dict.fromkeys(part.strip() for part in re.split(r"[+,]", parts[0])))
    what = () if named == (NOTHING,) else named
    sure = _SURE.fullmatch(parts[-1])
    count = parts[1] if len(parts) == 3 else "0" if not what else ""
    unknown = [one for one in what if one not in THINGS]
    if unknown or len(parts) not in (2, 3) or sure is None or int(sure[1]) > 100 or not count.isdecimal():
        if unknown:
            said = f"{unknown[0]!r} is nothing that an act can stop"
            raise Refusal("say-unclear", said, did_you_mean(unknown[0], (NOTHING, *THINGS)))
        raise Refusal("say-unclear", f"{text!r} is no answer", f"{FORM}{', '.join(THINGS)}.")
    return Said(what=what, devices=int(count[:9]), sure=int(sure[1]))


def mark(said: Said, effects: Effects, act: str, at: datetime) -> MarkedAnswer:
    """Mark an answer by the difference that the act makes."""
    stopped = stops(effects)
    most = max(stopped.values(), default=0)
    right = set(said.what) <= stopped.keys() if said.what else not stopped
    near = said.devices > 0 and abs(said.devices - most) <= max(1, most * _NEAR) if most else said.devices == 0
    return MarkedAnswer(
        id=0,
        at=at,
        act=act,
        said=said,
        stopped=tuple(stopped),
        stopped_devices=most,
        code=effects.code,
        right=right,
        count_right=right and near,
    )


def stops(effects: Effects) -> dict[str, int]:
    """What a change stops at once or within days, and for how many devices."""
    found: dict[str, int] = {}

    def add(thing: str, devices: int) -> None:
        found[thing] = max(found.get(thing, 0), devices)

    for one in effects.capabilities:
        if one.is_harmful:
            add(str(one.capability.value), one.devices)
    if effects.stranded:
        add(ADMISSION, sum(effects.stranded.values()))
    for lack in effects.trust:
        if lack.is_harmful:
            add(str(Capability.TRUST.value), lack.after - lack.before)
    for outage in effects.outages:
        if outage.is_harmful:
            what = Capability.CHECK_IN if outage.service is OutageOf.SERVER else Capability.MANAGE
            add(str(what.value), outage.devices)
    return found


def keep_said(workspace: Workspace, answer: MarkedAnswer) -> None:
    """Keep an answer with the run, in a transaction of its own."""
    with workspace.moments.none_kept(), workspace.database.transaction(routine=True):
        _table(workspace).add(answer)


def answers(workspace: Workspace) -> list[MarkedAnswer]:
    """The answers so far, in their order."""
    return _table(workspace).all()


def brier(found: Sequence[MarkedAnswer]) -> float | None:
    """Brier's score: the mean of the squares of sureness less truth (1 if right, 0 if not). None without answers.

    It is proper: nobody's expected score gets better by saying another sureness than they have.
    """
    if not found:
        return None
    return sum((one.said.sure / 100 - one.right) ** 2 for one in found) / len(found)


def said_text(said: Said) -> str:
    """``check-in, 40 devices, 80 % sure``."""
    what = ", ".join(said.what) or NOTHING
    devices = f", {plural(said.devices, 'device')}" if said.what else ""
    return f"{what}{devices}, {said.sure} % sure"


def mark_text(one: MarkedAnswer) -> str:
    """What was said, and what is so."""
    so = ", ".join(one.stopped) or NOTHING
    devices = f", {plural(one.stopped_devices, 'device')}" if one.stopped else ""
    verdict = "right" if one.count_right else "right, but not the number" if one.right else "wrong"
    return f"you said: {said_text(one.said)}; it stops: {so}{devices}: {verdict}"


def _last(workspace: Workspace) -> MarkedAnswer | None:
    found = answers(workspace)
    return found[-1] if found else None


def _table(workspace: Workspace) -> RecordTable[MarkedAnswer]:
    return RecordTable(workspace.database.table(TABLE), MarkedAnswer)
