"""The endpoints, a module for each part of the product."""

from __future__ import annotations

from . import authentication, devices

ALL = (authentication.anybody, authentication.router, devices.router)
