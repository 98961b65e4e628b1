"""IMEI and MEID: a phone's identities in its network."""

from __future__ import annotations

from collections.abc import Sequence

from ...store.devices.identity import luhn_digit
from .data.blocks import MEID_BLOCKS, REPORTING_BODY
from .model import Model
from .numbering import Numbering

CODES = 3
"""How many type allocation codes a model has for its first IMEI, and as many again for its second."""


def tacs(model: Model) -> tuple[str, ...]:
    """The type allocation codes of a model: two digits of the reporting body, six of the type (3GPP TS 23.003, 6.2.1).

    They are of the range for tests, and fixed for a model: the GSMA licenses the real list.
    """
    return tuple(f"{REPORTING_BODY}{model.type_code + code:06}" for code in range(2 * CODES))


def imei_numbering(model: Model) -> Numbering:
    """The IMEIs of a model."""
    return imeis(f"imei/{model.identifier}", tacs(model)[:CODES])


def second_imei_numbering(model: Model) -> Numbering:
    """The IMEIs of the second SIM or eSIM of a model: in the same sequence as the first, with codes of their own."""
    return imeis(f"imei/{model.identifier}", tacs(model)[CODES:])


def imeis(name: str, codes: Sequence[str]) -> Numbering:
    """IMEIs: one of these type allocation codes, six digits of serial number, a check digit."""

    def write(number: int) -> str:
        code, serial = divmod(number, 1_000_000)
        body = f"{codes[code]}{serial:06}"
        return body + luhn_digit(body)

    return Numbering(name, write, len(codes) * 1_000_000)


def meid_numbering(maker: str) -> Numbering:
    """A maker's MEIDs: regional code, manufacturer code, 24 bits of serial number (3GPP2 S.R0048). No check digit."""
    blocks = MEID_BLOCKS[maker]
    return Numbering("meid", lambda number: f"{blocks[number >> 24]}{number & 0xFFFFFF:06X}", 1 << 24, len(blocks))
