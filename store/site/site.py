"""Settings of the deployment (site)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ..audit_copies.destination import read_destination
from ..components.fitting import name_doubt
from ..components.naming import title_of
from ..components.needs import BY_ID
from ..consequences.gates import outages
from ..consequences.interruptions import Interruptions
from ..devices.deletion import silent_devices
from ..errors import Refusal
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..inventory.expiry_text import limit_words, limits_words
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.device import Device
from ..model.events import Doubted
from ..model.expiry import ExpiryLimits, ExpiryUse
from ..model.site import SITE, Freeze, SiteSettings
from ..notices.addresses import host_name, is_ip
from ..notices.people import is_same, person
from ..printable import printable
from ..start_by.freezes import added_text, freeze_doubts, freeze_notes, with_freeze, without_freeze
from ..times import next_week
from ..use_cases import Context, UseCases
from ..words import day, minute
from .expiry_changes import DeviceCertificateEnd, status_changes

LONGEST_NAME = 60
_PEOPLE = ("default_owner", "default_deputy")


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
        """Set some of them by name. Refuses with ``setting-invalid`` or ``person-unknown``."""
        with self._database.transaction():
            before = self.get()
            try:
                wanted = {name: msgspec.to_builtins(value) for name, value in fields.items()}
                after = msgspec.convert({**msgspec.to_builtins(before), **wanted}, SiteSettings)
            except msgspec.ValidationError as error:
                raise Refusal("setting-invalid", f"that setting can't be: {error}") from error
            days = tuple(sorted(set(after.gateway_notice_days), reverse=True))
            names = {name: _fqdn(getattr(after, name)) for name in ("mdm_fqdn", "gateway_fqdn")}
            people = {name: person(self._database, getattr(after, name)) for name in _PEOPLE if name in fields}
            after = msgspec.structs.replace(after, gateway_notice_days=days, **names, **people)
            if is_same(after.default_owner, after.default_deputy):
                raise Refusal("setting-invalid", "the default deputy can't be the default owner", "Name another one.")
            after = msgspec.structs.replace(after, protected_name=_name(after.protected_name))
            _check_order(after)
            if after.audit_copy != before.audit_copy:
                read_destination(after.audit_copy)
            if after == before:
                return before
            self._table.upsert(self._table.document_class(msgspec.to_builtins(after), SITE))
            for name in after.__struct_fields__:
                if getattr(after, name) != getattr(before, name):
                    said = f"{name.replace('_', ' ')}: {_words(getattr(after, name))}"
                    self._audit.record("site.set", "settings:1", said)
            if (after.mdm_fqdn, after.gateway_fqdn) != (before.mdm_fqdn, before.gateway_fqdn):
                self._tell(Doubted(self._other_names(after)))
            if (after.expiring, after.critical) != (before.expiring, before.critical):
                self._tell(Doubted(self._status_changes(before, after)))
            if after.delete_inactive_days != before.delete_inactive_days and after.delete_inactive_days:
                self._tell(Doubted(self._to_delete(after.delete_inactive_days)))
        return after

    def add_freeze(self, first: date, last: date, why: str = "") -> SiteSettings:
        """Add a change freeze. Refuses with ``freeze-invalid`` and ``freeze-exists``."""
        freeze = Freeze(first=first, last=last, why=why.strip())
        with self._database.transaction():
            before = self.get()
            freezes = with_freeze(before.freezes, freeze)
            self._tell(Doubted(freeze_doubts(before.freezes, freeze, self._clock.now().date())))
            return self._set_freezes(before, freezes, added_text(freeze))

    def remove_freeze(self, first: date, last: date) -> SiteSettings:
        """Remove a change freeze. Refuses with ``freeze-unknown``."""
        with self._database.transaction():
            before = self.get()
            left = without_freeze(before.freezes, first, last)
            return self._set_freezes(before, left, f"change freeze {day(first)}..{day(last)} removed")

    def freeze_notes(self, what: str) -> tuple[str, ...]:
        """That today is in a change freeze, for ``what`` is started."""
        return freeze_notes(self.get().freezes, self._clock.now().date(), what)

    def _set_freezes(self, before: SiteSettings, freezes: tuple[Freeze, ...], said: str) -> SiteSettings:
        after = msgspec.structs.replace(before, freezes=freezes)
        self._table.upsert(self._table.document_class(msgspec.to_builtins(after), SITE))
        self._audit.record("site.freeze", "settings:1", said)
        return after

    def _to_delete(self, days: int) -> tuple[str, ...]:
        """How many devices have been silent for so many days."""
        now = self._clock.now()
        known = outages(Interruptions(self._database.table("interruptions")).list(), None)
        devices = self._database.table("devices").each(Device)
        count = sum(1 for _ in silent_devices(devices, days, now, known))
        if not count:
            return ()
        when = minute(next_week(now))
        if count == 1:
            return (f"1 device has been silent for so long and is deleted on {when}, unless it comes before",)
        return (f"{count:,} devices have been silent for so long and are deleted on {when}, unless they come before",)

    def _other_names(self, site: SiteSettings) -> tuple[str, ...]:
        """Which components use a certificate that is not for the site's names."""
        found = []
        for component in self._database.table("components").records(Component):
            entry = self._database.table("certificates").record(component.certificate_id or 0, Certificate)
            doubt = None if entry is None else name_doubt(BY_ID[component.need], entry, site)
            if doubt is not None:
                found.append(f"{title_of(component)}: {doubt}")
        return tuple(found)

    def _status_changes(self, before: SiteSettings, after: SiteSettings) -> tuple[str, ...]:
        entries = self._database.table("certificates").records(Certificate)
        devices = self._database.table("devices").each(DeviceCertificateEnd)
        return status_changes(entries, devices, self._clock.now(), expiry_rules(before), expiry_rules(after))


def _fqdn(text: str) -> str:
    """A host name without a final dot, in lower case; refuses with ``setting-invalid``."""
    if not text.strip():
        return ""
    host = host_name(text.strip().removesuffix("."))
    if host is None or is_ip(host) or "." not in host:
        raise Refusal("setting-invalid", f"{text[:60]!r} is not a host name", "Write it like mdm.example.com.")
    return host.lower()


def _name(text: str) -> str:
    """A name that people can type; refuses with ``setting-invalid``."""
    name = text.strip()
    if len(name) > LONGEST_NAME or printable(name) != name:
        raise Refusal(
            "setting-invalid",
            "a protected workspace has to have a name that can be typed",
            f"Use up to {LONGEST_NAME} printable characters.",
        )
    return name


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
        case None:
            return "usual"
        case ExpiryLimits():
            return limits_words(value)
        case str():
            return value or "none"
        case tuple():
            return ", ".join(str(part) for part in value) or "never"
        case _:
            return str(value)
