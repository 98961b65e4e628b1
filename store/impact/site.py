"""Settings of the deployment (site)."""

from __future__ import annotations

from typing import Any

import msgspec

from ..errors import Refusal
from ..model.site import SITE, SiteSettings
from ..use_cases import Context, UseCases


class Site(UseCases):
    """The settings of a workspace's deployment."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = self._database.table("settings")

    def get(self) -> SiteSettings:
        """The current settings."""
        document = self._table.get(doc_id=SITE)
        return SiteSettings() if document is None else msgspec.convert(dict(document), SiteSettings)

    def set(self, **fields: Any) -> SiteSettings:
        """Set some of them by name. Refuses with ``setting-invalid``."""
        with self._database.transaction():
            before = self.get()
            try:
                after = msgspec.convert({**msgspec.to_builtins(before), **fields}, SiteSettings)
            except msgspec.ValidationError as error:
                raise Refusal("setting-invalid", f"that setting can't be: {error}") from error
            days = tuple(sorted(set(after.gateway_notice_days), reverse=True))
            after = msgspec.structs.replace(after, gateway_notice_days=days)
            if after == before:
                return before
            self._table.upsert(self._table.document_class(msgspec.to_builtins(after), SITE))
            for name in after.__struct_fields__:
                if getattr(after, name) != getattr(before, name):
                    said = f"{name.replace('_', ' ')}: {_words(getattr(after, name))}"
                    self._audit.record("site.set", "settings:1", said)
        return after


def _words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(str(part) for part in value) or "never"
        case _:
            return str(value)
