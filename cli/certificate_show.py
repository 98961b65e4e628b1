"""``certfleet certificate show``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import click

from ..store.impact.needs import BY_ID
from ..store.impact.outlook import Dependence, affected
from ..store.impact.views import dependence_as_json
from ..store.model.certificate import Certificate
from ..store.model.component import Component
from ..store.model.device import Platform
from ..store.words import moment
from .consequences import placed_title
from .frame.answer import details, emit
from .frame.parameters import id_argument
from .frame.session import Session, pass_session
from .phrases import devices, key_kind, standing, title


@click.command()
@id_argument
@pass_session
def show(session: Session, id: int) -> None:
    """Show one entry: what the certificate says, what the inventory knows of it, its chain, what depends on it and what
    stops when it ends."""
    with session.open() as workspace:
        inventory = workspace.inventory
        entry, chain, issued = inventory.get(id), inventory.chain(id), inventory.issued(id)
        depends, counts = workspace.impact.dependences(id), workspace.impact.platforms()
        to_come = [one for one in workspace.components.using(id) if one.certificate_id == id != one.served_id]
        if session.json:
            emit(
                {
                    "certificate": inventory.as_json(entry),
                    "chain": [inventory.as_json(link) for link in chain],
                    "issued": [inventory.as_json(child) for child in issued],
                    "depends": [dependence_as_json(one, counts) for one in depends],
                }
            )
        else:
            now = workspace.now()
            pairs = [*_facts(entry, now), *_entry(entry), *_relatives(chain, issued, now)]
            details([*pairs, ("depends on it", "\n".join(_depending(depends, to_come, counts)) or "nothing")])


def _facts(entry: Certificate, now: datetime) -> list[tuple[str, str]]:
    return [
        ("certificate", title(entry)),
        ("status", standing(entry, now)),
        ("subject", entry.subject),
        ("issuer", entry.issuer),
        ("serial number", entry.serial_number),
        ("SANs", "\n".join(entry.sans) or "none"),
        ("not before", moment(entry.not_before)),
        ("not after", moment(entry.not_after)),
        ("key", key_kind(entry)),
        ("signature", entry.signature_algorithm),
        ("CA certificate", "yes" if entry.is_ca else "no"),
        ("key usage", ", ".join(entry.key_usage) or "not limited"),
        ("extended key usage", ", ".join(entry.extended_key_usage) or "not limited"),
        ("SHA-256", entry.fingerprint_sha256),
        ("SHA-256 of the key", entry.public_key_sha256),
    ]


def _entry(entry: Certificate) -> list[tuple[str, str]]:
    return [
        ("use as", entry.use_as.value),
        ("description", entry.description or "none"),
        ("private key", "kept" if entry.has_private_key else "none"),
        ("keystore password", "kept" if entry.has_password else "none"),
        ("alias", entry.alias or "none"),
        ("imported", f"{moment(entry.imported_at)} by {entry.imported_by} from {entry.source or 'data'}"),
        ("replaced by", f"#{entry.replaced_by}" if entry.replaced_by else "nothing"),
    ]


def _relatives(chain: list[Certificate], issued: list[Certificate], now: datetime) -> list[tuple[str, str]]:
    return [
        ("chain", "\n".join(f"{title(link)}: {standing(link, now)}" for link in chain)),
        ("issued", "\n".join(title(child) for child in issued) or "nothing in the inventory"),
    ]


def _depending(
    depends: Iterable[Dependence], to_come: Iterable[Component], counts: Mapping[Platform, int]
) -> Iterable[str]:
    """What depends on it, a line each, with what stops when it ends indented below; and what will, later."""
    for one in depends:
        how = ", through its chain" if one.through_chain else ", until a task is done" if one.waits else ""
        yield f"{placed_title(BY_ID[one.component.need], one.component.name)}{how}; from {moment(one.at)} on"
        for effect in one.effects:
            yield f"  {effect.level}: {effect.seen} ({devices(affected(effect.platforms, counts))})"
    for component in to_come:
        yield f"{placed_title(BY_ID[component.need], component.name)}, once a task is done"
