"""One certificate in full: what matters, its chain, what depends on it, every field, and its history."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static, TabbedContent, TabPane, Tree

from ...store.inventory.verify import is_root
from ...store.printable import printable
from ...store.words import days_text, hexadecimal, key_text, minute, moment
from ..components.days_left_bar import days_bar
from ..components.fields import Value, fields
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..components.wording import USES, status_text
from ..shell.console_app import ConsoleApp, console_of
from .certificate_rows import CertificateRow
from .chain_tree import ChainTree
from .dependents import DependsBlock


class CertificateDetailsPane(Vertical):
    """``show`` gives it the row. Only the tab that is open is brought up to date."""

    class Followed(Message):
        """Another certificate was picked in the chain."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.row: CertificateRow | None = None

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    def compose(self) -> ComposeResult:
        yield Static("", id="details-title")
        with TabbedContent(id="details-tabs"):
            with TabPane("Summary", id="summary"), VerticalScroll():
                yield Static(id="summary-text")
            with TabPane("Chain", id="chain"):
                yield ChainTree(id="chain-tree")
            with TabPane("Depends", id="depends"), VerticalScroll():
                yield Static(id="depends-text")
            with TabPane("Fields", id="fields"), VerticalScroll():
                yield Static(id="fields-text")
            with TabPane("History", id="history"), VerticalScroll():
                yield Static(id="history-text")

    def on_resize(self) -> None:
        self._show_tab()

    def show(self, row: CertificateRow | None) -> None:
        """Show this certificate, or nothing."""
        self.row = row
        self.query_one(TabbedContent).display = row is not None
        title = self.query_one("#details-title", Static)
        if row is None:
            title.update(Text("No certificate is chosen.", style_of(self.app, Tone.DIM)))
            return
        text = Text(f"#{row.id} ", style_of(self.app, Tone.DIM), no_wrap=True, overflow="ellipsis")
        title.update(text.append(row.name, style_of(self.app, Tone.STRONG)))
        self._show_tab()

    @on(TabbedContent.TabActivated)
    def _tab_activated(self, event: TabbedContent.TabActivated) -> None:
        event.stop()
        self._show_tab()

    def turn(self, by: int) -> None:
        """Go to the tab after, or before."""
        tabs = self.query_one(TabbedContent)
        names = [pane.id or "" for pane in tabs.query(TabPane)]
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]

    def _show_tab(self) -> None:
        if self.row is None:
            return
        match self.query_one(TabbedContent).active:
            case "summary":
                self.query_one("#summary-text", Static).update(self._summary(self.row))
            case "chain":
                self._show_chain(self.row)
            case "depends":
                self.query_one("#depends-text", Static).update(DependsBlock(self.app, self.console, self.row).body())
            case "fields":
                self.query_one("#fields-text", Static).update(self._fields(self.row))
            case "history":
                self.query_one("#history-text", Static).update(self._history(self.row))

    # Summary

    def _summary(self, row: CertificateRow) -> Table:
        certificate = row.certificate
        standing = styled(self.app, (status_text(row.status), STATUS_TONES[row.status]), f"   {days_text(row.days)}")
        lasts = (certificate.not_after - certificate.not_before).days
        share = f"  {max(0, row.days):,} of {lasts:,}"
        width = max(8, min(36, self.size.width - len(share) - 18))
        bar = days_bar(self.app, row, width).append(share, style_of(self.app, Tone.DIM))
        dim = style_of(self.app, Tone.DIM)
        pairs: list[tuple[str, Value]] = [
            ("Status", standing),
            ("Days left", bar),
            ("Expires", moment(certificate.not_after)),
            ("Use as", USES[certificate.use_as] + (", CA certificate" if certificate.is_ca else "")),
            ("Description", row.description or Text("none; d describes it", dim)),
        ]
        if certificate.replaced_by is not None:
            pairs.append(("Replaced by", self._named(certificate.replaced_by)))
        pairs += DependsBlock(self.app, self.console, row).pairs()
        pairs += [
            ("Names", "\n".join(printable(san) for san in certificate.sans) or Text("none", dim)),
            ("Subject", printable(certificate.subject)),
            ("Issuer", self._issuer(row)),
            ("Key", key_text(certificate.key_algorithm, certificate.key_size)),
            ("Private key", "kept, encrypted" if certificate.has_private_key else Text("not here", dim)),
            ("Password", "kept; p shows it" if certificate.has_password else Text("none kept", dim)),
            ("Imported", f"{minute(certificate.imported_at)} by {printable(certificate.imported_by)}"),
        ]
        return fields(self.app, pairs)

    def _issuer(self, row: CertificateRow) -> Value:
        certificate = row.certificate
        if is_root(certificate):
            return "itself, a root"
        if certificate.issuer_id is not None:
            return self._named(certificate.issuer_id)
        text = Text(f"{printable(certificate.issuer)} ")
        return text.append("(not in the inventory)", style_of(self.app, Tone.CRITICAL))

    def _named(self, id: int) -> str:
        row = self.console.register.rows.get(id)
        return f"#{id}" if row is None else f"#{id} {row.name}"

    # The other tabs

    def _show_chain(self, row: CertificateRow) -> None:
        rows = self.console.register.rows
        inventory = self.console.workspace.inventory
        chain = [rows[entry.id] for entry in inventory.chain(row.id) if entry.id in rows]
        issued = [rows[entry.id] for entry in inventory.issued(row.id) if entry.id in rows and entry.id != row.id]
        top = chain[-1].certificate
        missing = None if is_root(top) else printable(top.issuer)
        self.query_one(ChainTree).show(chain, issued, missing)

    @on(Tree.NodeSelected, "#chain-tree")
    def _node_selected(self, event: Tree.NodeSelected[int]) -> None:
        event.stop()
        if event.node.data is not None and (self.row is None or event.node.data != self.row.id):
            self.post_message(self.Followed(event.node.data))

    def _fields(self, row: CertificateRow) -> Table:
        c = row.certificate
        size = "" if c.path_length is None else f", path length {c.path_length}"
        pairs = [
            ("Subject", c.subject),
            ("Issuer", c.issuer),
            ("Version", str(c.version)),
            ("Serial number", c.serial_number),
            ("Valid from", moment(c.not_before)),
            ("Valid until", moment(c.not_after)),
            ("Names", "\n".join(c.sans)),
            ("Key", key_text(c.key_algorithm, c.key_size)),
            ("Signature", c.signature_algorithm),
            ("CA", f"yes{size}" if c.is_ca else "no"),
            ("Key usage", ", ".join(c.key_usage)),
            ("Extended", ", ".join(c.extended_key_usage)),
            ("SHA-256", hexadecimal(c.fingerprint_sha256)),
            ("SPKI SHA-256", hexadecimal(c.public_key_sha256)),
            ("Subject key", hexadecimal(c.subject_key_id or "")),
            ("Authority key", hexadecimal(c.authority_key_id or "")),
            ("Use as", USES[c.use_as]),
            ("Description", c.description),
            ("Source", c.source),
            ("Alias", c.alias or ""),
            ("Imported", f"{moment(c.imported_at)} by {c.imported_by}"),
        ]
        shown: list[tuple[str, Value]] = [
            (name, "\n".join(printable(line) for line in value.split("\n")) or "–") for name, value in pairs
        ]
        return fields(self.app, shown)

    def _history(self, row: CertificateRow) -> Text:
        lines = self.console.workspace.audit.about(f"certificate:{row.id}")
        text = Text()
        for line in lines:
            who = printable(line.user) + (f" from {printable(line.origin)}" if line.origin else "")
            text.append(f"{minute(line.at)}  {who}\n", style_of(self.app, Tone.DIM))
            text.append(f"  {printable(line.summary)}\n")
        return text if lines else Text("No line about it in the audit trail.", style_of(self.app, Tone.DIM))
