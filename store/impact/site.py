"""Settings of the deployment (site)."""

from __future__ import annotations

from typing import Any

import msgspec

from ..errors import Refusal
from ..inventory.expiry import ExpiryRules
from ..inventory.expiry_text import limit_words, limits_words
from ..model.certificate import Certificate
from ..model.events import Doubted
from ..model.expiry import ExpiryLimits, ExpiryUse
from ..model.site import SITE, SiteSettings
from ..use_cases import Context, UseCases
from .expiry_changes import DeviceCertificateEnd, status_changes


class Site(UseCases):
    """The settings of a workspace's deployment."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = self._database.table("settings")
        self._rules: tuple[int, ExpiryRules] | None = None

    def get(self) -> SiteSettings:
        """The current settings."""
        document = self._table.get(doc_id=SITE)
        return SiteSettings() if document is None else msgspec.convert(dict(document), SiteSettings)

    def expiry(self) -> ExpiryRules:
        """The rules for *expiring* and *critical*. Costs a comparison while no setting changes."""
        if self._rules is None or self._rules[0] != self._table.generation:
            self._rules = self._table.generation, expiry_rules(self.get())
        return self._rules[1]

    def set(self, **fields: Any) -> SiteSettings:
        """Set some of them by name. Refuses with ``setting-invalid``."""
        with self._database.transaction():
            before = self.get()
            try:
                wanted = {name: msgspec.to_builtins(value) for name, value in fields.items()}
                after = msgspec.convert({**msgspec.to_builtins(before), **wanted}, SiteSettings)
            except msgspec.ValidationError as error:
                raise Refusal("setting-invalid", f"that setting can't be: {error}") from error
            days = tuple(sorted(set(after.gateway_notice_days), reverse=True))
            after = msgspec.structs.replace(after, gateway_notice_days=days)
            _check_order(after)
            if after == before:
                return before
            self._table.upsert(self._table.document_class(msgspec.to_builtins(after), SITE))
            for name in after.__struct_fields__:
                if getattr(after, name) != getattr(before, name):
                    said = f"{name.replace('_', ' ')}: {_words(getattr(after, name))}"
                    self._audit.record("site.set", "settings:1", said)
            if (after.expiring, after.critical) != (before.expiring, before.critical):
                self._tell(Doubted(self._status_changes(before, after)))
        return after

    def _status_changes(self, before: SiteSettings, after: SiteSettings) -> tuple[str, ...]:
        entries = self._database.table("certificates").records(Certificate)
        devices = self._database.table("devices").records(DeviceCertificateEnd)
        return status_changes(entries, devices, self._clock.now(), expiry_rules(before), expiry_rules(after))


def expiry_rules(site: SiteSettings) -> ExpiryRules:
    """The rules for *expiring* and *critical* in these settings."""
    return ExpiryRules(site.expiring, site.critical)


def _check_order(site: SiteSettings) -> None:
    """Refuses with ``setting-invalid`` if something would be critical before it is expiring."""
    for use in ExpiryUse:
        expiring, critical = site.expiring.of(use), site.critical.of(use)
        if critical.days > expiring.days or critical.lifetime_divisor < expiring.lifetime_divisor:
            said = f"{use}: critical ({limit_words(critical)}) would begin before expiring ({limit_words(expiring)})"
            raise Refusal("setting-invalid", said, "Set both.")


def _words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case ExpiryLimits():
            return limits_words(value)
        case tuple():
            return ", ".join(str(part) for part in value) or "never"
        case _:
            return str(value)
