"""The verdict on what an endpoint serves: a pure function of its reading, of what is known, and of the time.

Verdicts are never stored: what was read stays as it is, and what it means follows from the inventory of the moment. A
replacement turns *served* into *older* without another check.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..errors import Refusal
from ..inventory.host_names import host_problem, read_host
from ..inventory.status import status_within
from ..model.certificate import Certificate, CertificateFacts, Status, UseAs
from ..model.endpoint import AddressReading, Endpoint, EndpointReading, Failure
from ..model.endpoint_verdict import AddressVerdict, EndpointNote, EndpointState, EndpointVerdict, NoteCode
from ..model.expiry import ExpiryUse
from ..words import day
from .chain_notes import chain_notes
from .known import KnownCertificates
from .strength import weaker_than

_OLD_TLS = ("TLSv1", "TLSv1.1", "SSLv3")
_BADNESS = tuple(EndpointState)


def judge(
    endpoint: Endpoint, reading: EndpointReading | None, known: KnownCertificates, now: datetime
) -> EndpointVerdict:
    """The verdict on an endpoint at ``now`` (UTC, aware): the worst of its addresses.

    An address that this machine has no route to, such as an IPv6 address where there is no IPv6, counts only if no
    other one was reached.
    """
    if reading is None:
        return EndpointVerdict(endpoint=endpoint)
    at = int(reading.checked_at.timestamp())
    addresses = tuple(_judge(endpoint, one, known, now, at) for one in reading.addresses)
    counted = [one for one in addresses if one.reading.failure is not Failure.NO_ROUTE] or list(addresses)
    worst = max(counted, key=lambda one: _BADNESS.index(one.verdict))
    notes = _together(addresses)
    if len({one.fingerprint for one in addresses if one.fingerprint is not None}) > 1:
        said = "its addresses serve different certificates"
        notes = (EndpointNote(NoteCode.DIFFERS, said, tuple(one.address for one in reading.addresses)), *notes)
    return EndpointVerdict(
        endpoint=endpoint,
        reading=reading,
        verdict=worst.verdict,
        notes=notes,
        addresses=addresses,
        certificate_id=worst.certificate_id,
        fingerprint=worst.fingerprint,
        not_after=worst.not_after,
    )


def _together(addresses: Iterable[AddressVerdict]) -> tuple[EndpointNote, ...]:
    """Each note once, with the addresses that have it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in addresses:
        for note in one.notes:
            key = note.code, note.message
            found[key] = (*found.get(key, ()), one.reading.address)
    return tuple(EndpointNote(code, message, at) for (code, message), at in found.items())


def _judge(
    endpoint: Endpoint, reading: AddressReading, known: KnownCertificates, now: datetime, at: int
) -> AddressVerdict:
    leaf = known.served.get(reading.chain[0]) if reading.chain else None
    if leaf is None:
        failure = reading.failure or Failure.TLS_FAILED
        note = EndpointNote(failure, reading.said or "what it served is not kept any more")
        return AddressVerdict(reading=reading, verdict=EndpointState.UNREACHABLE, notes=(note,))
    entry = known.by_fingerprint.get(leaf.fingerprint_sha256)
    bound = None if endpoint.need is None else known.bound_to(endpoint.need, endpoint.name)
    verdict, first = _state(endpoint, leaf, entry, bound, known)
    chain = [one for fingerprint in reading.chain if (one := known.served.get(fingerprint)) is not None]
    path = [one for fingerprint in reading.path if (one := known.served.get(fingerprint)) is not None]
    notes = [*first, *_leaf_notes(endpoint, leaf, bound, known)]
    notes += [said for one in path if (said := _time_note(one, known, now)) is not None]
    notes += chain_notes(endpoint, reading, chain, path, known, at)
    if reading.tls_version in _OLD_TLS:
        notes.append(EndpointNote(NoteCode.OLD_TLS, f"it speaks nothing newer than {reading.tls_version}"))
    return AddressVerdict(
        reading=reading,
        verdict=verdict,
        notes=tuple(notes),
        certificate_id=None if entry is None else entry.id,
        not_after=leaf.not_after,
        chain=tuple(chain),
        chain_ids=tuple(
            None if (known_one := known.by_fingerprint.get(one.fingerprint_sha256)) is None else known_one.id
            for one in chain
        ),
    )


