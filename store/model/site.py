"""Settings of the deployment (site)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from .expiry import CRITICAL, EXPIRING, ExpiryLimits
from .ownership import Person

Days = Annotated[int, Meta(ge=0, le=3650)]

Share = Annotated[float, Meta(gt=0, le=1)]
PUSHES_A_MINUTE = 1000
"""What a site that says nothing pushes, so that not all devices come at once. Assumed: see docs/simulator.md."""

SITE = 1
"""The document of the table ``settings`` that holds it."""


class Freeze(Struct, frozen=True, kw_only=True):
    """A change freeze: nobody starts a change from ``first`` to ``last``, both included."""

    first: date
    last: date
    why: str = ""


class SiteSettings(Struct, frozen=True, kw_only=True):
    """``migrated``: the site came from XenMobile Server, so it has its own certificate for the MDM FQDN, and support
    needs each new one. ``ssl_offload``: NetScaler Gateway uses SSL offload, so its load balancer has a copy of the CA
    certificates. ``apns_grace_days``: how long after its expiry a push certificate can be renewed without losing
    devices. ``gateway_notice_days``: how many days before the expiry of a gateway certificate a notice is given.
    ``mdm_fqdn`` and ``gateway_fqdn`` are the host names that devices connect to, empty if unknown. ``expiring`` and
    ``critical``: how long before its expiry a certificate gets that status. ``delete_inactive_days``: a device that has
    been silent for so many days is deleted; 0 for never. ``freezes``: change freezes, in order. ``start_by_share``: the
    share of devices that a change has to get across in time. ``certificate_lead_days``: the days that it takes to get a
    certificate. ``pushes_a_minute``: how many simulated devices that are asked together the server pushes to in a
    minute. ``default_owner`` and ``default_deputy`` answer for whatever has no owner of its own; empty for nobody.
    ``escalation_hours``: a notice that nobody has acknowledged for so long goes to the deputy, and after as long again
    to all; 0 for never. ``drills``: whether owners are asked for an answer twice a year. ``backup_folder``: where
    backups go that are given no place, empty for beside the workspace. ``automatic_backups``: whether they are made
    daily and before migrations and the like; None leaves it to the clock: with the wall clock they are.
    ``audit_copy``: where audit lines go besides the database: a file, ``syslog``, ``syslog:ADDRESS:PORT``, or empty for
    nowhere. ``protected_name``: the name that has to be said before something is stopped or stranded; empty for a
    workspace that isn't protected. ``private_endpoints``: whether endpoints that somebody added over the network may
    have private addresses. ``endpoint_hours``: how many hours apart endpoints are checked. On a virtual clock, an
    operator puts the bound certificate on each of the ``simulated_nodes`` of an endpoint after ``operator_hours``, and
    forgets the last ``forgotten_nodes`` of them."""

    migrated: bool = False
    ssl_offload: bool = False
    apns_grace_days: Days = 0
    gateway_notice_days: tuple[Days, ...] = (30, 14, 7, 1)
    mdm_fqdn: str = ""
    gateway_fqdn: str = ""
    expiring: ExpiryLimits = EXPIRING
    critical: ExpiryLimits = CRITICAL
    delete_inactive_days: Days = 0
    freezes: tuple[Freeze, ...] = ()
    start_by_share: Share = 0.99
    certificate_lead_days: Days = 7
    pushes_a_minute: Annotated[int, Meta(ge=1, le=1_000_000)] = PUSHES_A_MINUTE
    default_owner: Person = ""
    default_deputy: Person = ""
    escalation_hours: Annotated[int, Meta(ge=0, le=8760)] = 24
    drills: bool = True
    backup_folder: str = ""
    automatic_backups: bool | None = None
    audit_copy: str = ""
    protected_name: str = ""
    private_endpoints: bool = False
    endpoint_hours: Annotated[int, Meta(ge=1, le=168)] = 6
    operator_hours: Annotated[int, Meta(ge=0, le=8760)] = 24
    simulated_nodes: Annotated[int, Meta(ge=1, le=16)] = 2
    forgotten_nodes: Annotated[int, Meta(ge=0, le=16)] = 0
