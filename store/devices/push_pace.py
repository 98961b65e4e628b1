"""When a server's pushes go out to simulated devices that are asked at the same time: so many a minute."""

from __future__ import annotations

from datetime import datetime

from msgspec import convert
from msgspec.structs import replace

from ..model.device import Device
from ..model.site import PUSHES_A_MINUTE, SITE, SiteSettings
from ..persistence.database import Database


def pushes_a_minute(database: Database) -> int:
    """How many pushes the server sends in a minute, by the site's settings."""
    document = database.table("settings").get(doc_id=SITE)
    return PUSHES_A_MINUTE if document is None else convert(dict(document), SiteSettings).pushes_a_minute


def paced(device: Device, now: datetime, place: int, a_minute: int = PUSHES_A_MINUTE) -> Device:
    """The device that is asked for something now, when ``place`` others are pushed before it, so many a minute."""
    habits, wait = device.habits, place * 60 // a_minute
    if habits is None or not habits.pushed or not wait:
        return device
    return replace(device, habits=replace(habits, push_at=int(now.timestamp()) + wait))
