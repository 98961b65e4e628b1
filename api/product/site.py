"""Settings of the deployment: host names, notices, and when a certificate is expiring and critical."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Meta, field

from ...store.model.expiry import ExpiryLimit, ExpiryLimits, ExpiryUse
from ...store.model.site import SiteSettings
from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer, camel
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from .request_fields import Text, YesNo

router = Calls("/site", tag="impact")

_Days = Annotated[int, Meta(ge=0, le=3650)]


class SiteAnswer(Success, frozen=True, kw_only=True):
    """The settings."""

    site: SiteSettings


class FreezeDays(Body, kw_only=True):
    """The first and the last day of a change freeze, both included."""

    first: date
    last: date


class NewFreeze(FreezeDays, kw_only=True):
    """The same with its reason."""

    why: Text = None


class LimitFields(Body, kw_only=True):
    """So many days before the end, but at most the lifetime divided by ``lifetimeDivisor``."""

    days: _Days
    lifetimeDivisor: Annotated[int, Meta(ge=1, le=1000)]

    def limit(self) -> ExpiryLimit:
        """The limit."""
        return ExpiryLimit(self.days, self.lifetimeDivisor)


class LimitsFields(Body, kw_only=True):
    """The general limit, and those of uses; null for a use: the general limit applies to it again."""

    default: LimitFields | None = None
    byUse: dict[ExpiryUse, LimitFields | None] = field(default_factory=dict)

    def changed(self, known: ExpiryLimits) -> ExpiryLimits:
        """The limits, with these changed."""
        own = {use: limit for use, limit in known.by_use.items() if use not in self.byUse}
        own |= {use: limit.limit() for use, limit in self.byUse.items() if limit is not None}
        return ExpiryLimits(known.default if self.default is None else self.default.limit(), own)


class SiteChange(Body, kw_only=True):
    """The settings to change; missing ones keep their value."""

    migrated: YesNo | None = None
    sslOffload: YesNo | None = None
    apnsGraceDays: _Days | None = None
    gatewayNoticeDays: Annotated[list[_Days], Meta(max_length=100)] | None = None
    deleteInactiveDays: _Days | None = None
    pushesAMinute: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    mdmFqdn: Text = None
    gatewayFqdn: Text = None
    startByShare: Annotated[float, Meta(gt=0, le=1)] | None = None
    certificateLeadDays: _Days | None = None
    expiring: LimitsFields | None = None
    critical: LimitsFields | None = None


@router.get("", reads(SiteAnswer))
def get_site(workspace: Workspace) -> Answer:
    """Get the settings."""
    return _answer(workspace.site.get())


@router.put("", changes(SiteAnswer, "site.set"))
def change_site(workspace: Workspace, change: SiteChange) -> Answer:
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


@router.post("/freezes", changes(SiteAnswer, "site.freeze", 409))
def add_freeze(workspace: Workspace, freeze: NewFreeze) -> Answer:
    """Add a change freeze: days on which nobody starts a change."""
    return _answer(workspace.site.add_freeze(freeze.first, freeze.last, freeze.why or ""))


@router.delete("/freezes", changes(SiteAnswer, "site.freeze", 404))
def remove_freeze(workspace: Workspace, freeze: FreezeDays) -> Answer:
    """Remove the change freeze of these days."""
    return _answer(workspace.site.remove_freeze(freeze.first, freeze.last))


def _answer(settings: SiteSettings) -> Answer:
    return answer(SiteAnswer, site=camel(settings))
