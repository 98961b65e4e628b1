"""The documented surface: one module of calls for each part of the product, under `/xenmobile/api/v1`."""

from __future__ import annotations

from . import (
    bulk,
    certificate_import,
    certificate_requests,
    certificates,
    device_deployments,
    device_list,
    devices,
    login,
    pki,
    properties,
)

PARTS = (
    login.anybody,
    login.calls,
    bulk.calls,
    certificate_import.calls,
    certificate_requests.calls,
    certificates.calls,
    device_list.calls,
    device_list.newest,
    devices.calls,
    device_deployments.calls,
    pki.calls,
    properties.calls,
)
