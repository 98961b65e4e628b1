"""asn1crypto, for rare, deep or BER structures. No other module imports it: no types, no release since 2022.

A linter's contract keeps it so. ``core`` is the base of our own structures; the others are Any.
"""

from __future__ import annotations

from typing import Any

from asn1crypto import algos as _algos
from asn1crypto import cms as _cms
from asn1crypto import core as core
from asn1crypto import keys as _keys
from asn1crypto import parser as _parser
from asn1crypto import pkcs12 as _pkcs12
from asn1crypto import x509 as _x509

from .limits import MAX_BER, MAX_STRUCTURE

algos: Any = _algos
cms: Any = _cms
keys: Any = _keys
pkcs12: Any = _pkcs12
x509: Any = _x509

ASN1_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""The errors of asn1crypto on invalid data."""


def load(structure: Any, data: bytes) -> Any:
    """``data`` parsed lazily as this asn1crypto class. Raises one of ``ASN1_ERRORS``."""
    return structure.load(data)


def encode(structure: Any, value: Any) -> bytes:
    """``value`` as DER in this asn1crypto class."""
    return bytes(structure(value).dump())


def first_element(data: bytes) -> bytes:
    """The element at the beginning of ``data``, DER or BER; line ends and zeros after it are ignored.

    Raises ``ValueError``, for which ``is_cut_short`` tells whether the data ended too early.
    """
    if len(data) > (MAX_BER if data[1:2] == b"\x80" else MAX_STRUCTURE):
        raise ValueError("a structure is larger than any real one")
    peek: Any = _parser.peek
    return data[: peek(data)]


def is_cut_short(error: Exception) -> bool:
    """Whether asn1crypto found that the data ends inside an element."""
    return "Insufficient data" in str(error)
