"""Verdicts agree with those of x509-limbo and NIST's PKITS, and the page that says so is up to date."""

from __future__ import annotations

from docs.make_path_validation import FILE, page
from tests.path_cases import judged, limbo, pkits


def test_no_chain_that_must_fail_is_accepted() -> None:
    found = judged([*limbo(), *pkits()])
    assert len(found) == 314
    assert [one.case.name for one in found if one.outcome == "wrong"] == []
    assert sum(one.outcome == "agreed" for one in found) == 181


def test_the_page_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run `python -m docs.make_path_validation`"
