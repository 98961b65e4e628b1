"""The push channel to the enrolled Apple devices, which depends on its topic.

The same Apple ID keeps the topic, so nothing changes for the devices. Another topic, a revocation, or an expiry without
renewal breaks the channel, and the devices must re-enroll: Apple says so in the mails 30 and 10 days before the expiry.
If the topic changed and the right one is put back, devices that have not been re-enrolled meanwhile are reached again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from msgspec.structs import replace

from ..devices.push import TOPIC_CHANGED
from ..model.certificate import Certificate
from ..model.push_channel import PushChannel
from ..times import shifted


class Followed(NamedTuple):
    """The current channel; ``broken`` if it has just been found broken."""

    channel: PushChannel | None
    broken: bool = False


def follow(
    channel: PushChannel | None,
    certificate: Certificate | None,
    revoked_at: datetime | None,
    now: datetime,
    grace: timedelta,
) -> Followed:
    """Follow the channel up to ``now``, with the push certificate in use at that time.

    Also call it before the certificate changes, so that an earlier break is recorded first.
    """
    if channel is not None and channel.broken_at is None:
        broken = _broken(channel, certificate, revoked_at, now, grace)
        if broken is not None:
            return Followed(broken, broken=True)
        if certificate is None:
            return Followed(channel)
        same = replace(channel, certificate_id=certificate.id, valid_until=certificate.not_after)
        return Followed(same)
    if certificate is None or not certificate.not_before <= now <= certificate.not_after:
        return Followed(channel)
    if revoked_at is not None and revoked_at <= now:
        return Followed(channel)
    new = PushChannel(
        topic=topic_of(certificate), certificate_id=certificate.id, valid_until=certificate.not_after, since=now
    )
    return Followed(new)


def topic_of(certificate: Certificate) -> str:
    """The topic of a push certificate, or its subject if it has no topic."""
    return certificate.topic or certificate.subject


def _broken(
    channel: PushChannel,
    certificate: Certificate | None,
    revoked_at: datetime | None,
    now: datetime,
    grace: timedelta,
) -> PushChannel | None:
    """The broken channel, with the first cause."""
    causes = []
    if (end := shifted(channel.valid_until, grace)) < now:  # its replacement must have come in time
        causes.append((end, "certificate-expired"))
    if certificate is not None:
        # A replacement counts from now, even if it was revoked or expired long ago.
        known = certificate.id == channel.certificate_id
        if topic_of(certificate) != channel.topic:
            causes.append((now, TOPIC_CHANGED))
        if revoked_at is not None and revoked_at <= now:
            causes.append((revoked_at if known else now, "certificate-revoked"))
        if not known and shifted(certificate.not_after, grace) < now:
            causes.append((now, "certificate-expired"))
    if not causes:
        return None
    at, reason = min(causes, key=itemgetter(0))
    return replace(channel, broken_at=at, reason=reason)
