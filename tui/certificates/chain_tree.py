"""A certificate's chain as a tree: the root on top, the certificate, and the entries that it issued."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ...store.views.certificate import STATUS_SYMBOLS
from ..components.text_styles import STATUS_TONES, Tone, styled
from .certificate_rows import CertificateRow

ISSUED_SHOWN = 200


class ChainTree(Tree[int]):
    """Each node's data is the certificate's id."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self.show_root = False
        self.guide_depth = 3
        self.ICON_NODE = self.ICON_NODE_EXPANDED = ""

    def show(
        self, chain: Sequence[CertificateRow], issued: Sequence[CertificateRow], missing_issuer: str | None
    ) -> None:
        """Show a chain (leaf first). ``missing_issuer`` names an issuer that the inventory lacks."""
        self.clear()
        node: TreeNode[int] = self.root
        if missing_issuer is not None:
            missing = (f"? {missing_issuer}", Tone.CRITICAL)
            text = styled(self.app, missing, ("  issuer not in the inventory", Tone.DIM))
            node = node.add(text, expand=True)
        for row in reversed(chain):
            node = node.add(self._label(row, here=row is chain[0]), data=row.id, expand=True)
        for row in issued[:ISSUED_SHOWN]:
            node.add_leaf(self._label(row), data=row.id)
        if len(issued) > ISSUED_SHOWN:
            node.add_leaf(Text(f"and {len(issued) - ISSUED_SHOWN:,} more"))
        self.root.expand()

    def _label(self, row: CertificateRow, here: bool = False) -> Text:
        return styled(
            self.app,
            (f"{STATUS_SYMBOLS[row.status]} ", STATUS_TONES[row.status]),
            (f"#{row.id} ", Tone.DIM),
            (row.name, Tone.STRONG) if here else row.name,
            (f"  {row.status}", Tone.DIM),
        )
