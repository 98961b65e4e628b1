"""The filter language of the inventory, as a plain function from a text to a predicate.

Words are searched in everything an entry says, and all must match; ``field:value`` looks at one field (``status:expired
use:apns days:<30 key:yes``); ``-`` negates a term; quotes keep spaces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .. import filters
from ..filters import days_span, number, within, yes_no
from ..model.certificate import Certificate, Status, UseAs
from ..words import day
from .expiry import ExpiryRules
from .status import days_left, is_asked_for, status


class ListedCertificate(Protocol):
    """An entry at a time, with the fields that filters test; ``haystack`` is the lower-case text for free words."""

    @property
    def certificate(self) -> Certificate: ...
    @property
    def status(self) -> Status: ...
    @property
    def days(self) -> int: ...
    @property
    def haystack(self) -> str: ...


@dataclass(slots=True, frozen=True)
class Filterable:
    """The plain ``ListedCertificate``."""

    certificate: Certificate
    status: Status
    days: int
    haystack: str


Filter = filters.Filter[ListedCertificate]
Predicate = filters.Predicate[ListedCertificate]


def standing(certificate: Certificate, now: datetime, rules: ExpiryRules) -> Filterable:
    """An entry at ``now`` (UTC, aware), for filters."""
    found = status(certificate, now, rules)
    return Filterable(certificate, found, days_left(certificate, now), haystack(certificate))


def haystack(certificate: Certificate) -> str:
    """The searchable text of an entry in lower case, one item per line."""
    size = certificate.key_size
    words = (
        f"#{certificate.id}",
        certificate.subject,
        certificate.issuer,
        *certificate.sans,
        certificate.serial_number,
        certificate.fingerprint_sha256,
        certificate.public_key_sha256,
        f"{certificate.key_algorithm} {size or ''}",
        certificate.use_as,
        certificate.use_as.replace("-", " "),
        certificate.description,
        certificate.alias or "",
        certificate.source,
        certificate.imported_by,
    )
    return "\n".join(words).lower()


def parse_filter(text: str) -> Filter:
    """Compile a filter."""
    return filters.build(text, _FIELDS, lambda word: lambda row: word in row.haystack, names=_NAMES)


def _status(value: str) -> Predicate:
    return lambda row: is_asked_for(row.status, value)


def _use(value: str) -> Predicate:
    wanted = value.replace(" ", "-")
    return lambda row: row.certificate.use_as.startswith(wanted)


def _days(value: str) -> Predicate:
    least, most = days_span(value)
    return lambda row: (least is None or least <= row.days) and (most is None or row.days <= most)


_FIELDS: Mapping[str, Callable[[str], Predicate]] = {
    "status": _status,
    "use": _use,
    "days": _days,
    "key": yes_no("key", lambda row: row.certificate.has_private_key),
    "ca": yes_no("ca", lambda row: row.certificate.is_ca),
    "id": number("id", lambda row: row.certificate.id),
    "name": within(lambda row: row.certificate.name),
    "issuer": within(lambda row: row.certificate.issuer),
    "san": within(lambda row: " ".join(row.certificate.sans)),
    "by": within(lambda row: row.certificate.imported_by),
    "expires": lambda value: lambda row: day(row.certificate.not_after).startswith(value),
}

# The values that are offered while a filter is typed; other keys take any text.
_OFFERED: dict[str, tuple[str, ...]] = {
    "status": tuple(one.replace(" ", "-") for one in Status),
    "use": tuple(UseAs),
    "days": ("<0", "<30", "<90", "0..90"),
    "key": ("yes", "no"),
    "ca": ("yes", "no"),
}
VALUES = {field: _OFFERED.get(field, ()) for field in _FIELDS}

# The prefixes before the colon of a subject alternative name, and of a push certificate's common name.
_NAMES = ("dns", "email", "uri", "ip", "upn", "dirname", "rid", "other", "apsp")

# For the help: a term, and what it finds.
HELP = (
    ("gateway example", "all the words, anywhere in the entry"),
    ("status:expiring", "critical too; also: critical, expired, valid …"),
    ("use:apns", "server, saml, apns, ssl-listener, device"),
    ("days:<30  days:0..90", "days left; also > <= >= ="),
    ("key:yes  ca:no", "with a private key; CA certificates"),
    ("issuer:  san:  name:", "text in one field; also by: id: expires:2027-01"),
    ("-status:replaced", "a minus before a term turns it round"),
)
