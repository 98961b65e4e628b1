"""The part of a serial number that encodes the date of manufacture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from ..model import Model
from ..numbering import CAPACITY, NumberPart

Made: TypeAlias = Callable[[Model, Callable[[date], str], int], NumberPart]
"""The part for a model, the code of a day, and how many devices the rest of the serial number tells apart."""


def made(model: Model, code: Callable[[date], str], units: int) -> NumberPart:
    """The codes of the days on which the model was made; as many in a row tell devices apart as a fleet needs."""
    codes: dict[str, date] = {}
    for number in range((model.made_until - model.made_from).days + 1):
        day = model.made_from + timedelta(days=number)
        codes.setdefault(code(day), day)
    return NumberPart(tuple(codes), days=tuple(codes.values()), period=min(len(codes), -(-CAPACITY // units)))
