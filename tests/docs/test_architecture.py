"""The architecture page: its list of changes links to files with the stated contents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.examples import DOCS, ROOT

PAGE = (DOCS / "architecture.md").read_text()
CHANGES = re.findall(r"^\| (.+) \| `([\w/]+\.py)` \| `(.+)` \|$", PAGE.split("## Where to change what")[1], re.M)


def test_there_are_twenty_changes() -> None:
    assert len(CHANGES) == len({change for change, _, _ in CHANGES}) == 20


@pytest.mark.parametrize(("change", "file", "word"), CHANGES, ids=[change for change, _, _ in CHANGES])
def test_a_change_has_its_file(change: str, file: str, word: str) -> None:
    assert word in (ROOT / file).read_text()


def test_every_folder_of_the_store_and_every_file_named_on_the_page_is_there() -> None:
    folders = {path.name for path in (ROOT / "store").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(re.findall(r"^  (\w+)/ ", PAGE.split("store/ ")[1].split("simulator/")[0], re.M))
    for name in re.findall(r"`((?:store|simulator|tui|api|cli|docs)/[\w/.]+)`", PAGE):
        assert (ROOT / name).exists(), name


def test_links_between_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")):
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([\w-]+))?\)", page.read_text()):
            found = page.parent / target if target else page
            assert found.exists(), (page, target)
            if anchor and found.suffix == ".md":
                assert anchor in _anchors(found), (page, target, anchor)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
