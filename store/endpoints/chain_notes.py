"""What there is to say of a chain as it was sent, and how many devices get SSL Error 61 from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..devices.gate import ServedChain
from ..devices.trust import would_be_refused
from ..inventory.chain_ends import end_of_chain, is_complete, issuer_name
from ..model.certificate import CertificateFacts, is_root
from ..model.endpoint import AddressReading, Endpoint
from ..model.endpoint_verdict import EndpointNote, NoteCode
from ..words import plural
from .known import KnownCertificates


def chain_notes(
    endpoint: Endpoint,
    reading: AddressReading,
    chain: Sequence[CertificateFacts],
    path: Sequence[CertificateFacts],
    known: KnownCertificates,
    at: int,
) -> Iterator[EndpointNote]:
    """The notes on a chain. ``chain`` is what was sent, ``path`` the leaf's chain in it; ``at`` when it was read (Unix
    time)."""
    top = path[-1]
    issuer = None if is_root(top) else known.issuer_of(top)
    complete = is_complete(top, issuer, publicly_trusted=reading.publicly_trusted)
    if not complete:
        where = (
            "which is neither in the inventory nor a public root"
            if issuer is None
            else f"which is certificate {issuer.id} of the inventory"
        )
        said = f"the chain is incomplete: {end_of_chain(top)}, {where}"
        yield EndpointNote(NoteCode.CHAIN_INCOMPLETE, said)
    if endpoint.need is not None and known.shown(endpoint.need):
        ids = [entry.id for one in path if (entry := known.by_fingerprint.get(one.fingerprint_sha256)) is not None]
        ids += [] if issuer is None else [issuer.id]
        everywhere = complete and (reading.publicly_trusted or bool(known.preinstalled & set(ids[-1:])))
        served = ServedChain(tuple(ids), at, everywhere, top.name, complete)
        lacking = 0 if everywhere else known.lacking(served)
        if lacking:
            missing = (issuer.name if issuer is not None else issuer_name(top)) if not complete else top.name
            yield EndpointNote(NoteCode.SSL_ERROR_61, f"{would_be_refused(lacking)}: without {missing}")
    positions = [reading.chain.index(one.fingerprint_sha256) for one in path]
    if positions != sorted(positions):
        sent = ", ".join(one.name for one in chain)
        yield EndpointNote(NoteCode.WRONG_ORDER, f"the chain is sent in the wrong order: {sent}")
    if len(path) > 1 and is_root(top):
        yield EndpointNote(NoteCode.NEEDLESS_ROOT, f"the root {top.name} is sent too, and no client needs it")
    if len(path) < len(chain):
        on_path = {one.fingerprint_sha256 for one in path}
        others = [one.name for one in chain if one.fingerprint_sha256 not in on_path]
        if others:
            count = plural(len(others), "certificate")
            said = f"{count} beside the chain {'is' if len(others) == 1 else 'are'} sent: {', '.join(others)}"
            yield EndpointNote(NoteCode.NEEDLESS_CERTIFICATE, said)
        else:
            yield EndpointNote(NoteCode.NEEDLESS_CERTIFICATE, "a certificate of the chain is sent twice")
