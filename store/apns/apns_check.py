"""What is wrong with a push certificate that is to be put in place of the one in use."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..model.certificate import Certificate, CertificateFacts
from ..model.push_topic import is_management_topic


class ApnsCheck(Struct, frozen=True, kw_only=True, rename="camel"):
    """``topic_name_mismatch``: its topic is another one than that in use. ``malformed``: it is no push certificate for
    device management."""

    topic_name_mismatch: bool = False
    cert_expired: bool = False
    cert_not_yet_valid: bool = False
    malformed: bool = False


def check_push_certificate(leaf: CertificateFacts, current: Certificate | None, now: datetime) -> ApnsCheck:
    """Check a certificate against the one in use, if any."""
    topic = leaf.topic
    return ApnsCheck(
        topic_name_mismatch=current is not None and topic != current.topic,
        cert_expired=leaf.not_after < now,
        cert_not_yet_valid=leaf.not_before > now,
        malformed=topic is None or not is_management_topic(topic),
    )
