"""Planning an import: what it will do to the inventory, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..certificates.facts import ParsedCertificate
from ..errors import Refusal
from ..model.certificate import Certificate, CertificateFacts, UseAs
from .sources import OnConflict


class Lookup(Protocol):
    """The part of the inventory that the rules need."""

    def by_public_key(self, sha256: str) -> Certificate | None:
        """The one entry that holds this public key."""
        ...


class IntakeAction(StrEnum):
    """The kinds of steps for one certificate of a chain."""

    ADD = "add"
    LINK = "link"
    OVERWRITE = "overwrite"
    DELETE_AND_ADD = "delete and add"

    @property
    def adds(self) -> bool:
        """Whether it creates an entry."""
        return self in (IntakeAction.ADD, IntakeAction.DELETE_AND_ADD)


class Planned(Struct, frozen=True):
    """A step for one certificate of the chain; ``existing`` is the entry with its key."""

    action: IntakeAction
    certificate: ParsedCertificate
    existing: Certificate | None = None


class Arrival(Struct, frozen=True):
    """How, when and by whom a certificate was imported. The names are those of the record."""

    source: str
    imported_at: datetime
    imported_by: str


def plan_import(chain: Sequence[ParsedCertificate], inventory: Lookup, on_conflict: OnConflict) -> list[Planned]:
    """Decide for each certificate of a chain, leaf first. One public key has at most one entry.

    Refuses with ``same-key`` if the key has another certificate and no choice was made, and with
    ``certificate-replaced`` if the entry of that key has been replaced and must stay.
    """
    _refuse_repeated_keys(chain)
    steps = []
    for certificate in chain:
        holder = inventory.by_public_key(certificate.facts.public_key_sha256)
        if holder is None:
            steps.append(Planned(IntakeAction.ADD, certificate))
        elif holder.fingerprint_sha256 == certificate.facts.fingerprint_sha256:
            steps.append(Planned(IntakeAction.LINK, certificate, holder))
        else:
            steps.append(_resolve(certificate, holder, on_conflict))
    return steps


def _resolve(certificate: ParsedCertificate, twin: Certificate, on_conflict: OnConflict) -> Planned:
    if twin.replaced_by is not None:
        raise Refusal(
            "certificate-replaced",
            f"certificate {twin.id} ({twin.name}) has this key pair; it was replaced by {twin.replaced_by} "
            "and stays as it is",
            "Request the certificate again with a new private key.",
        )
    if on_conflict is OnConflict.FAIL:
        raise Refusal(
            "same-key",
            f"certificate {twin.id} ({twin.name}) has the same key pair as {certificate.facts.name}; "
            "one certificate per public key can be in the inventory",
            "Choose: --on-conflict replace puts the new certificate into that entry, which keeps its private key; "
            "--on-conflict delete deletes that entry first, with its private key.",
        )
    action = IntakeAction.OVERWRITE if on_conflict is OnConflict.REPLACE else IntakeAction.DELETE_AND_ADD
    return Planned(action, certificate, twin)


def _refuse_repeated_keys(chain: Sequence[ParsedCertificate]) -> None:
    seen: dict[str, ParsedCertificate] = {}
    for certificate in chain:
        other = seen.setdefault(certificate.facts.public_key_sha256, certificate)
        if other is not certificate:
            raise Refusal(
                "same-key-in-file",
                f"two certificates of the file have the same key pair: {other.facts.name} and {certificate.facts.name}",
                "Import the one that is in use.",
            )


def not_done(step: Planned, use_as: UseAs | None, description: str) -> tuple[str, ...]:
    """The parts of the request that were not carried out for the leaf, because its entry existed already, in
    sentences."""
    entry, text = step.existing, description.strip()
    if entry is None or step.action.adds:
        return ()
    title = f"certificate {entry.id} ({entry.name}) is in the inventory already"
    notes = []
    if use_as is not None and use_as is not entry.use_as:
        notes.append(f"{title}: its use stays {entry.use_as}, and was not set to {use_as}")
    if step.action is IntakeAction.LINK and text and text != entry.description:
        kept = f"stays {entry.description!r}" if entry.description else "stays empty"
        notes.append(f"{title}: its description {kept}")
    return tuple(notes)


def new_entry(facts: CertificateFacts, *, id: int, use_as: UseAs, came: Arrival) -> Certificate:
    """An entry for a certificate that the inventory doesn't hold yet."""
    return Certificate(**asdict(facts), **asdict(came), id=id, use_as=use_as)


def overwrite(entry: Certificate, facts: CertificateFacts, came: Arrival) -> Certificate:
    """The same entry (id, use, description, key) with another certificate of its key pair."""
    return replace(entry, **asdict(facts), **asdict(came))
