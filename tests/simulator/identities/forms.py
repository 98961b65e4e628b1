"""The forms of identities, from a table, and the check digit of an IMEI."""

from __future__ import annotations

import csv
from pathlib import Path

from certfleet.simulator.identities import Platform
from certfleet.simulator.identities.model import Model

_LINES = (Path(__file__).parent / "forms.csv").read_text().splitlines()
FORMS = {
    (row["field"], row["of"], row["which"]): row["form"]
    for row in csv.DictReader(line for line in _LINES if not line.startswith("#"))
}


def form(model: Model, field: str) -> str:
    """The regular expression of one identity of a model."""
    match field:
        case "serial_number" if model.maker == "Apple":
            return FORMS[field, "Apple", "until 2021" if model.code else "since 2021"]
        case "serial_number":
            return FORMS[field, model.maker, ""]
        case "udid" if model.platform is Platform.MACOS:
            return FORMS[field, "Apple", "Mac"]
        case "udid" if model.chip is not None and model.chip >= 0x8020:
            return FORMS[field, "Apple", "from A12 on"].replace("[0-9A-F]{4}", f"{model.chip:04X}", 1)
        case "udid":
            return FORMS[field, "Apple", "up to A11"]
        case "enrollment_id":
            return FORMS[field, "Android" if model.platform is Platform.ANDROID else "Apple", ""]
        case _:
            return FORMS[field, "", ""]


def luhn_holds(digits: str) -> bool:
    """ISO/IEC 7812-1, written here once more."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
