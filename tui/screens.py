"""The console's screens by the names of their modes, each imported when it is first opened: all of them together take
longer to import than the first one to appear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:
    from .audit.page import AuditPage
    from .authorities.page import AuthoritiesPage
    from .certificates.page import CertificatesPage
    from .checklist.page import ChecklistPage
    from .device_certificates.page import DeviceCertificatesPage
    from .devices.page import DevicesPage
    from .endpoints.page import EndpointsPage
    from .forecast.page import ForecastPage
    from .notices.page import NoticesPage
    from .overview.page import OverviewPage
    from .policies.page import PoliciesPage
    from .scenario.debrief_page import DebriefPage
    from .simulator.page import SimulatorPage


def _overview() -> type[OverviewPage]:
    from .overview.page import OverviewPage

    return OverviewPage


def _certificates() -> type[CertificatesPage]:
    from .certificates.page import CertificatesPage

    return CertificatesPage


def _devices() -> type[DevicesPage]:
    from .devices.page import DevicesPage

    return DevicesPage


def _authorities() -> type[AuthoritiesPage]:
    from .authorities.page import AuthoritiesPage

    return AuthoritiesPage


def _policies() -> type[PoliciesPage]:
    from .policies.page import PoliciesPage

    return PoliciesPage


def _device_certificates() -> type[DeviceCertificatesPage]:
    from .device_certificates.page import DeviceCertificatesPage

    return DeviceCertificatesPage


def _checklist() -> type[ChecklistPage]:
    from .checklist.page import ChecklistPage

    return ChecklistPage


def _endpoints() -> type[EndpointsPage]:
    from .endpoints.page import EndpointsPage

    return EndpointsPage


def _simulator() -> type[SimulatorPage]:
    from .simulator.page import SimulatorPage

    return SimulatorPage


def _forecast() -> type[ForecastPage]:
    from .forecast.page import ForecastPage

    return ForecastPage


def _debrief() -> type[DebriefPage]:
    from .scenario.debrief_page import DebriefPage

    return DebriefPage


def _notices() -> type[NoticesPage]:
    from .notices.page import NoticesPage

    return NoticesPage


def _audit() -> type[AuditPage]:
    from .audit.page import AuditPage

    return AuditPage


SCREENS: Mapping[str, Callable[[], type[Screen[Any]]]] = {
    "overview": _overview,
    "certificates": _certificates,
    "devices": _devices,
    "authorities": _authorities,
    "policies": _policies,
    "device-certificates": _device_certificates,  # the second list of Policies
    "checklist": _checklist,
    "endpoints": _endpoints,  # the second list of Checklist
    "simulator": _simulator,
    "forecast": _forecast,  # the second tab of Simulator
    "debrief": _debrief,  # of a scenario
    "notices": _notices,
    "audit": _audit,
}
"""Each imports the screen's class and returns it."""


def new_screen(name: str) -> Screen[Any]:
    """A new screen of this name."""
    return SCREENS[name]()()
