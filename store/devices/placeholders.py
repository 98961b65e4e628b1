"""What makers of boards leave in place of a serial number. It is no identity: thousands of devices have it."""

from __future__ import annotations

import re

_WORDS = frozenset(
    """
    none null nil na undefined unknown unknownserial unknownserialnumber invalid invalidsn empty eval default
    defaultstring oem tobefilled tobefilledbyoem tobefilledbymanufacturer fillbyoem filledbyoem tbd tbdbyoem
    notspecified notapplicable notavailable notsettable notset nonespecified noassettag noserialnumber nosn
    serial serialnumber systemserial systemserialnumber systemserialnumb systemmanufacturer systemproductname
    chassisserial chassisserialnumber baseboardserial baseboardserialnumber boardserialnumber sku sernum sernum0
    type1productconfigid type1sku0 0123456789 12345678 123456789 1234567890 01234567890123456789
    sn12345 sn1234567890 mb1234567890 sys1234567890 sys9876543210 nb0123456789 bsn12345678901234567 nullstring
    """.split()  # noqa: SIM905 - a list of sixty is a page
)
"""In small letters and digits, without what is between them: it is written in many ways."""
_NEITHER = re.compile(r"[\W_]+")
_ONE_CHARACTER = re.compile(r"([0xf])\1*|([0-9])\2{6,}")


def is_placeholder(serial_number: str) -> bool:
    """Whether it is what makers leave in place of a serial number (``To be filled by O.E.M.``, ``0``, ``........``)."""
    text = _NEITHER.sub("", serial_number.casefold())
    nothing = not text and serial_number.isascii()  # signs alone
    return nothing or text in _WORDS or _ONE_CHARACTER.fullmatch(text) is not None
