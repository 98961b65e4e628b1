"""The push channel kept in step with its certificate: it is followed, devices are parted with and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..consequences.gates import outages_at
from ..consequences.interruptions import Interruptions
from ..consequences.simulated_outages import merged, unreachable
from ..devices.device_tables import Batch, DeviceRecords
from ..devices.push import push_lost, push_regained
from ..devices.re_enrolling import costs_text, re_enrolling_costs
from ..model.audit import SYSTEM
from ..model.component import Use
from ..model.documents import to_document
from ..model.push_channel import PushChannel
from ..use_cases import Context, UseCases
from ..words import plural
from .push_channel import Followed, follow

if TYPE_CHECKING:
    from ..consequences.landscape_reader import LandscapeReader


class ChannelKeeping(UseCases):
    """Keeps the push channel of a workspace. Writing needs a transaction."""

    def __init__(self, context: Context, *, reader: LandscapeReader) -> None:
        super().__init__(context)
        self._reader = reader
        self._channel = self._database.table("push_channel")
        self._interruptions = Interruptions(self._database.table("interruptions"))
        self._devices = DeviceRecords(self._database)

    def is_due(self, now: datetime) -> bool:
        """Whether the channel has changed and nobody has written it down."""
        return self._moved(now) is not None

    def catch_up(self, now: datetime) -> None:
        """Follow the channel up to ``now``, with what that means for its devices."""
        while (followed := self._moved(now)) is not None:
            self._follow(followed)

    def _moved(self, now: datetime) -> Followed | None:
        """The channel now; None if it is unchanged."""
        landscape = self._reader.read().landscape
        component = landscape.one("apns")
        if component is not None and component.use is Use.NOT_USED:
            return None if landscape.channel is None else Followed(None)
        certificate = landscape.served(component)
        revoked = None if certificate is None else landscape.revoked.get(certificate.id)
        grace = timedelta(days=landscape.site.apns_grace_days)
        followed = follow(landscape.channel, certificate, revoked, now, grace)
        return None if followed.channel in (landscape.channel, None) else followed

    def _follow(self, followed: Followed) -> None:
        if followed.channel is None:
            self._channel.remove(doc_ids=[1])
            return
        if followed.broken:
            self._part_with_devices(followed.channel)
        elif self._channel.get(doc_id=1) is None or self._channel.get(doc_id=1)["broken_at"] is not None:
            self._take_devices_back(followed.channel)
        self._channel.upsert(self._channel.document_class(to_document(followed.channel), 1))

    def _part_with_devices(self, channel: PushChannel) -> None:
        """Every Apple device that was enrolled over the channel must re-enroll."""
        assert channel.broken_at is not None and channel.reason is not None
        at, batch = channel.broken_at, Batch()
        known = self._reader.read()
        outages = merged(
            (
                *outages_at(known.consequences(at), self._interruptions.list()),
                *unreachable(known.landscape.simulated_outages, at),
            )
        )
        for device in self._devices.all():
            change = push_lost(device, channel.reason, at, outages, topic=channel.topic)
            if change.events:
                batch.take(change, at)
        self._devices.write(batch)
        count = len(batch.devices)
        costs = f"; {said}" if (said := costs_text(re_enrolling_costs(batch.devices.values()))) else ""
        self._audit.record(
            "push.lost",
            f"certificate:{channel.certificate_id}",
            f"push topic lost ({channel.reason}): {plural(count, 'Apple device')} must re-enroll{costs}",
            by=SYSTEM,
        )

    def _take_devices_back(self, channel: PushChannel) -> None:
        """A channel begins: devices that were enrolled under its topic before are reached again."""
        batch = Batch()
        for device in self._devices.all():
            change = push_regained(device, channel.topic, channel.since)
            if change.events:
                batch.take(change, channel.since)
        if not batch:
            return
        self._devices.write(batch)
        self._audit.record(
            "push.back",
            f"certificate:{channel.certificate_id}",
            f"push topic in use again: {plural(len(batch.devices), 'Apple device')} reached as before",
            by=SYSTEM,
        )
