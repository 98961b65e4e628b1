"""Planning an import: what it will do to the inventory, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..certificates.facts import ParsedCertificate
from ..errors import Refusal
from ..model.certificate import Certificate, CertificateFacts, UseAs
from .same_key import Lookup, issued, same_key, same_key_in_file
from .sources import OnConflict


class IntakeAction(StrEnum):
    """The kinds of steps for one certificate of a chain."""

    ADD = "add"
    LINK = "link"
    OVERWRITE = "overwrite"
    DELETE_AND_ADD = "delete and add"
    KEEP = "keep"
    LEAVE_OUT = "leave out"

    @property
    def adds(self) -> bool:
        """Whether it creates an entry."""
        return self in (IntakeAction.ADD, IntakeAction.DELETE_AND_ADD)

    @property
    def leaves(self) -> bool:
        """Whether the existing entry stays as it is."""
        return self in (IntakeAction.LINK, IntakeAction.KEEP)


class ImportStep(Struct, frozen=True):
    """A step for one certificate of the chain; ``existing`` is the entry with its key."""

    action: IntakeAction
    certificate: ParsedCertificate
    existing: Certificate | None = None


class Arrival(Struct, frozen=True):
    """How, when and by whom a certificate was imported. The names are those of the record."""

    source: str
    imported_at: datetime
    imported_by: str


def plan_import(
    chain: Sequence[ParsedCertificate], inventory: Lookup, on_conflict: OnConflict, places: Sequence[int] = ()
) -> list[ImportStep]:
    """Decide for each certificate of a chain, leaf first. One public key has at most one entry. ``places`` are those of
    the certificates in their file, for messages.

    Refuses with ``same-key`` if the key has another certificate and no choice was made, with ``same-key-in-file`` if
    the chain has two certificates of a key, and with ``certificate-replaced`` if the entry of that key has been
    replaced and must stay.
    """
    seen: dict[str, int] = {}
    steps: list[ImportStep] = []
    below: ParsedCertificate | None = None  # what the next one has to have issued; None where the chain has proven it
    for position, certificate in enumerate(chain):
        other = seen.setdefault(certificate.facts.public_key_sha256, position)
        if other != position and (on_conflict is not OnConflict.KEEP or not other):
            raise same_key_in_file(chain, other, position, places)
        if other != position or (below is not None and not issued(below, certificate)):
            steps.append(ImportStep(IntakeAction.LEAVE_OUT, certificate))
            below = below or steps[-2].certificate
            continue
        step = _step(position, chain, inventory, on_conflict, places)
        steps.append(step)
        below = inventory.parsed(step.existing.id) if step.action is IntakeAction.KEEP and step.existing else None
    return steps


def _step(
    position: int, chain: Sequence[ParsedCertificate], inventory: Lookup, on_conflict: OnConflict, places: Sequence[int]
) -> ImportStep:
    certificate = chain[position]
    holder = inventory.by_public_key(certificate.facts.public_key_sha256)
    if holder is None:
        return ImportStep(IntakeAction.ADD, certificate)
    if holder.fingerprint_sha256 == certificate.facts.fingerprint_sha256:
        return ImportStep(IntakeAction.LINK, certificate, holder)
    if position and on_conflict is OnConflict.KEEP and issued(chain[position - 1], inventory.parsed(holder.id)):
        return ImportStep(IntakeAction.KEEP, certificate, holder)
    if holder.replaced_by is not None:
        raise Refusal(
            "certificate-replaced",
            f"certificate {holder.id} ({holder.name}) has this key pair; it was replaced by {holder.replaced_by} "
            "and stays as it is",
            "Request the certificate again with a new private key.",
        )
    if on_conflict in (OnConflict.FAIL, OnConflict.KEEP):
        raise same_key(holder, position, chain, inventory, places)
    action = IntakeAction.OVERWRITE if on_conflict is OnConflict.REPLACE else IntakeAction.DELETE_AND_ADD
    return ImportStep(action, certificate, holder)


def not_done(step: ImportStep, use_as: UseAs | None, description: str) -> tuple[str, ...]:
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
