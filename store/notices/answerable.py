"""Who answers for a record: what was set for it, for what uses it, or the site's default; and whom a notice goes to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..model.certificate import Certificate
from ..model.component import Component
from ..model.endpoint import Endpoint
from ..model.notice import Notice, Stage
from ..model.ownership import Answerable, OwnershipRecord
from ..model.site import SITE, SiteSettings
from ..persistence.database import Database
from ..persistence.records import RecordTable
from .addresses import mail_address

KINDS = {"certificate": "certificates", "component": "components", "authority-group": "authority_groups"}
"""What can have an owner, and its table."""
BY_SITE = "site"


def ownerships(database: Database) -> RecordTable[OwnershipRecord]:
    """What was set."""
    return RecordTable(database.table("ownerships"), OwnershipRecord)


def answerable(database: Database, record: str) -> Answerable:
    """Who answers for a record. A certificate inherits from the component that uses it, a component from its
    certificate, everything from the site."""
    table, settings = ownerships(database), database.table("settings").get(doc_id=SITE)
    site = SiteSettings() if settings is None else msgspec.convert(dict(settings), SiteSettings)
    sources = [one for name in _sources(database, record) for one in table.find("record", name)] if len(table) else []
    sources.append(OwnershipRecord(id=0, record=BY_SITE, owner=site.default_owner, deputy=site.default_deputy))
    owner = next((one for one in sources if one.owner), None)
    # A deputy goes with the owner that it was set for: the site's isn't that of everybody.
    deputies = [one.deputy for one in sources if one.deputy and (one.record != BY_SITE or owner is one)]
    return Answerable(
        owner="" if owner is None else owner.owner,
        deputy=deputies[0] if deputies else "",
        runbook=next((one.runbook for one in sources if one.runbook), ""),
        owner_by="" if owner is None else owner.record,
    )


def addresses_of(notice: Notice) -> tuple[str, ...]:
    """Whom a mail of a notice goes to at its stage: the owner or the deputy, and whom it concerns besides; empty for
    the recipients of all mails, which is also where it goes if they have no mail address."""
    who = {Stage.OWNER: notice.owner, Stage.DEPUTY: notice.deputy}.get(notice.stage, "")
    address = mail_address(who) if "@" in who else None
    if address is None:
        return ()
    others = (mail_address(notice.recipient),) if notice.recipient and notice.stage is Stage.OWNER else ()
    return tuple({one.casefold(): one for one in (address, *others) if one is not None}.values())


def _sources(database: Database, record: str) -> Iterator[str]:
    """The records that it inherits from, itself first."""
    yield record
    kind, _, number = record.partition(":")
    id = int(number) if number.isdecimal() else 0
    match kind:
        case "certificate":
            for component in database.table("components").find("certificate_id", id):
                yield f"component:{component.doc_id}"
            entry = database.table("certificates").record(id, Certificate)
            # Until a follow-up is done, a component still serves the replaced one.
            if entry is not None and entry.replaced_by is not None:
                yield f"certificate:{entry.replaced_by}"
        case "endpoint":
            endpoint = database.table("endpoints").record(id, Endpoint)
            if endpoint is not None and endpoint.need is not None:
                for document in database.table("components").find("need", endpoint.need):
                    if document["name"] == endpoint.name:
                        yield f"component:{document.doc_id}"
        case "component":
            one = database.table("components").record(id, Component)
            if one is not None and one.certificate_id is not None:
                yield f"certificate:{one.certificate_id}"
        case "profile":
            for one in database.table("components").records(Component):
                if one.profile_id == id:
                    yield f"component:{one.id}"
