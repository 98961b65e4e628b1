"""An endpoint with what it serves: its document, its words, and its style."""

from __future__ import annotations

from msgspec import Struct

from ..certificates.oid_names import oid_name
from ..model.endpoint import Endpoint, Failure, ServedCertificate
from ..model.endpoint_verdict import AddressVerdict, EndpointNote, EndpointState, EndpointVerdict
from ..model.moment import Moment
from ..printable import printable
from ..words import key_text
from .documents import document, document_type
from .styles import Style

VERDICT_STYLES = {
    EndpointState.SERVED: Style.OK,
    EndpointState.OTHER: Style.WARNING,
    EndpointState.OLDER: Style.WARNING,
    EndpointState.UNKNOWN: Style.CRITICAL,
    EndpointState.UNREACHABLE: Style.BAD,
}
VERDICT_SYMBOLS = {
    EndpointState.SERVED: "●",
    EndpointState.OTHER: "◆",
    EndpointState.OLDER: "◆",
    EndpointState.UNKNOWN: "▲",
    EndpointState.UNREACHABLE: "×",
}
NOT_CHECKED = "not checked"


class ServedCertificateDocument(Struct, frozen=True, kw_only=True):
    """A certificate as it was sent. ``certificate_id`` is its entry in the inventory, if it has one."""

    subject: str
    issuer: str
    serial_number: str
    sans: tuple[str, ...]
    not_before: Moment
    not_after: Moment
    fingerprint_sha256: str
    key_algorithm: str
    key_size: int | None
    signature_algorithm: str
    is_ca: bool
    certificate_id: int | None


class EndpointAddressDocument(Struct, frozen=True, kw_only=True):
    """What one address serves. ``failure`` says why it serves nothing; ``chain`` is as it was sent."""

    address: str
    verdict: EndpointState
    failure: Failure | None
    notes: tuple[EndpointNote, ...]
    tls_version: str | None
    certificate_id: int | None
    fingerprint_sha256: str | None
    not_after: Moment | None
    chain: tuple[ServedCertificateDocument, ...]


EndpointDocument = document_type(
    "EndpointDocument",
    Endpoint,
    "An endpoint and the verdict on what it served when it was checked last; null before the first check.",
    verdict=EndpointState | None,
    notes=tuple[EndpointNote, ...],
    certificate_id=int | None,
    fingerprint_sha256=str | None,
    not_after=Moment | None,
    checked_at=Moment | None,
    addresses=tuple[EndpointAddressDocument, ...],
)


def endpoint_document(verdict: EndpointVerdict) -> Struct:
    """The document of an endpoint."""
    return document(
        EndpointDocument,
        verdict.endpoint,
        verdict=verdict.verdict,
        notes=verdict.notes,
        certificate_id=verdict.certificate_id,
        fingerprint_sha256=verdict.fingerprint,
        not_after=verdict.not_after,
        checked_at=None if verdict.reading is None else verdict.reading.checked_at,
        addresses=tuple(map(_address_document, verdict.addresses)),
    )


def _address_document(verdict: AddressVerdict) -> EndpointAddressDocument:
    return EndpointAddressDocument(
        address=verdict.reading.address,
        verdict=verdict.verdict,
        failure=verdict.reading.failure,
        notes=verdict.notes,
        tls_version=verdict.reading.tls_version or None,
        certificate_id=verdict.certificate_id,
        fingerprint_sha256=verdict.fingerprint,
        not_after=verdict.not_after,
        chain=tuple(
            document(ServedCertificateDocument, one, certificate_id=id)
            for one, id in zip(verdict.chain, verdict.chain_ids, strict=True)
        ),
    )


def verdict_text(verdict: EndpointVerdict) -> str:
    """``▲ unknown``, or ``○ not checked``."""
    found = verdict.verdict
    return f"○ {NOT_CHECKED}" if found is None else f"{VERDICT_SYMBOLS[found]} {found}"


def verdict_style(verdict: EndpointVerdict) -> Style:
    """The style of its verdict."""
    return Style.PENDING if verdict.verdict is None else VERDICT_STYLES[verdict.verdict]


def endpoint_title(endpoint: Endpoint) -> str:
    """``#3 gateway.example.com:443``, with the server name if that is another one."""
    named = f" ({endpoint.server_name})" if endpoint.server_name else ""
    return printable(f"#{endpoint.id} {endpoint.title}{named}")


def need_text(endpoint: Endpoint) -> str:
    """``gateway-ssl``, ``other ldaps``, or ``-``."""
    return "-" if endpoint.need is None else printable(f"{endpoint.need} {endpoint.name}".rstrip())


def served_text(verdict: EndpointVerdict) -> str:
    """``#3 gateway.example.com``, the name alone if the inventory doesn't have it, or ``-``."""
    chain = next((one.chain for one in verdict.addresses if one.fingerprint == verdict.fingerprint and one.chain), ())
    if not chain:
        return "-"
    id = "" if verdict.certificate_id is None else f"#{verdict.certificate_id} "
    return f"{id}{printable(chain[0].name)}"


def note_text(note: EndpointNote, verdict: EndpointVerdict) -> str:
    """A note as a sentence; with the addresses, if not all of them have it."""
    every = len(note.addresses) == len(verdict.addresses) or not any(note.addresses)
    return printable(note.message if every else f"{note.message} ({', '.join(note.addresses)})")


def link_text(certificate: ServedCertificate, id: int | None) -> str:
    """``#3 gateway.example.com, EC P-256, ecdsa-with-SHA256``."""
    known = "not in the inventory" if id is None else f"#{id}"
    key = key_text(oid_name(certificate.key_algorithm), certificate.key_size)
    return printable(f"{certificate.name}, {known}, {key}, {oid_name(certificate.signature_algorithm)}")
