"""Settings of the deployment: host names, notices, and when a certificate is expiring and critical."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from ...store.model.expiry import ExpiryLimit, ExpiryLimits, ExpiryUse
from ...store.model.site import SiteSettings
from ..server.answers import Success, answer, camel
from ..server.session import OpenWorkspace, SignedIn, changes, reads, token_needed
from .request_fields import Body, Text, YesNo

router = APIRouter(prefix="/site", tags=["impact"], route_class=SignedIn, dependencies=[token_needed])

_Days = Annotated[int, Field(ge=0, le=3650)]


class SiteAnswer(Success, frozen=True, kw_only=True):
    """The settings."""

    site: SiteSettings


class FreezeDays(Body):
    """The first and the last day of a change freeze, both included."""

    first: date
    last: date


class NewFreeze(FreezeDays):
    """The same with its reason."""

    why: Text = None


class LimitFields(Body):
    """So many days before the end, but at most the lifetime divided by ``lifetimeDivisor``."""

    days: _Days
    lifetimeDivisor: Annotated[int, Field(ge=1, le=1000)]

    def limit(self) -> ExpiryLimit:
        """The limit."""
        return ExpiryLimit(self.days, self.lifetimeDivisor)


class LimitsFields(Body):
    """The general limit, and those of uses; null for a use: the general limit applies to it again."""

    default: LimitFields | None = None
    byUse: dict[ExpiryUse, LimitFields | None] = Field(default_factory=dict)

    def changed(self, known: ExpiryLimits) -> ExpiryLimits:
        """The limits, with these changed."""
        own = {use: limit for use, limit in known.by_use.items() if use not in self.byUse}
        own |= {use: limit.limit() for use, limit in self.byUse.items() if limit is not None}
        return ExpiryLimits(known.default if self.default is None else self.default.limit(), own)


class SiteChange(Body):
    """The settings to change; missing ones keep their value."""

    migrated: YesNo | None = None
    sslOffload: YesNo | None = None
    apnsGraceDays: _Days | None = None
    gatewayNoticeDays: Annotated[list[_Days], Field(max_length=100)] | None = None
    deleteInactiveDays: _Days | None = None
    pushesAMinute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    mdmFqdn: Text = None
    gatewayFqdn: Text = None
    startByShare: Annotated[float, Field(gt=0, le=1)] | None = None
    certificateLeadDays: _Days | None = None
    expiring: LimitsFields | None = None
    critical: LimitsFields | None = None


@router.get("", **reads(SiteAnswer))
def get_site(workspace: OpenWorkspace) -> Response:
    """Get the settings."""
    return _answer(workspace.site.get())


@router.put("", **changes(SiteAnswer, "site.set"))
def change_site(workspace: OpenWorkspace, change: SiteChange) -> Response:
    """Change settings; missing fields keep their value."""
    known = workspace.site.get()
    wanted: dict[str, Any] = {
        "migrated": change.migrated,
        "ssl_offload": change.sslOffload,
        "apns_grace_days": change.apnsGraceDays,
        "gateway_notice_days": change.gatewayNoticeDays,
        "delete_inactive_days": change.deleteInactiveDays,
        "start_by_share": change.startByShare,
        "certificate_lead_days": change.certificateLeadDays,
        "pushes_a_minute": change.pushesAMinute,
        "mdm_fqdn": change.mdmFqdn,
        "gateway_fqdn": change.gatewayFqdn,
        "expiring": None if change.expiring is None else change.expiring.changed(known.expiring),
        "critical": None if change.critical is None else change.critical.changed(known.critical),
    }
    return _answer(workspace.site.set(**{name: value for name, value in wanted.items() if value is not None}))


@router.post("/freezes", **changes(SiteAnswer, "site.freeze", 409))
def add_freeze(workspace: OpenWorkspace, freeze: NewFreeze) -> Response:
    """Add a change freeze: days on which nobody starts a change."""
    return _answer(workspace.site.add_freeze(freeze.first, freeze.last, freeze.why or ""))


@router.delete("/freezes", **changes(SiteAnswer, "site.freeze", 404))
def remove_freeze(workspace: OpenWorkspace, freeze: FreezeDays) -> Response:
    """Remove the change freeze of these days."""
    return _answer(workspace.site.remove_freeze(freeze.first, freeze.last))


def _answer(settings: SiteSettings) -> Response:
    return answer(SiteAnswer, site=camel(settings))
