"""Endpoints: what they served belongs to one, and the certificates that they sent are those that the records say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..certificates.facts import parse_certificate
from ..endpoints.tables import EndpointTables
from ..errors import Refusal
from ..model.certificate import CertificateFacts
from ..model.endpoint import Endpoint, EndpointReading, ServedCertificate
from ..model.sighting import Sighting
from ..persistence.database import Database
from .report import Problem


def check_endpoints(database: Database) -> Iterator[Problem]:
    """Problems in what endpoints served; the structure has been checked."""
    engine = database.engine
    endpoints = {one.id for one in engine.records("endpoints", Endpoint)}
    served = {one.fingerprint_sha256: one for one in engine.records("served_certificates", ServedCertificate)}
    for reading in engine.records("endpoint_readings", EndpointReading):
        if reading.id not in endpoints:
            yield Problem("reference-broken", f"endpoint-reading:{reading.id}", "its endpoint is not there")
        for missing in {one for address in reading.addresses for one in address.chain} - served.keys():
            yield Problem("reference-broken", f"endpoint-reading:{reading.id}", f"certificate {missing} is not kept")
    lasting: set[tuple[int, str, bool]] = set()
    for one in engine.records("endpoint_history", Sighting):
        record = f"endpoint-history:{one.id}"
        if one.endpoint_id not in endpoints:
            yield Problem("reference-broken", record, f"endpoint {one.endpoint_id} is not there")
        if (one.failure is None) != bool(one.fingerprint_sha256) or (one.until is not None and one.until < one.since):
            yield Problem("record-differs", record, "it contradicts itself")
        key = one.endpoint_id, one.address, one.failure is not None
        if one.until is None and key in lasting:
            yield Problem("record-differs", record, "another one of its address lasts too")
        elif one.until is None:
            lasting.add(key)
    yield from _certificates(database, served.values())


def _certificates(database: Database, served: Iterable[ServedCertificate]) -> Iterator[Problem]:
    tables = EndpointTables(database)
    for one in served:
        record = f"served-certificate:{one.id}"
        try:
            der = tables.der(one.fingerprint_sha256)
            facts = None if der is None else parse_certificate(der).facts
        except (Refusal, ValueError, KeyError) as error:
            yield Problem("der-damaged", record, f"its DER can't be read: {error}")
            continue
        for field in CertificateFacts.__struct_fields__:
            if getattr(one, field) != getattr(facts, field, None):
                yield Problem("record-differs", record, f"its {field} differs from the certificate's")
