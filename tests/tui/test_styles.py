"""The style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import certfleet.tui
from certfleet.tui.dialogs.field_help import ABOUT


def test_no_rule_for_a_part_of_a_screen_meets_a_field_of_a_form() -> None:
    """Such a rule begins with its screen: a field with the same id would get the size of that part."""
    sheet = Path(certfleet.tui.__path__[0], "styles.tcss").read_text(encoding="utf-8")
    alone = set(re.findall(r"^#([a-z-]+) \{", sheet, re.MULTILINE))
    fields = {name.replace("_", "-") for of_dialog in ABOUT.values() for name in of_dialog}
    assert alone & fields == set()
