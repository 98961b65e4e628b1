"""The documented surface: one module of routes for each part of the product, under `/xenmobile/api/v1`."""

from __future__ import annotations

from . import (
    apns,
    authorities,
    bulk,
    certificate_import,
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
    properties,
    site,
)

# What has a word where others have an id goes before them.
ALL = (
    login.anybody,
    login.router,
    bulk.router,
    certificate_import.router,
    certificates.router,
    enrollment.router,
    device_import.router,
    devices.router,
    policies.router,
    notices.router,
    authorities.router,
    checklist.router,
    components.router,
    apns.router,
    properties.router,
    site.router,
    plans.router,
)
OPEN = (health.router, metrics.router)
