"""Every example in the documentation runs, in the order of its page, and prints what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docs.examples import DOCS, ROOT, Examples, blocks, commands, fits

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")), DOCS / "cli" / "README.md"]
# pages without examples
WITHOUT = {
    "CONTRIBUTING.md",
    "architecture.md",
    "consequences.md",
    "console.md",
    "path-validation.md",
    "postgresql.md",
    "rules.md",
    "scale.md",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page(page: Path, tmp_path: Path) -> None:
    for tool in ("bash", "curl", "jq", "openssl"):
        if f"{tool} " in page.read_text() and shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    number = 0
    with Examples(tmp_path) as examples:
        for block in blocks(page.read_text()):
            if block.language == "sql":
                continue  # docs/sql_questions.py asks them
            if block.is_run:
                assert block.language in ("console", "python", "pycon"), f"line {block.line}: run it, or say why not"
                number += examples.check(block)
            else:
                assert len(block.note) > len("not run: "), f"line {block.line}: no reason"
    assert (number > 0) == (page.name not in WITHOUT)


def test_a_block_is_taken_apart() -> None:
    [block] = blocks("Text.\n\n```console\n$ one \\\n> two\nout\n\nmore\n$ three\n```\n")
    assert list(commands(block.text)) == [("one \\\ntwo", "out\n\nmore"), ("three", "")]
    [other] = blocks("```text not run: a picture\nx\n```\n")
    assert block.is_run and not other.is_run


def test_expected_output_is_compared_but_for_its_dots() -> None:
    assert fits("a ... c\n...\nz", "a b c\n1\n2\nz\n")
    assert fits("a\n...\nz", "a\nz\n")
    assert not fits("a ... c", "a b d\n")
    assert not fits("a", "a\nb\n")
    assert not fits("", "a\n")


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    with Examples(tmp_path) as examples:
        for text in ("```console\n$ echo one\ntwo\n```\n", "```pycon\n>>> 1 + 1\n3\n```\n"):
            [block] = blocks(text)
            with pytest.raises(AssertionError):
                examples.check(block)
