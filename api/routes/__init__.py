"""The endpoints, a module for each part of the product."""

from __future__ import annotations

from . import (
    apns,
    authentication,
    authorities,
    bulk,
    certificates,
    components,
    devices,
    enrollment,
    health,
    impact,
    imports,
    notices,
    policies,
    properties,
)

# What has a word where others have an id goes before them.
ALL = (
    authentication.anybody,
    authentication.router,
    bulk.router,
    imports.router,
    certificates.router,
    enrollment.router,
    devices.router,
    policies.router,
    notices.router,
    authorities.router,
    impact.router,
    components.router,
    apns.router,
    properties.router,
)
OPEN = (health.router,)
