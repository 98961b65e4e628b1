"""What belongs to a SIM card and to an eSIM, and not to the device: ICCID and EID. Of no operator: country code 999 is
not assigned."""

from __future__ import annotations

from ...store.devices.identity import luhn_digit

_TELECOM, _NOWHERE = "89", "999"  # the major industry; the country code (ITU-T E.164)
ICCIDS = 10**13
EIDS = 10**25


def iccid(number: int) -> str:
    """Nineteen digits of a SIM card (ITU-T E.118): industry, country, issuer and account, and the Luhn digit."""
    digits = f"{_TELECOM}{_NOWHERE}{number % ICCIDS:013}"
    return f"{digits}{luhn_digit(digits)}"


def eid(number: int) -> str:
    """Thirty-two digits of an eUICC (GSMA SGP.29), whose last two make the whole 1 modulo 97 (ISO/IEC 7064)."""
    digits = f"{_TELECOM}{_NOWHERE}{number % EIDS:025}"
    return f"{digits}{98 - int(digits) * 100 % 97:02}"
