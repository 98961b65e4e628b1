"""Owners, drills and channels: that what they name is there."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.drill import Drill
from ..model.notice import ChannelState
from ..model.ownership import OwnershipRecord
from ..notices.answerable import KINDS
from ..notices.people import is_same
from ..persistence.database import Database
from .report import Problem


def check_owners(database: Database) -> Iterator[Problem]:
    """Problems in who answers for what; the structure has been checked."""
    seen: set[str] = set()
    for one in database.engine.records("ownerships", OwnershipRecord):
        record = f"ownership:{one.id}"
        kind, _, number = one.record.partition(":")
        there = kind in KINDS and number.isdecimal() and database.engine.get(KINDS[kind], int(number)) is not None
        if not there:
            yield Problem("reference-broken", record, f"{one.record} is not there")
        if one.record in seen:
            yield Problem("record-differs", record, f"{one.record} has another owner as well")
        seen.add(one.record)
        if is_same(one.owner, one.deputy):
            yield Problem("record-differs", record, "owner and deputy are the same")
    notices = set(database.engine.ids("notices"))
    for drill in database.engine.records("drills", Drill):
        for question in drill.questions:
            if question.notice_id not in notices:
                yield Problem("reference-broken", f"drill:{drill.id}", f"notice {question.notice_id} is not there")
    for state in database.engine.records("channel_states", ChannelState):
        if state.notice_id and state.notice_id not in notices:
            yield Problem("reference-broken", f"channel-state:{state.id}", f"notice {state.notice_id} is not there")
