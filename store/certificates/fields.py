"""Fields that occur in more forms than RFC 5280 allows: serial number, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .der import GENERALIZED_TIME, UTC_TIME, DerError, Element, element

_TIME = re.compile(rb"(\d{10,14})(?:[.,]\d+)?(Z|[+-]\d{4})?")


def serial_number(value: bytes) -> str:
    """Upper-case hexadecimal of even length, as OpenSSL prints it, with ``-`` before a negative one."""
    if not 0 < len(value) <= 1024:
        raise DerError("its serial number is empty or absurdly long")
    number = int.from_bytes(value, "big", signed=True)
    digits = f"{abs(number):X}"
    return ("-" if number < 0 else "") + digits.zfill(len(digits) + len(digits) % 2)


def read_validity(der: bytes, part: Element) -> tuple[datetime, datetime]:
    """Both ends, UTC and aware. Raises ``DerError`` or ``ValueError`` for invalid times."""
    tag, start, stop = element(der, part[1], part[2])
    not_before = _time(tag, der[start:stop])
    tag, start, stop = element(der, stop, part[2])
    return not_before, _time(tag, der[start:stop])


def _time(tag: int, value: bytes) -> datetime:
    """UTCTime or GeneralizedTime; seconds, zone and fractions as in X.680, which is laxer than RFC 5280."""
    if tag == UTC_TIME:
        # RFC 5280, 4.1.2.5.1: two digits of the year reach from 1950 to 2049.
        value = (b"19" if value[:1] >= b"5" else b"20") + value
    elif tag != GENERALIZED_TIME:
        raise DerError("its validity is not a time")
    match = _TIME.fullmatch(value)
    if match is None:
        raise DerError("its validity is not a time")
    digits = match[1]
    moment = datetime(
        int(digits[:4]),
        int(digits[4:6]),
        int(digits[6:8]),
        int(digits[8:10]),
        int(digits[10:12] or 0),
        int(digits[12:14] or 0),
        tzinfo=UTC,
    )
    zone = match[2]
    if zone is None or zone == b"Z":
        return moment
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return moment - offset if zone[:1] == b"+" else moment + offset
