"""Settings of the deployment: host names, notices, and when a certificate is expiring and critical."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, field
from msgspec.structs import asdict

from ...store.model.expiry import ExpiryLimit, ExpiryLimits, ExpiryUse
from ...store.model.site import SiteSettings
from ...store.workspace import Workspace
from ..product.request_fields import IN_DAYS, IN_HOURS, Text, YesNo
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/site", tag="impact")

_Days = Annotated[int, Meta(ge=0, le=3650), IN_DAYS]


class SiteAnswer(DoneAnswer, frozen=True, kw_only=True):
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
    """So many days before the end, but at most the lifetime divided by ``lifetime_divisor``."""

    days: _Days
    lifetime_divisor: Annotated[int, Meta(ge=1, le=1000)]

    def limit(self) -> ExpiryLimit:
        """The limit."""
        return ExpiryLimit(self.days, self.lifetime_divisor)


class LimitsFields(Body, kw_only=True):
    """The general limit, and those of uses; null for a use: the general limit applies to it again."""

    default: LimitFields | None = None
    by_use: dict[ExpiryUse, LimitFields | None] = field(default_factory=dict)

    def changed(self, known: ExpiryLimits) -> ExpiryLimits:
        """The limits, with these changed."""
        own = {use: limit for use, limit in known.by_use.items() if use not in self.by_use}
        own |= {use: limit.limit() for use, limit in self.by_use.items() if limit is not None}
        return ExpiryLimits(known.default if self.default is None else self.default.limit(), own)


class SiteChange(Body, kw_only=True):
    """The settings to change; missing ones keep their value."""

    migrated: YesNo | None = None
    ssl_offload: YesNo | None = None
    apns_grace_days: _Days | None = None
    gateway_notice_days: Annotated[list[_Days], Meta(max_length=100)] | None = None
    delete_inactive_days: _Days | None = None
    pushes_a_minute: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    mdm_fqdn: Text = None
    gateway_fqdn: Text = None
    start_by_share: Annotated[float, Meta(gt=0, le=1)] | None = None
    certificate_lead_days: _Days | None = None
    default_owner: Text = None
    default_deputy: Text = None
    escalation_hours: Annotated[int, Meta(ge=0, le=8760), IN_HOURS] | None = None
    drills: YesNo | None = None
    protected_name: Text = None
    endpoint_hours: Annotated[int, Meta(ge=1, le=168), IN_HOURS] | None = None
    operator_hours: Annotated[int, Meta(ge=0, le=8760), IN_HOURS] | None = None
    simulated_nodes: Annotated[int, Meta(ge=1, le=16)] | None = None
    forgotten_nodes: Annotated[int, Meta(ge=0, le=16)] | None = None
    expiring: LimitsFields | None = None
    critical: LimitsFields | None = None


@calls.get("", reads(SiteAnswer))
def get_site(workspace: Workspace) -> HttpAnswer:
    """Get the settings."""
    return _answer(workspace.site.get())


@calls.put("", changes(SiteAnswer, "site.set"))
def change_site(workspace: Workspace, change: SiteChange) -> HttpAnswer:
    """Change settings; missing fields keep their value."""
    known = workspace.site.get()
    wanted = {name: value for name, value in asdict(change).items() if value is not None}
    if change.expiring is not None:
        wanted["expiring"] = change.expiring.changed(known.expiring)
    if change.critical is not None:
        wanted["critical"] = change.critical.changed(known.critical)
    return _answer(workspace.site.set(**wanted))


@calls.post("/freezes", changes(SiteAnswer, "site.freeze", 409))
def add_freeze(workspace: Workspace, freeze: NewFreeze) -> HttpAnswer:
    """Add a change freeze: days on which nobody starts a change."""
    return _answer(workspace.site.add_freeze(freeze.first, freeze.last, freeze.why or ""))


@calls.delete("/freezes", changes(SiteAnswer, "site.freeze", 404))
def remove_freeze(workspace: Workspace, freeze: FreezeDays) -> HttpAnswer:
    """Remove the change freeze of these days."""
    return _answer(workspace.site.remove_freeze(freeze.first, freeze.last))


def _answer(settings: SiteSettings) -> HttpAnswer:
    return answer(SiteAnswer, site=settings)
