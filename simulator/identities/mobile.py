"""IMEI and MEID: a phone's identities in its network."""

from __future__ import annotations

from zlib import crc32

from ...store.devices.identity import luhn_digit
from .data.blocks import MEID_BLOCKS, REPORTING_BODY
from .model import Model
from .numbering import Numbering

_CODES_A_MODEL = 3


def tacs(model: Model) -> tuple[str, ...]:
    """The type allocation codes of a model: two digits of the reporting body, six of the type (3GPP TS 23.003, 6.2.1).

    The six are invented, and fixed for a model: the GSMA licenses the real list.
    """
    first = crc32(model.identifier.encode()) % (1_000_000 // _CODES_A_MODEL) * _CODES_A_MODEL
    return tuple(f"{REPORTING_BODY}{first + code:06}" for code in range(_CODES_A_MODEL))


def imei_numbering(model: Model) -> Numbering:
    """The IMEIs of a model: one of its type allocation codes, six digits of serial number, a check digit."""
    codes = tacs(model)

    def write(number: int) -> str:
        code, serial = divmod(number, 1_000_000)
        body = f"{codes[code]}{serial:06}"
        return body + luhn_digit(body)

    return Numbering(f"imei/{model.identifier}", write, len(codes) * 1_000_000)


def meid_numbering(maker: str) -> Numbering:
    """A maker's MEIDs: regional code, manufacturer code, 24 bits of serial number (3GPP2 S.R0048). No check digit."""
    blocks = MEID_BLOCKS[maker]
    return Numbering("meid", lambda number: f"{blocks[number >> 24]}{number & 0xFFFFFF:06X}", 1 << 24, len(blocks))