def _state(
    endpoint: Endpoint,
    leaf: CertificateFacts,
    entry: Certificate | None,
    bound: Certificate | None,
    known: KnownCertificates,
) -> tuple[EndpointState, list[EndpointNote]]:
    if entry is None:
        holder = known.by_key.get(leaf.public_key_sha256)
        if holder is None:
            return EndpointState.UNKNOWN, []
        older = leaf.not_before < holder.not_before
        said = f"it is {'an older' if older else 'another'} one of the key of certificate {holder.id} ({holder.name})"
        return (EndpointState.OLDER if older else EndpointState.UNKNOWN), [EndpointNote(NoteCode.SAME_KEY, said)]
    if entry.replaced_by is not None:
        said = f"certificate {entry.id} ({entry.name}) was replaced by {entry.replaced_by}"
        return EndpointState.OLDER, [EndpointNote(NoteCode.REPLACED, said)]
    if endpoint.need is None:
        return (EndpointState.SERVED if known.users_of(entry.id) else EndpointState.OTHER), []
    if bound is not None and bound.id == entry.id:
        return EndpointState.SERVED, []
    if bound is None:
        said = f"nothing is bound to {endpoint.need} {endpoint.name}".strip()
        return EndpointState.OTHER, [EndpointNote(NoteCode.NOTHING_BOUND, said)]
    users = ", ".join(f"{one.need} {one.name}".strip() for one in known.users_of(entry.id))
    said = f"certificate {entry.id} ({entry.name}) is bound to {users}, not to {endpoint.need}"
    return EndpointState.OTHER, [EndpointNote(NoteCode.BOUND_ELSEWHERE, said)] if users else []


def _leaf_notes(
    endpoint: Endpoint, leaf: CertificateFacts, bound: Certificate | None, known: KnownCertificates
) -> list[EndpointNote]:
    notes = []
    try:
        problem = host_problem(leaf, read_host(endpoint.wanted_name))
    except Refusal:  # a record from elsewhere
        problem = None
    if problem is not None:
        notes.append(EndpointNote(NoteCode.NAME_NOT_COVERED, f"{leaf.name} {problem}"))
    weaker = None if bound is None else weaker_than(leaf, bound)
    if bound is not None and weaker is not None:
        said = f"{leaf.name} {weaker}, as certificate {bound.id} has"
        notes.append(EndpointNote(NoteCode.WEAKER, said))
    return notes


def _time_note(certificate: CertificateFacts, known: KnownCertificates, now: datetime) -> EndpointNote | None:
    entry = known.by_fingerprint.get(certificate.fingerprint_sha256)
    rule = known.rules[ExpiryUse.CA if certificate.is_ca else ExpiryUse.SERVER]
    if entry is not None and entry.use_as is not UseAs.DEVICE:
        rule = known.rules.of(entry)
    found = status_within(certificate.not_before, certificate.not_after, now, rule)
    if found is Status.EXPIRED:
        return EndpointNote(NoteCode.EXPIRED, f"{certificate.name} expired on {day(certificate.not_after)}")
    if found is Status.NOT_YET_VALID:
        said = f"{certificate.name} is valid from {day(certificate.not_before)} on"
        return EndpointNote(NoteCode.NOT_YET_VALID, said)
    if found in (Status.CRITICAL, Status.EXPIRING):
        return EndpointNote(NoteCode.EXPIRES_SOON, f"{certificate.name} expires on {day(certificate.not_after)}")
    return None
