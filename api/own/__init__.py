"""Our own surface: one module of calls for each part of certfleet, under `/api/certfleet/v1`."""

from __future__ import annotations

from . import (
    apns,
    audit,
    authorities,
    bulk,
    certificates,
    checklist,
    components,
    device_import,
    devices,
    enrollment,
    health,
    login,
    metrics,
    notices,
    plans,
    policies,
    site,
)

PARTS = (
    health.calls,
    metrics.calls,
    login.anybody,
    login.calls,
    certificates.calls,
    bulk.calls,
    devices.calls,
    enrollment.calls,
    device_import.calls,
    policies.calls,
    notices.calls,
    authorities.calls,
    checklist.calls,
    components.calls,
    apns.calls,
    site.calls,
    plans.calls,
    audit.calls,
)
