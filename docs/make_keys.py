"""Generates the table of keys in ``docs/console.md`` from the keys and the bindings of the console.

``python -m docs.make_keys`` writes it between its two marks; the rest of the page is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from certfleet.tui.shell.keys import GROUPS, Key, shown_key

from .examples import DOCS

PAGE = DOCS / "console.md"
BEGIN, END = "<!-- keys: python -m docs.make_keys -->", "<!-- end of keys -->"


def table() -> str:
    """The tables, a group each."""
    return "\n".join(line for group, keys in GROUPS.items() for line in _group(group, keys))


def _group(group: str, keys: tuple[Key, ...]) -> Iterator[str]:
    yield f"\n### {group}\n"
    yield "| key | name | what it does |"
    yield "|---|---|---|"
    for key in keys:
        yield f"| {' '.join(f'`{shown_key(one)}`' for one in key.keys)} | `{key.name}` | {key.means} |"


def page() -> str:
    """The page with the tables of today."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page())
