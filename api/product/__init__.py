"""The documented surface: one module of calls for each part of the product, under `/xenmobile/api/v1`."""

from __future__ import annotations

from . import bulk, certificate_import, certificates, devices, login, properties

PARTS = (
    login.anybody,
    login.calls,
    bulk.calls,
    certificate_import.calls,
    certificates.calls,
    devices.calls,
    properties.calls,
)
