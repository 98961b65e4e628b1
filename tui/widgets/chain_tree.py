"""A certificate's chain as a tree: its root on top, itself, and what it issued."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ..looks import STATUS_INKS, Ink
from ..register import Row
from ..wording import SYMBOLS, plural
from .inks import ink_style

ISSUED_SHOWN = 200


class ChainTree(Tree[int]):
    """Each node's data is the certificate's id."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self.show_root = False
        self.guide_depth = 3

    def show(self, chain: Sequence[Row], issued: Sequence[Row], missing_issuer: str | None) -> None:
        """Draw a chain (leaf first). ``missing_issuer`` is the name of an issuer that the inventory lacks."""
        self.clear()
        node: TreeNode[int] = self.root
        if missing_issuer is not None:
            text = Text(f"? {missing_issuer}", ink_style(self.app, Ink.CRITICAL))
            node = node.add(text.append("  issuer not in the inventory", ink_style(self.app, Ink.DIM)), expand=True)
        for row in reversed(chain):
            node = node.add(self._label(row, here=row is chain[0]), data=row.id, expand=True)
        for row in issued[:ISSUED_SHOWN]:
            node.add_leaf(self._label(row), data=row.id)
        if len(issued) > ISSUED_SHOWN:
            node.add_leaf(Text(f"and {plural(len(issued) - ISSUED_SHOWN, 'more')}"))
        self.root.expand()

    def _label(self, row: Row, here: bool = False) -> Text:
        status_ink = ink_style(self.app, STATUS_INKS[row.status])
        text = Text(f"{SYMBOLS[row.status]} ", status_ink)
        text.append(row.name, ink_style(self.app, Ink.STRONG) if here else "")
        return text.append(f"  #{row.id} {row.status}", ink_style(self.app, Ink.DIM))
