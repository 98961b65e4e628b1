"""The part of a serial number that encodes the date of manufacture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from ..model import Model
from ..numbering import Part


def made(model: Model, code: Callable[[date], str], *, tells: bool = False) -> Part:
    """The codes of all days on which the model was made. ``tells``: the rest alone would not be unique."""
    days = range((model.made_until - model.made_from).days + 1)
    codes = dict.fromkeys(code(model.made_from + timedelta(days=day)) for day in days)
    return Part(tuple(codes), tells)
