"""A forecast: what stops and recovers in a time to come, for whom, and what people have to do."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from .device import Platform


class OutReason(StrEnum):
    """Why a device is out of service until a person does something."""

    CERTIFICATE_EXPIRED = "certificate-expired"
    PUSH_LOST = "push-lost"
    SSL_ERROR_61 = "ssl-error-61"


class ForecastEvent(Struct, frozen=True, kw_only=True):
    """A capability that stops, degrades (``level``) or, with ``recovers``, works again at a time, for the devices of
    some platforms: so many were in service then. ``cause`` names the certificate; ``prevent_by`` and ``command`` are
    the step that would have prevented it."""

    at: datetime
    recovers: bool
    capability: str
    level: str
    reason: str
    need: str
    cause: str
    certificate_id: int | None
    platforms: tuple[Platform, ...]
    devices: int
    prevent_by: str
    command: str | None


class DevicesOut(Struct, frozen=True, kw_only=True):
    """The devices of a platform that went out of service on a day for a reason, and that came back on it."""

    day: date
    platform: Platform
    reason: OutReason
    out: int
    back: int


class StrandedDevices(Struct, frozen=True, kw_only=True):
    """The devices of a platform that are out of service at the end and need a person; ``since`` is when the first of
    them went out. A device whose owner has got another one in its place needs nobody, and isn't counted."""

    platform: Platform
    reason: OutReason
    since: datetime
    devices: int
    ids: tuple[int, ...]
    prevent_by: str
    command: str | None


class Peak(Struct, frozen=True, kw_only=True):
    """The most of something in an hour, and the hour's beginning; None if there was nothing."""

    count: int = 0
    at: datetime | None = None


class ForecastNotice(Struct, frozen=True, kw_only=True):
    """A notice that is given."""

    at: datetime
    kind: str
    urgency: str
    title: str
    recipient: str | None


class PersonAction(Struct, frozen=True, kw_only=True):
    """Something that ``count`` people do or have to do: ``kind`` is ``task``, ``re-enrolled`` (they do it in the
    forecast), ``re-enroll`` (they still have to), ``asked`` (their devices work for now), or ``help-desk`` (visits and
    calls)."""

    kind: str
    count: int
    said: str
    at: datetime | None = None


class RefusedStep(Struct, frozen=True, kw_only=True):
    """An action of a plan that was refused in the run."""

    at: datetime
    action: str
    line: int
    code: str
    message: str


class ForecastDay(Struct, frozen=True, kw_only=True):
    """The fleet at a time, midnights but for the first and the last: devices in service, stranded ones, and how many
    hold a certificate of each CA group."""

    at: datetime
    in_service: int
    stranded: int
    groups: dict[str, int]


class Spread(Struct, frozen=True, kw_only=True):
    """A figure over several seeds: the 5th, 50th and 95th percentile."""

    name: str
    p5: float
    p50: float
    p95: float


class ForecastAssumptions(Struct, frozen=True, kw_only=True):
    """What a forecast rests on. ``drawn_habits`` devices had no habits of their own and got those of their platform,
    drawn from their ids and the ``seed``; ``taken_for_gone`` of them have been silent for so long that they are taken
    not to come back; the certificates of ``assumed_ends`` end on a day that nobody knows. With a seed above 0 every
    device makes other choices by the same habits. ``resting`` names the figures that rest on that. What
    ``endpoints`` serve is simulated: an operator puts in place what is bound."""

    seed: int
    drawn_habits: int
    taken_for_gone: int
    assumed_ends: int
    resting: tuple[str, ...]
    endpoints: int = 0


class Forecast(Struct, frozen=True, kw_only=True):
    """A workspace run ahead by a plan. ``stopped_before`` is what was stopped at the beginning already.

    ``device_days_lost`` has the device-days without each capability, by its id; ``renewals`` counts certificates issued
    by renewals. ``event_log`` is the digest of what happened to devices.
    """

    name: str
    title: str
    started_at: datetime
    until: datetime
    devices: int
    devices_at_end: int
    in_service_at_end: int
    stopped_before: tuple[ForecastEvent, ...]
    events: tuple[ForecastEvent, ...]
    out: tuple[DevicesOut, ...]
    stranded: tuple[StrandedDevices, ...]
    device_days_lost: dict[str, float]
    renewals: int
    enrollments: int
    peak_renewals: Peak
    peak_enrollments: Peak
    notices: tuple[ForecastNotice, ...]
    actions: tuple[PersonAction, ...]
    performed: int
    refused: tuple[RefusedStep, ...]
    days: tuple[ForecastDay, ...]
    assumptions: ForecastAssumptions
    event_log_count: int
    event_log_sha256: str
    spread: tuple[Spread, ...] = ()
