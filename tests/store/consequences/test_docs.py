"""The table in the documentation is what the rules say."""

from __future__ import annotations

import runpy
from pathlib import Path

from certfleet.store.components.needs import NEEDS

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_consequences_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "make_consequences.py"))["page"]()
    assert (DOCS / "consequences.md").read_text() == made, "run `python docs/make_consequences.py`"


def test_every_need_is_on_it() -> None:
    text = (DOCS / "consequences.md").read_text()
    for need in NEEDS:
        assert f"`{need.id}`" in text and all(effect.seen in text for effect in need.effects)
