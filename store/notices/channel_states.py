"""Channels that fail: since when, and the notice about it after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from ..clock import Clock
from ..model.notice import Channel, ChannelState, Urgency
from ..persistence.database import Database
from ..persistence.records import RecordTable
from ..words import minute
from .channels import NAMES, delivery_settings, destination
from .inbox import Notices

PATIENCE = timedelta(days=1)
"""A channel that has failed for so long is a notice itself."""
KIND = "channel-failing"


class ChannelStates:
    """The channels by which nothing arrives. Times are the machine's, UTC. Writing needs a transaction."""

    def __init__(self, database: Database, *, notices: Notices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock
        self._table = state_table(database)

    def failing(self) -> tuple[ChannelState, ...]:
        """The channels that have failed for a day."""
        return tuple(one for one in self._table.all() if one.notice_id)

    def keys(self) -> frozenset[str]:
        """The keys of the notices about them."""
        return frozenset(_key(one) for one in self.failing())

    def failed(self, channel: Channel, now: datetime, reason: str) -> None:
        """An attempt failed. A day after the first one without a success since, the notice is given, by the other
        channels."""
        known = _state(self._table, channel)
        if known is None:
            self._table.add(ChannelState(id=0, channel=channel, since=now, reason=reason))
            return
        state = replace(known, reason=reason)
        if not state.notice_id and now - state.since >= PATIENCE:
            state = replace(state, notice_id=self._tell(state) or 0)
        self._table.write(known, state)

    def begin_anew(self, channel: Channel) -> None:
        """A delivery arrived, or the channel was set up anew or removed: how it did before no longer counts, and the
        notice is over."""
        if (known := _state(self._table, channel)) is not None:
            if known.notice_id:
                self._notices.over(known.notice_id, self._clock.now())
            self._table.table.remove(doc_ids=[known.id])

    def _tell(self, state: ChannelState) -> int | None:
        where = destination(delivery_settings(self._database), state.channel)
        test = f"certfleet notice {state.channel} test"
        return self._notices.tell(
            KIND,
            "workspace:1",
            f"No notice has gone out by {NAMES[state.channel]} since {minute(state.since)} UTC",
            f"{where}: {state.reason}. What waits is tried again every hour and given up after two days; `certfleet "
            f"notice retry` tries it again from the start. `{test}` tells whether the settings work.",
            self._clock.now(),
            key=_key(state),
            urgency=Urgency.URGENT,
            without=state.channel,
        )


def state_table(database: Database) -> RecordTable[ChannelState]:
    """The table of channels that fail."""
    return RecordTable(database.table("channel_states"), ChannelState)


def _state(table: RecordTable[ChannelState], channel: Channel) -> ChannelState | None:
    return next((one for one in table.all() if one.channel is channel), None)


def _key(state: ChannelState) -> str:
    return f"{KIND}:{state.channel}:{state.since:%Y%m%dT%H%M%S}"
