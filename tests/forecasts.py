"""A forecast made by hand."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.model.forecast import Forecast, ForecastAssumptions, ForecastDay, Peak
from tests.material import NOW

START = NOW


def forecast(days: int, devices: int = 10, across: int = 10) -> Forecast:
    """A rotation that gets ``across`` devices to the next CA group on its seventh day."""
    course = tuple(
        ForecastDay(
            at=START + timedelta(days=day),
            in_service=devices,
            stranded=0,
            groups={"default": devices} if day < 7 else {"default": devices - across, "group-2": across},
        )
        for day in range(days + 1)
    )
    return Forecast(
        name="rotation",
        title="",
        started_at=START,
        until=course[-1].at,
        devices=devices,
        devices_at_end=devices,
        in_service_at_end=devices,
        stopped_before=(),
        events=(),
        out=(),
        stranded=(),
        device_days_lost={},
        renewals=across,
        enrollments=0,
        peak_renewals=Peak(),
        peak_enrollments=Peak(),
        notices=(),
        actions=(),
        performed=1,
        refused=(),
        days=course,
        assumptions=ForecastAssumptions(seed=0, drawn_habits=0, taken_for_gone=0, assumed_ends=0, resting=()),
        event_log_count=0,
        event_log_sha256="",
    )
